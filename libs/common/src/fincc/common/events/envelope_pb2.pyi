from fincc.common.events import cost_pb2 as _cost_pb2
from fincc.common.events import document_pb2 as _document_pb2
from fincc.common.events import ledger_pb2 as _ledger_pb2
from fincc.common.events import metric_pb2 as _metric_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Envelope(_message.Message):
    __slots__ = ("id", "producer", "at_us", "cost", "document", "ledger", "metric")
    ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_FIELD_NUMBER: _ClassVar[int]
    AT_US_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    id: str
    producer: str
    at_us: int
    cost: _cost_pb2.CostMessage
    document: _document_pb2.Document
    ledger: _ledger_pb2.LedgerRow
    metric: _metric_pb2.MetricMessage
    def __init__(self, id: _Optional[str] = ..., producer: _Optional[str] = ..., at_us: _Optional[int] = ..., cost: _Optional[_Union[_cost_pb2.CostMessage, _Mapping]] = ..., document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., ledger: _Optional[_Union[_ledger_pb2.LedgerRow, _Mapping]] = ..., metric: _Optional[_Union[_metric_pb2.MetricMessage, _Mapping]] = ...) -> None: ...
