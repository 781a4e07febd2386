"""Creating the topics of the topology, and comparing those that exist with it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from fincc.common.bus.kafka.connection import MAX_RECORD_BYTES, UNREACHABLE, client_options, explain
from fincc.common.settings import CommonSettings
from fincc.common.topology import TOPICS, TopicSpec

ANSWER_WITHIN_S = 10.0
VISIBLE_WITHIN_S = 20.0


class TopicsNotReady(Exception):
    """The brokers do not answer, or refuse to create or show topics."""


@dataclass
class TopicReport:
    """`differing` has one line for each property of an existing topic that is not as it should be."""

    created: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


async def create_topics(
    settings: CommonSettings, *, topic_prefix: str = "", topics: tuple[TopicSpec, ...] = TOPICS
) -> TopicReport:
    """Create what is missing and say what differs; an existing topic is never changed. Raises `TopicsNotReady`."""
    specs = {topic_prefix + spec.name: spec for spec in topics}
    try:
        return await asyncio.to_thread(_create_and_compare, settings, specs)
    except UNREACHABLE as error:
        raise TopicsNotReady(
            f"topics at {settings.kafka_bootstrap} could not be made ready: {explain(error)}; check "
            "FINCC_KAFKA_BOOTSTRAP, FINCC_KAFKA_SECURITY and the user's rights"
        ) from error


def config_of(spec: TopicSpec) -> dict[str, str]:
    """The topic's configuration as the broker spells it."""
    config = {"max.message.bytes": str(MAX_RECORD_BYTES)}
    if spec.retention_ms is None:
        return {**config, "cleanup.policy": "compact"}
    return {**config, "cleanup.policy": "delete", "retention.ms": str(spec.retention_ms)}


def _create_and_compare(settings: CommonSettings, specs: dict[str, TopicSpec]) -> TopicReport:
    admin = AdminClient(client_options(settings))
    known = _partitions(admin)
    missing = {name: spec for name, spec in specs.items() if name not in known}
    report = TopicReport(created=_create(admin, missing, settings.kafka_replication))
    known = _known_to_all(admin, set(specs))
    for name, spec in specs.items():
        if name not in report.created:
            report.differing += _differences(spec, name, known[name], _config(admin, name))
    return report


def _partitions(admin: AdminClient) -> dict[str, int]:
    topics = admin.list_topics(timeout=ANSWER_WITHIN_S).topics
    return {name: len(topic.partitions) for name, topic in topics.items() if topic.error is None}


def _known_to_all(admin: AdminClient, names: set[str]) -> dict[str, int]:
    """Partitions by topic. A broker tells of a new topic a little after the controller has made it."""
    deadline = time.monotonic() + VISIBLE_WITHIN_S
    while not names <= (known := _partitions(admin)).keys():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{', '.join(names - known.keys())}: not shown within {VISIBLE_WITHIN_S:.0f} s")
        time.sleep(0.1)
    return known


def _create(admin: AdminClient, specs: dict[str, TopicSpec], replication: int) -> list[str]:
    """Returns the names of those created; another process may have been quicker."""
    if not specs:
        return []
    # One replica may be away while messages are still acknowledged by all that are in sync.
    in_sync = {"min.insync.replicas": str(max(1, replication - 1))}
    answers = admin.create_topics(
        [
            NewTopic(name, spec.partitions, replication, config={**config_of(spec), **in_sync})
            for name, spec in specs.items()
        ],
        request_timeout=ANSWER_WITHIN_S,
    )
    created = []
    for name, answer in answers.items():
        try:
            answer.result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
        else:
            created.append(name)
    return created


def _config(admin: AdminClient, name: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, name)
    entries = admin.describe_configs([resource], request_timeout=ANSWER_WITHIN_S)[resource].result()
    return {option: entry.value for option, entry in entries.items()}


def _differences(spec: TopicSpec, name: str, partitions: int, config: dict[str, str]) -> list[str]:
    lines = []
    if partitions != spec.partitions:
        lines.append(
            f"topic {name}: has {partitions} partitions, expected {spec.partitions}. A key's partition depends on "
            "their number: stop the services once all is read, delete the topic and run `fincc migrate` again"
        )
    for option, expected in config_of(spec).items():
        found = config.get(option, "")
        enough = option == "max.message.bytes" and found.isdigit() and int(found) >= int(expected)
        if found != expected and not enough:
            lines.append(
                f"topic {name}: {option} is {found or 'unknown'}, expected {expected}. Change it with "
                f"kafka-configs.sh --alter --topic {name} --add-config {option}={expected}"
            )
    return lines
