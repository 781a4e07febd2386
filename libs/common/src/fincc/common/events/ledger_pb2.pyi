from fincc.common.events import cost_pb2 as _cost_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LedgerRow(_message.Message):
    __slots__ = ("snapshot", "hop", "status", "rows", "totals", "at_us", "seal", "reason")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    HOP_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    AT_US_FIELD_NUMBER: _ClassVar[int]
    SEAL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    snapshot: _cost_pb2.Snapshot
    hop: str
    status: str
    rows: int
    totals: _containers.RepeatedCompositeFieldContainer[_cost_pb2.Total]
    at_us: int
    seal: _cost_pb2.Seal
    reason: str
    def __init__(self, snapshot: _Optional[_Union[_cost_pb2.Snapshot, _Mapping]] = ..., hop: _Optional[str] = ..., status: _Optional[str] = ..., rows: _Optional[int] = ..., totals: _Optional[_Iterable[_Union[_cost_pb2.Total, _Mapping]]] = ..., at_us: _Optional[int] = ..., seal: _Optional[_Union[_cost_pb2.Seal, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...
