"""A receiver of OTLP over HTTP on a free port of 127.0.0.1, which keeps what it is sent."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

Plain = str | int | float | bool | None


@dataclass(frozen=True)
class ReceivedSpan:
    """A span; ids in hex, `parent` empty for the first of a trace; `links` to spans. `service` is the process that said it."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]
    links: frozenset[str]


@dataclass(frozen=True)
class ReceivedLog:
    """A line of a log; ids in hex, empty outside of a trace. `service` is the process that said it."""

    service: str
    logger: str
    severity: int
    level: str
    message: str
    trace: str
    span: str
    time_ns: int
    attributes: dict[str, Plain]


@dataclass
class Receiver:
    """`metrics`: service → names, of all that was pushed. Filled from the server's threads.

    `status` is what it answers; other than 200 it keeps nothing. `refused` counts such answers.
    """

    url: str = ""
    status: int = 200
    refused: int = 0
    logs: list[ReceivedLog] = field(default_factory=list)
    spans: list[ReceivedSpan] = field(default_factory=list)
    metrics: dict[str, set[str]] = field(default_factory=dict)

    def of_trace(self, trace: str) -> list[ReceivedSpan]:
        return [span for span in list(self.spans) if span.trace == trace]

    def take_spans(self, body: bytes) -> None:
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _service(group.resource)
            for scope in group.scope_spans:
                self.spans += [
                    ReceivedSpan(
                        service,
                        span.name,
                        span.trace_id.hex(),
                        span.span_id.hex(),
                        span.parent_span_id.hex(),
                        {a.key: a.value.string_value for a in span.attributes},
                        frozenset(link.span_id.hex() for link in span.links),
                    )
                    for span in scope.spans
                ]

    def take_logs(self, body: bytes) -> None:
        for group in ExportLogsServiceRequest.FromString(body).resource_logs:
            service = _service(group.resource)
            for scope in group.scope_logs:
                self.logs += [
                    ReceivedLog(
                        service,
                        scope.scope.name,
                        said.severity_number,
                        said.severity_text,
                        said.body.string_value,
                        said.trace_id.hex(),
                        said.span_id.hex(),
                        said.time_unix_nano,
                        {a.key: _value(a.value) for a in said.attributes},
                    )
                    for said in scope.log_records
                ]

    def take_metrics(self, body: bytes) -> None:
        for group in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            names = self.metrics.setdefault(_service(group.resource), set())
            names.update(metric.name for scope in group.scope_metrics for metric in scope.metrics)


def _service(resource: object) -> str:
    attributes = {a.key: a.value.string_value for a in resource.attributes}  # type: ignore[attr-defined]
    return attributes["service.name"]


def _value(value: AnyValue) -> Plain:
    kind = value.WhichOneof("value")
    return None if kind is None else getattr(value, kind)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listening while the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            takers = {
                "/v1/logs": receiver.take_logs,
                "/v1/metrics": receiver.take_metrics,
                "/v1/traces": receiver.take_spans,
            }
            taker = takers.get(self.path)
            if receiver.status != 200:
                receiver.refused += 1
            elif taker is not None:
                taker(body)
            self.send_response(404 if taker is None else receiver.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, name="otlp receiver", daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
