"""A real Apache Kafka broker in a folder: one KRaft node on 127.0.0.1 that tests may stop, kill and start again."""

import base64
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from fincc.common.embedded.identity import run_as
from fincc.common.embedded.postgres import ask_to_stop
from fincc.common.testing.kafka_jars import KAFKA_VERSION, find_java, kafka_classpath
from fincc.common.testing.ports import free_port

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
SETTINGS: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT",
    "inter.broker.listener.name": "CLIENT",
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # A killed broker may come back once its own session is over.
    "broker.session.timeout.ms": "6000",
    "broker.heartbeat.interval.ms": "1000",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "log.segment.bytes": str(64 * 2**20),
    "log.cleaner.dedupe.buffer.size": str(8 * 2**20),
    "log.segment.delete.delay.ms": "1000",
}
JAVA_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)
READY = b"Kafka Server started"


class BrokerFailed(Exception):
    """The broker did not start; the text has the end of its log."""


class KafkaBroker:
    """One broker with its data in `data_dir`; `settings` override server.properties, `heap_mb` is its Java heap."""

    version = KAFKA_VERSION

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None, heap_mb: int = 512) -> None:
        self.data_dir = data_dir.absolute()
        self.log = self.data_dir / "broker.log"
        self._settings = settings or {}
        self._heap_mb = heap_mb
        self._pid_file = self.data_dir / "pid"
        self._watcher: subprocess.Popen[bytes] | None = None
        # Kept over restarts, as clients know the broker by it.
        self._port = free_port()
        self._controller_port = free_port()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """Process id of the broker itself, None when it is not running."""
        return int(self._pid_file.read_text()) if self._watcher and self._watcher.poll() is None else None

    def start(self) -> str:
        """Starts the broker, waits until it serves, and returns its bootstrap address. Raises PeerMissing."""
        if self._watcher is not None:
            return self.bootstrap
        java = [find_java(), f"-Xmx{self._heap_mb}m", *JAVA_OPTIONS, "-cp", kafka_classpath()]
        properties = self.data_dir / "server.properties"
        if not properties.exists():
            self._format(java, properties)
        self._pid_file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            log_start = log.tell()
            self._watcher = subprocess.Popen(
                [
                    *run_as("self", "--watch", "--pid-file", str(self._pid_file)),
                    *[*java, "kafka.Kafka", str(properties)],
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready(log_start)
        return self.bootstrap

    def stop(self) -> None:
        """Stops the broker in order. Does nothing when it is not running."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            ask_to_stop(watcher)
            try:
                watcher.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                os.kill(int(self._pid_file.read_text()), signal.SIGKILL)
                watcher.wait()

    def kill(self) -> None:
        """Ends the broker at once, as a crash would (SIGKILL)."""
        pid, watcher = self.pid, self._watcher
        self._watcher = None
        if pid is not None and watcher is not None:
            os.kill(pid, signal.SIGKILL)
            watcher.wait()

    def restart(self) -> str:
        """Stops the broker if it runs and starts it again with the same data and address."""
        self.stop()
        return self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _format(self, java: list[str], properties: Path) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        settings = {
            **SETTINGS,
            "listeners": f"CLIENT://127.0.0.1:{self._port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "log.dirs": str(self.data_dir / "data"),
            **self._settings,
        }
        unfinished = properties.with_suffix(".new")
        unfinished.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
        done = subprocess.run(
            [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(unfinished)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BrokerFailed(f"the broker's storage could not be formatted: {(done.stdout + done.stderr)[-2000:]}")
        unfinished.rename(properties)

    def _wait_until_ready(self, log_start: int) -> None:
        assert self._watcher is not None
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            with self.log.open("rb") as log:
                log.seek(log_start)
                said = log.read()
            if READY in said:
                return
            if self._watcher.poll() is not None:
                break
            time.sleep(0.05)
        self.kill()
        raise BrokerFailed(f"the broker did not start: {said[-2000:].decode(errors='replace')}")
