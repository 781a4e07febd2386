"""What is logged is exported as it is written, and an export in trouble is nobody else's trouble."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from opentelemetry.sdk.resources import Resource

from fincc.common import tracing
from fincc.common.otlp_logs import OF_THE_RECORD, ExportLogs
from fincc.common.telemetry import LOG_FIELDS, JsonFormatter
from fincc.common.testing.otlp_receiver import Receiver, receiving

pytestmark = pytest.mark.slow

NAMES = count()
PROGRAM = """
import logging, os
from pydantic import SecretStr
from fincc.common import telemetry, tracing
from fincc.common.settings import CommonSettings

telemetry.set_up(CommonSettings(process="p1"), "cockpit")
log = logging.getLogger("fincc.cockpit.somewhere")
with tracing.span("work"):
    log.warning("a snapshot waits", extra={"topic": "raw-cost", "parts": 3, "late_s": 1.5, "whole": False,
                                           "keys": None, "key": SecretStr("hunter2")})
try:
    {}["absent"]
except KeyError as error:
    log.error("unexpected error", extra={"where": "here"}, exc_info=error)
"""


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """The root of all loggers, which says everything; as before afterwards."""
    found = logging.getLogger()
    before, level = found.handlers[:], found.level
    found.setLevel("DEBUG")
    yield found
    found.handlers[:] = before
    found.setLevel(level)


@contextmanager
def exporting(receiver: Receiver, root: logging.Logger) -> Iterator[logging.Logger]:
    handler = ExportLogs(f"{receiver.url}/v1/logs", Resource.create({"service.name": "x"}), JsonFormatter())
    root.addHandler(handler)
    try:
        yield logging.getLogger(f"fincc.test{next(NAMES)}")
    finally:
        root.removeHandler(handler)
        handler.close()


def until(condition: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends, what
        time.sleep(0.02)


def test_every_line_of_a_process_that_has_ended_was_exported_with_the_fields_of_its_stderr():
    with receiving() as receiver:
        environment = {"FINCC_OTLP_ENDPOINT": receiver.url, "OTEL_BLRP_SCHEDULE_DELAY": "60000"}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONPATH": ":".join(sys.path), **environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines] == ["a snapshot waits", "unexpected error"]
    for line, sent in zip(lines, receiver.logs, strict=True):
        assert (sent.service, sent.logger) == ("fincc-cockpit", line["logger"])
        assert (sent.level, sent.message) == (line["level"], line["message"])
        assert (sent.trace, sent.span) == (line.get("trace_id", ""), line.get("span_id", ""))
        assert sent.attributes == {k: v for k, v in line.items() if k not in OF_THE_RECORD}
        assert sent.time_ns // 1_000_000 % 1000 == int(line["time"][20:23])
    within, outside = receiver.logs
    assert (within.severity, outside.severity) == (13, 17)
    assert {span.id for span in receiver.spans} == {within.span}
    assert within.attributes["key"] == "**********"
    assert "KeyError: 'absent'" in str(outside.attributes["error"])
    assert set(LOG_FIELDS) <= OF_THE_RECORD | {"error"}


def test_what_the_exporters_say_of_themselves_is_never_exported(root: logging.Logger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OTEL_BLRP_SCHEDULE_DELAY", "50")
    said: list[str] = []
    local = logging.Handler()
    local.emit = lambda record: said.append(record.name)  # type: ignore[method-assign]
    root.addHandler(local)
    with receiving() as receiver:
        receiver.status = 503
        with exporting(receiver, root) as log:
            log.info("one")
            until(lambda: receiver.refused > 0, "an export that is refused")
            receiver.status = 200
            until(lambda: bool(receiver.logs), "the line, at the next attempt")
            log.info("two")
            until(lambda: len(receiver.logs) >= 2, "the second line")
            time.sleep(0.3)
        assert [line.message for line in receiver.logs] == ["one", "two"]
    assert any(name.startswith("opentelemetry.exporter.") for name in said), "it did complain"
    assert any(name.startswith("urllib3") for name in said), "so did the client it uses"


def test_a_receiver_that_does_not_answer_makes_nobody_wait_and_the_newest_lines_are_kept(
    root: logging.Logger, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OTEL_BLRP_MAX_QUEUE_SIZE", "200")
    monkeypatch.setenv("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "50")
    answers, arrived = threading.Event(), threading.Event()
    with receiving() as receiver:
        take = receiver.take_logs

        def stuck(body: bytes) -> None:
            arrived.set()
            answers.wait(20)
            take(body)

        monkeypatch.setattr(receiver, "take_logs", stuck)
        with exporting(receiver, root) as log:
            for number in range(50):
                log.info("first", extra={"number": number})
            assert arrived.wait(20)
            started = time.perf_counter()
            for number in range(50, 1050):
                log.info("more", extra={"number": number})
            took_s = time.perf_counter() - started
            answers.set()
        numbers = [line.attributes["number"] for line in receiver.logs]
    assert took_s < 5, "10 s is what the exporter waits for an answer"
    assert numbers == [*range(50), *range(850, 1050)]


def test_lines_of_one_request_have_its_trace(root: logging.Logger):
    with receiving() as receiver:
        with exporting(receiver, root) as log, tracing.span("request"):
            log.info("within")
            current = tracing.traceparent()
        (line,) = receiver.logs
    assert current is not None
    assert current.split("-")[1:3] == [line.trace, line.span]
