"""Hands lines of the log to OpenTelemetry's queue and exporter, with the same fields as on stderr.

The log signal of OpenTelemetry for Python is not stable yet (`opentelemetry.sdk._logs`); this is the one place that knows.
"""

from __future__ import annotations

import logging

import orjson
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY, get_current, get_value
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

OF_THE_RECORD = frozenset({"time", "level", "logger", "message", "trace_id", "span_id"})
"""Fields of a line that have a place of their own in the data model; all others are attributes."""
SEVERITY = {
    "DEBUG": SeverityNumber.DEBUG,
    "INFO": SeverityNumber.INFO,
    "WARNING": SeverityNumber.WARN,
    "ERROR": SeverityNumber.ERROR,
    "CRITICAL": SeverityNumber.FATAL,
}


class ExportLogs(logging.Handler):
    """Never waits: a thread sends what stands in a bounded queue, the oldest of which gives way when it is full.

    What is still queued is sent when the process ends. `lines` writes a record as one JSON object.
    """

    def __init__(self, endpoint: str, resource: Resource, lines: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(lines)
        self.addFilter(_is_not_of_the_export)
        self._provider = LoggerProvider(resource)
        self._provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=endpoint)))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = orjson.loads(self.format(record))
            self._provider.get_logger(record.name).emit(
                LogRecord(
                    timestamp=int(record.created * 1e9),
                    context=get_current(),
                    severity_text=line["level"],
                    severity_number=SEVERITY.get(line["level"], SeverityNumber.UNSPECIFIED),
                    body=line["message"],
                    attributes={k: v for k, v in line.items() if k not in OF_THE_RECORD},
                )
            )
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Send what is queued, and take nothing more."""
        self._provider.shutdown()
        super().close()


def _is_not_of_the_export(record: logging.LogRecord) -> bool:
    """A failing export must not make more to export: its own lines, and those of the HTTP client it uses, stay here."""
    return not (record.name.startswith("opentelemetry.") or get_value(_SUPPRESS_INSTRUMENTATION_KEY))
