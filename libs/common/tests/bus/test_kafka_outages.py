"""The bus while its brokers are away, restarted, or refuse it."""

import asyncio
import datetime
import ipaddress
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fincc.common.bus.kafka import KafkaBus, create_topics
from fincc.common.bus.kafka.publisher import WINDOW
from fincc.common.bus.kafka.topics import TopicsNotReady
from fincc.common.settings import CommonSettings
from fincc.common.testing.bus_contract import TOPIC, Recorder, envelope, running, until
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.testing.peers import PeerMissing, not_run
from fincc.common.topology import TopicSpec

LONGER_THAN_A_REQUEST_S = 22.0
TOPICS = (TopicSpec(TOPIC, "cost", 2, 3_600_000),)


def settings(**values: object) -> CommonSettings:
    return CommonSettings.model_validate({"instance": "worker", **values})


def bus_with(reader: Recorder, prefix: str, config: CommonSettings) -> KafkaBus:
    bus = KafkaBus(config, topic_prefix=prefix)
    reader.listen(bus)
    return bus


def kinds_of_reasons(bus: KafkaBus) -> list[str]:
    return [kind for kind in ("publish", "read") if any(f"cannot {kind} at" in r for r in bus.unready("readers"))]


async def test_a_broker_that_is_down_at_the_start_is_waited_for_and_said(kafka_broker: KafkaBroker):
    await asyncio.to_thread(kafka_broker.stop)
    config, reader = settings(kafka_bootstrap=kafka_broker.bootstrap), Recorder()
    bus = bus_with(reader, "down.", config)
    async with running(bus):
        await asyncio.wait_for(bus.publish(TOPIC, "k", envelope("m")), 1)
        await until(lambda: kinds_of_reasons(bus) == ["publish", "read"], "a reason for reading and one for publishing")
        assert all(kafka_broker.bootstrap in reason for reason in bus.unready("readers"))
        with pytest.raises(TopicsNotReady, match="FINCC_KAFKA_BOOTSTRAP"):
            await create_topics(config, topic_prefix="down.", topics=TOPICS)
        await asyncio.to_thread(kafka_broker.start)
        await create_topics(config, topic_prefix="down.", topics=TOPICS)
        await reader.received(1)
        await until(lambda: bus.unready("readers") == [], "ready")


async def test_a_publisher_may_be_only_a_few_messages_of_a_key_ahead_of_the_broker(kafka_broker: KafkaBroker):
    config, reader = settings(kafka_bootstrap=kafka_broker.bootstrap), Recorder()
    await create_topics(config, topic_prefix="ahead.", topics=TOPICS)
    bus = bus_with(reader, "ahead.", config)
    publisher = bus._publisher

    async def publish_all() -> None:
        for name in "abcdefgh":
            await bus.publish(TOPIC, "k", envelope(name))
        await bus.flush("k")

    await asyncio.to_thread(kafka_broker.stop)
    async with running(bus):
        publishing = asyncio.create_task(publish_all())
        await asyncio.sleep(0.2)
        assert sum(len(lane) for lane in publisher._lanes.values()) == WINDOW
        await asyncio.to_thread(kafka_broker.start)
        await asyncio.wait_for(publishing, 20)
        assert publisher._lanes == {}
        await reader.received(8)
    assert reader.ids == list("abcdefgh")


@pytest.mark.slow
async def test_a_broker_that_takes_requests_but_does_not_answer_is_said(kafka_broker: KafkaBroker):
    config, reader = settings(kafka_bootstrap=kafka_broker.bootstrap), Recorder()
    await create_topics(config, topic_prefix="silent.", topics=TOPICS)
    bus = bus_with(reader, "silent.", config)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("before"))
        await reader.received(1)
        assert kafka_broker.pid is not None
        os.kill(kafka_broker.pid, signal.SIGSTOP)
        try:
            await until(lambda: any("no answer from" in r for r in bus.unready("readers")), "a reason")
        finally:
            os.kill(kafka_broker.pid, signal.SIGCONT)
        await until(lambda: bus.unready("readers") == [], "ready")
        await bus.publish(TOPIC, "k", envelope("after"))
        await reader.received(2)


@pytest.mark.slow
async def test_a_broker_that_crashes_and_stays_away_for_long_loses_nothing_and_keeps_the_order(
    kafka_broker: KafkaBroker,
):
    config, reader = settings(kafka_bootstrap=kafka_broker.bootstrap), Recorder()
    await create_topics(config, topic_prefix="crash.", topics=TOPICS)
    bus = bus_with(reader, "crash.", config)
    keys, count = ("a", "b", "c"), 20

    async def publish_all(key: str) -> None:
        for number in range(count):
            await bus.publish(TOPIC, key, envelope(f"{key}{number}", 200_000))
            await asyncio.sleep(0.05)
        await bus.flush(key)

    async with running(bus):
        publishing = [asyncio.create_task(publish_all(key)) for key in keys]
        await reader.received(10)
        await asyncio.to_thread(kafka_broker.kill)
        await asyncio.sleep(LONGER_THAN_A_REQUEST_S)
        assert bus.unready("readers") != []
        assert not any(task.done() for task in publishing)
        await asyncio.to_thread(kafka_broker.start)
        await asyncio.wait_for(asyncio.gather(*publishing), 60)
        await until(lambda: len(set(reader.ids)) == len(keys) * count, "all messages")
        await until(lambda: bus.unready("readers") == [], "ready")
    for key in keys:
        assert [i for i in dict.fromkeys(reader.ids) if i[0] == key] == [f"{key}{number}" for number in range(count)]


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate of 127.0.0.1; returns it for clients, and with its key for the broker."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "public.pem").write_bytes(public)
    (folder / "both.pem").write_bytes(private + public)
    return folder / "public.pem", folder / "both.pem"


@pytest.fixture(scope="module")
def guarded_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KafkaBroker, Path]]:
    """A broker behind TLS that asks for a password, and the certificate to trust."""
    folder = tmp_path_factory.mktemp("guarded")
    public, both = write_certificate(folder)
    login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    guards = {
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,CLIENT:SASL_SSL",
        "sasl.enabled.mechanisms": "PLAIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "listener.name.client.plain.sasl.jaas.config": (
            f'{login} username="fincc" password="right" user_fincc="right";'
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(both),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(public),
    }
    broker = KafkaBroker(folder / "broker", guards)
    try:
        broker.start()
    except PeerMissing as missing:
        not_run(str(missing))
    try:
        yield broker, public
    finally:
        broker.stop()


@pytest.mark.kafka
async def test_brokers_behind_tls_and_a_password_are_used_as_any_other(guarded_broker: tuple[KafkaBroker, Path]):
    broker, certificate = guarded_broker
    config = settings(
        kafka_bootstrap=broker.bootstrap,
        kafka_security="SASL_SSL",
        kafka_username="fincc",
        kafka_password="right",
        kafka_ca_file=certificate,
    )
    await create_topics(config, topics=TOPICS)
    reader = Recorder()
    bus = bus_with(reader, "", config)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("m"))
        await reader.received(1)


@pytest.mark.kafka
async def test_a_wrong_password_is_said_without_showing_it(
    guarded_broker: tuple[KafkaBroker, Path], caplog: pytest.LogCaptureFixture
):
    broker, certificate = guarded_broker
    config = settings(
        kafka_bootstrap=broker.bootstrap,
        kafka_security="SASL_SSL",
        kafka_username="fincc",
        kafka_password="wrong",
        kafka_ca_file=certificate,
    )
    bus = bus_with(Recorder(), "", config)
    async with running(bus):
        await until(lambda: kinds_of_reasons(bus) == ["publish", "read"], "a reason for reading and one for publishing")
        assert all("FINCC_KAFKA_SECURITY" in reason for reason in bus.unready("readers"))
        assert "wrong" not in "".join(bus.unready("readers"))
    assert "no broker can be reached" in caplog.text
    assert "wrong" not in caplog.text
