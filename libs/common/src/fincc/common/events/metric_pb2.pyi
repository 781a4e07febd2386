from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class MetricMessage(_message.Message):
    __slots__ = ("source_id", "source_name", "sub_account_id", "day", "version", "seq", "parts", "rows", "metric_ipc", "schema_id")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    SUB_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    METRIC_IPC_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_ID_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    source_name: str
    sub_account_id: str
    day: str
    version: int
    seq: int
    parts: int
    rows: int
    metric_ipc: bytes
    schema_id: int
    def __init__(self, source_id: _Optional[str] = ..., source_name: _Optional[str] = ..., sub_account_id: _Optional[str] = ..., day: _Optional[str] = ..., version: _Optional[int] = ..., seq: _Optional[int] = ..., parts: _Optional[int] = ..., rows: _Optional[int] = ..., metric_ipc: _Optional[bytes] = ..., schema_id: _Optional[int] = ...) -> None: ...
