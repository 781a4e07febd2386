from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Snapshot(_message.Message):
    __slots__ = ("source_id", "source_name", "billing_period", "version")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    BILLING_PERIOD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    source_name: str
    billing_period: str
    version: int
    def __init__(self, source_id: _Optional[str] = ..., source_name: _Optional[str] = ..., billing_period: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class Total(_message.Message):
    __slots__ = ("currency", "billed", "effective")
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    BILLED_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FIELD_NUMBER: _ClassVar[int]
    currency: str
    billed: str
    effective: str
    def __init__(self, currency: _Optional[str] = ..., billed: _Optional[str] = ..., effective: _Optional[str] = ...) -> None: ...

class Amount(_message.Message):
    __slots__ = ("currency", "amount")
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    currency: str
    amount: str
    def __init__(self, currency: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class CostBatch(_message.Message):
    __slots__ = ("focus_ipc", "owner_ipc", "schema_id")
    FOCUS_IPC_FIELD_NUMBER: _ClassVar[int]
    OWNER_IPC_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_ID_FIELD_NUMBER: _ClassVar[int]
    focus_ipc: bytes
    owner_ipc: bytes
    schema_id: int
    def __init__(self, focus_ipc: _Optional[bytes] = ..., owner_ipc: _Optional[bytes] = ..., schema_id: _Optional[int] = ...) -> None: ...

class Part(_message.Message):
    __slots__ = ("seq", "rows", "totals", "batch", "ownership_version")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    OWNERSHIP_VERSION_FIELD_NUMBER: _ClassVar[int]
    seq: int
    rows: int
    totals: _containers.RepeatedCompositeFieldContainer[Total]
    batch: CostBatch
    ownership_version: int
    def __init__(self, seq: _Optional[int] = ..., rows: _Optional[int] = ..., totals: _Optional[_Iterable[_Union[Total, _Mapping]]] = ..., batch: _Optional[_Union[CostBatch, _Mapping]] = ..., ownership_version: _Optional[int] = ...) -> None: ...

class Seal(_message.Message):
    __slots__ = ("parts", "rows", "totals", "rows_read", "rows_quarantined", "source_billed", "quarantined_billed", "quarantined_is_known", "billed_basis", "counted", "delivered_at_us", "is_closed", "restated_by")
    PARTS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    ROWS_READ_FIELD_NUMBER: _ClassVar[int]
    ROWS_QUARANTINED_FIELD_NUMBER: _ClassVar[int]
    SOURCE_BILLED_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_BILLED_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_IS_KNOWN_FIELD_NUMBER: _ClassVar[int]
    BILLED_BASIS_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_AT_US_FIELD_NUMBER: _ClassVar[int]
    IS_CLOSED_FIELD_NUMBER: _ClassVar[int]
    RESTATED_BY_FIELD_NUMBER: _ClassVar[int]
    parts: int
    rows: int
    totals: _containers.RepeatedCompositeFieldContainer[Total]
    rows_read: int
    rows_quarantined: int
    source_billed: _containers.RepeatedCompositeFieldContainer[Amount]
    quarantined_billed: _containers.RepeatedCompositeFieldContainer[Amount]
    quarantined_is_known: bool
    billed_basis: str
    counted: bool
    delivered_at_us: int
    is_closed: bool
    restated_by: _containers.RepeatedCompositeFieldContainer[Amount]
    def __init__(self, parts: _Optional[int] = ..., rows: _Optional[int] = ..., totals: _Optional[_Iterable[_Union[Total, _Mapping]]] = ..., rows_read: _Optional[int] = ..., rows_quarantined: _Optional[int] = ..., source_billed: _Optional[_Iterable[_Union[Amount, _Mapping]]] = ..., quarantined_billed: _Optional[_Iterable[_Union[Amount, _Mapping]]] = ..., quarantined_is_known: _Optional[bool] = ..., billed_basis: _Optional[str] = ..., counted: _Optional[bool] = ..., delivered_at_us: _Optional[int] = ..., is_closed: _Optional[bool] = ..., restated_by: _Optional[_Iterable[_Union[Amount, _Mapping]]] = ...) -> None: ...

class Abort(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class Count(_message.Message):
    __slots__ = ("counted",)
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    counted: bool
    def __init__(self, counted: _Optional[bool] = ...) -> None: ...

class CostMessage(_message.Message):
    __slots__ = ("snapshot", "part", "seal", "abort", "count")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    SEAL_FIELD_NUMBER: _ClassVar[int]
    ABORT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    snapshot: Snapshot
    part: Part
    seal: Seal
    abort: Abort
    count: Count
    def __init__(self, snapshot: _Optional[_Union[Snapshot, _Mapping]] = ..., part: _Optional[_Union[Part, _Mapping]] = ..., seal: _Optional[_Union[Seal, _Mapping]] = ..., abort: _Optional[_Union[Abort, _Mapping]] = ..., count: _Optional[_Union[Count, _Mapping]] = ...) -> None: ...
