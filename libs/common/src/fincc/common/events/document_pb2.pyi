from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Document(_message.Message):
    __slots__ = ("version", "rows", "sha256", "inline", "object_path")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    INLINE_FIELD_NUMBER: _ClassVar[int]
    OBJECT_PATH_FIELD_NUMBER: _ClassVar[int]
    version: int
    rows: int
    sha256: bytes
    inline: bytes
    object_path: str
    def __init__(self, version: _Optional[int] = ..., rows: _Optional[int] = ..., sha256: _Optional[bytes] = ..., inline: _Optional[bytes] = ..., object_path: _Optional[str] = ...) -> None: ...
