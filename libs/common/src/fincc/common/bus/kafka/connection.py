"""How every client of the brokers connects: addresses, security, and what it says of brokers it cannot reach."""

from __future__ import annotations

import asyncio
import logging
import queue
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import orjson
from confluent_kafka import KafkaError, KafkaException

from fincc.common.settings import CommonSettings

# The message itself is bounded by `MAX_MESSAGE_BYTES`; the rest is key, headers and the broker's framing.
MAX_RECORD_BYTES = 1 << 20

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0

_NOT_OURS = frozenset({"none", "stopping", "stopped"})
"""What librdkafka says of partitions that others read, or that were just taken from us."""

T = TypeVar("T")

log = logging.getLogger(__name__)
library_log = logging.getLogger("librdkafka")  # else its lines go to stderr as they are
# One line for each attempt to connect, several a second; `BrokerWatch` says it once.
library_log.addFilter(lambda record: not record.getMessage().startswith("FAIL "))

UNREACHABLE = (KafkaException, OSError, TimeoutError)
"""What a client raises while brokers are down, restarting, or refuse it: all of it is waited out, and said."""


def client_options(settings: CommonSettings) -> dict[str, Any]:
    """The options common to producer, consumer and administration client, by librdkafka's names."""
    options: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_bootstrap,
        "client.id": f"fincc-{instance_of(settings)}",
        "security.protocol": settings.kafka_security,
        "logger": library_log,
        "socket.nagle.disable": True,
        "reconnect.backoff.ms": 500,
        "reconnect.backoff.max.ms": 2000,
        # So soon a topic is found that was missing; and connections are never idle long enough to be closed.
        "topic.metadata.refresh.interval.ms": 10_000,
    }
    if settings.kafka_security.endswith("SSL") and settings.kafka_ca_file is not None:
        options["ssl.ca.location"] = str(settings.kafka_ca_file)
    if settings.kafka_security.startswith("SASL"):
        options["sasl.mechanism"] = settings.kafka_sasl_mechanism
        options["sasl.username"] = settings.kafka_username
        options["sasl.password"] = settings.kafka_password.get_secret_value()
    return options


def instance_of(settings: CommonSettings) -> str:
    """The name under which the group knows this worker after a restart."""
    return settings.instance or socket.gethostname()


def explain(error: BaseException | KafkaError) -> str:
    """One line for readiness and logs."""
    if isinstance(error, KafkaException):
        error = error.args[0]
    name = error.name().strip("_") if isinstance(error, KafkaError) else type(error).__name__
    text = error.str() if isinstance(error, KafkaError) else str(error)
    return f"{name}: {text[:200]}" if text else name


class BrokerWatch:
    """What a client says once a second of its connections, on the thread that asks it."""

    def __init__(self) -> None:
        self.unreachable: str | None = None
        """Why no broker can be reached, None when one can."""
        self.silent_s = 0.0
        """Seconds for which a broker has left a request unanswered."""
        self.lag: dict[str, int | None] = {}
        """Of a consumer, by topic: messages after the committed ones, over its partitions; None while one is not known."""
        self._why = "nobody answers"

    def options(self) -> dict[str, Any]:
        return {"error_cb": self._note_error, "stats_cb": self._note_state, "statistics.interval.ms": 1000}

    def _note_error(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # which says less than the errors before it
            self._why = explain(error)

    def _note_state(self, statistics: str) -> None:
        said = orjson.loads(statistics)
        self.lag = {name: _lag(topic["partitions"]) for name, topic in said["topics"].items()}
        connected = [broker for broker in said["brokers"].values() if broker["state"] == "UP"]
        self.silent_s = max((b["rxidle"] / 1e6 for b in connected if b["waitresp_cnt"]), default=0.0)
        before, self.unreachable = self.unreachable, None
        if not connected:
            self.unreachable = f"{self._why}; check FINCC_KAFKA_BOOTSTRAP, FINCC_KAFKA_SECURITY and the user"
            if before is None:
                log.warning("no broker can be reached; trying again", extra={"reason": self._why})


def _lag(partitions: dict[str, dict[str, Any]]) -> int | None:
    """librdkafka lists partitions that others read, too, and has negative numbers for what it does not know."""
    own = [p for p in partitions.values() if p["fetch_state"] not in _NOT_OURS]
    # One that was just assigned is first asked where to begin; until then nothing is known of it.
    if any(p["fetch_state"] != "active" or p["hi_offset"] < 0 for p in own):
        return None
    return sum(p["hi_offset"] - _next(p) for p in own)


def _next(partition: dict[str, Any]) -> int:
    """The first offset that is not committed: the first there is, where nothing was."""
    committed: int = partition["committed_offset"]
    return committed if committed >= 0 else max(0, partition["lo_offset"])


class ClientThread:
    """Makes a client's blocking calls one after the other. An executor's thread would keep the process from ending for
    as long as the last call takes, which is half a minute when a consumer is closed while brokers are away."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def call(self, function: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        answer: Future[T] = Future()

        def make() -> None:
            if answer.set_running_or_notify_cancel():
                try:
                    answer.set_result(function(*arguments))
                except Exception as error:
                    answer.set_exception(error)

        self._calls.put(make)
        return asyncio.wrap_future(answer)

    def end(self) -> None:
        """After the calls that were made before."""
        self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
