"""Fixtures that every test of the repository can ask for, and a closing list of what the tests really ran against."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from fincc.common.testing.peers import PeerMissing, Peers, not_run

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

    from fincc.common.testing.kafka_broker import KafkaBroker

PEERS = pytest.StashKey[Peers]()
MARKER_OF_FIXTURE = {"postgres_dsn": "postgres", "kafka_bootstrap": "kafka", "kafka_broker": "kafka"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the tests marked `full`")
    parser.addoption("--outcomes", metavar="FILE", help="append one JSON object for each finished test to FILE")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PEERS] = Peers()
    config.pluginmanager.register(Recorder(config.stash[PEERS], config.getoption("--outcomes")))
    # The same examples in every run, and no time limits: the machine may be busy.
    hypothesis.settings.register_profile("fincc", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("fincc")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full"):
        left_out = [item for item in items if item.get_closest_marker("full")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKER_OF_FIXTURE:
                item.add_marker(MARKER_OF_FIXTURE[fixture])


class Recorder:
    """Notes each outcome as soon as it is known, so that a run that dies tells how far it came."""

    def __init__(self, peers: Peers, path: str | None) -> None:
        self._peers = peers
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        not_run = None
        if report.skipped and isinstance(report.longrepr, tuple):
            not_run = self._peers.note_skip(report.nodeid, str(report.longrepr[2]))
        if self._path:
            outcome = {"test": report.nodeid, "outcome": report.outcome, "not_run": not_run, "why": _why(report)}
            with open(self._path, "a") as file:
                file.write(json.dumps(outcome) + "\n")


def _why(report: pytest.TestReport) -> str | None:
    """Where a test failed and what the error says; None for one that did not."""
    if not report.failed:
        return None
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return report.longreprtext
    return f"{Path(crash.path).name}:{crash.lineno}: {crash.message}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash[PEERS].is_failure and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    peers = config.stash[PEERS]
    for name, what in peers.used.items():
        terminalreporter.write_line(f"ran against {name} {what}")
    if peers.not_run:
        terminalreporter.write_sep("-", "not run:")
        for test in peers.not_run:
            terminalreporter.write_line(f"  {test}")
        if peers.is_failure:
            terminalreporter.write_line("CI=true: a test that could not run is a failure", red=True)


@pytest.fixture(scope="session")
def postgres_dsn(request: pytest.FixtureRequest) -> Iterator[str]:
    """DSN of a superuser on a real PostgreSQL, whose data is lost at the end of the run."""
    from fincc.common.testing.postgres import running_postgres

    try:
        with running_postgres() as (dsn, what):
            request.config.stash[PEERS].used["PostgreSQL"] = what
            yield dsn
    except PeerMissing as missing:
        not_run(str(missing))


@pytest.fixture(scope="session")
def kafka_bootstrap(request: pytest.FixtureRequest) -> Iterator[str]:
    """Bootstrap address of a real Kafka broker that all tests share: use topics and groups of your own name."""
    from fincc.common.testing.kafka import running_kafka

    try:
        with running_kafka() as (bootstrap, what):
            request.config.stash[PEERS].used["Kafka"] = what
            yield bootstrap
    except PeerMissing as missing:
        not_run(str(missing))


@pytest.fixture(scope="module")
def kafka_broker(request: pytest.FixtureRequest) -> Iterator["KafkaBroker"]:
    """A broker for the tests of one module alone, which may stop, kill and restart it."""
    from fincc.common.testing.kafka import own_broker

    try:
        with own_broker() as broker:
            request.config.stash[PEERS].used["Kafka"] = f"{broker.version}, one node from its jars"
            yield broker
    except PeerMissing as missing:
        not_run(str(missing))


@pytest.fixture
def ended_spans(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list["ReadableSpan"]]:
    """The spans of a name that have ended; all are recorded."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from fincc.common import tracing

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    return lambda name: [span for span in exporter.get_finished_spans() if span.name == name]
