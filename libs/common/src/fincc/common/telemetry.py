"""Logs, traces and metrics, set up once before anything else runs; business code only uses the standard interfaces."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import orjson
from opentelemetry import trace

from fincc.common import tracing
from fincc.common.settings import CommonSettings

log = logging.getLogger("fincc")

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


LOG_FIELDS = {
    "time": "UTC, ISO 8601, to the millisecond",
    "level": "DEBUG, INFO, WARNING, ERROR or CRITICAL",
    "logger": "the part of the code that speaks",
    "message": "what happened, a sentence without values",
    "trace_id": "the trace it happened in, as problems and spans name it; absent outside of any",
    "span_id": "the span of that trace",
    "error": "the exception with its traceback, where there is one",
}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace and span id, and whatever was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{k: v for k, v in record.__dict__.items() if k not in _STANDARD},
        }
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            line["trace_id"] = f"{context.trace_id:032x}"
            line["span_id"] = f"{context.span_id:016x}"
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def set_up(settings: CommonSettings, service: str) -> None:
    """Logs to stderr; they, traces and metrics to the OTLP endpoint when there is one, else nowhere."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s %(message)s")
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else plain)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for noisy in ("librdkafka", "uvicorn.access", "botocore", "httpx", "alembic"):
        logging.getLogger(noisy).setLevel("WARNING")
    if settings.otlp_endpoint:
        _export(settings, service)


def _export(settings: CommonSettings, service: str) -> None:
    # Imported here: half a second, and memory, that a process without an endpoint does not spend.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    from fincc.common.otlp import Push
    from fincc.common.otlp_logs import ExportLogs

    base = settings.otlp_endpoint.rstrip("/")
    resource = Resource.create(
        {
            "service.name": f"fincc-{service}",
            "service.version": version("fincc-common"),
            "service.instance.id": settings.process,
        }
    )
    # First, and so the last to end: the others may have to say what they could not deliver.
    logging.getLogger().addHandler(ExportLogs(f"{base}/v1/logs", resource, JsonFormatter()))
    provider = TracerProvider(ParentBasedTraceIdRatio(settings.trace_ratio), resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{base}/v1/traces")))
    tracing.record_with(provider.get_tracer("fincc"))
    Push(f"{base}/v1/metrics", resource, settings.otlp_metrics_every_s).start()


def log_unexpected(where: str, error: BaseException) -> None:
    log.error("unexpected error", extra={"where": where}, exc_info=error)
