"""A real Kafka for tests: the one named by FINCC_TEST_KAFKA_BOOTSTRAP, else a container, else a broker of our own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

from fincc.common.testing.docker import docker_answers
from fincc.common.testing.kafka_broker import READY, SETTINGS, KafkaBroker
from fincc.common.testing.kafka_jars import KAFKA_VERSION
from fincc.common.testing.peers import PeerMissing
from fincc.common.testing.ports import free_port

CONTAINER_TIMEOUT_S = 60.0


@contextmanager
def running_kafka() -> Iterator[tuple[str, str]]:
    """Yields (bootstrap address, what serves it). Raises PeerMissing."""
    given = os.environ.get("FINCC_TEST_KAFKA_BOOTSTRAP")
    if given:
        yield given, f"at {given}, given by FINCC_TEST_KAFKA_BOOTSTRAP"
        return
    if docker_answers():
        try:
            container = _start_container()
        except PeerMissing:
            pass  # no image can be had here; the jars may
        else:
            try:
                yield container[0], f"{KAFKA_VERSION}, in a container"
                return
            finally:
                container[1].stop()
    with own_broker() as broker:
        yield broker.bootstrap, f"{broker.version}, one node from its jars"


@contextmanager
def own_broker() -> Iterator[KafkaBroker]:
    """A running broker that the test may stop and kill. Raises PeerMissing."""
    with (
        tempfile.TemporaryDirectory(prefix="fincc-kafka-", ignore_cleanup_errors=True) as folder,
        KafkaBroker(Path(folder)) as broker,
    ):
        yield broker


def _start_container() -> tuple[str, DockerContainer]:
    port = free_port()
    container = DockerContainer(f"apache/kafka:{KAFKA_VERSION}").with_bind_ports(9092, port)
    container = container.with_env("KAFKA_LISTENERS", "CLIENT://:9092,CONTROLLER://:9093")
    container = container.with_env("KAFKA_ADVERTISED_LISTENERS", f"CLIENT://127.0.0.1:{port}")
    container = container.with_env("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")
    for name, value in SETTINGS.items():
        container = container.with_env("KAFKA_" + name.upper().replace(".", "_"), value)
    try:
        container.start()
        wait_for_logs(container, READY.decode(), timeout=CONTAINER_TIMEOUT_S)
    except (DockerException, TimeoutError) as error:
        container.stop()
        raise PeerMissing(f"no Kafka container: {error}") from error
    return f"127.0.0.1:{port}", container
