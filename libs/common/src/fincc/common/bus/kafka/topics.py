"""Creating the topics of the topology, and comparing those that exist with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from fincc.common.bus.kafka.connection import MAX_RECORD_BYTES, UNREACHABLE, client_options, explain
from fincc.common.settings import CommonSettings
from fincc.common.topology import TOPICS, TopicSpec

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
    admin = AIOKafkaAdminClient(**client_options(settings))
    specs = {topic_prefix + spec.name: spec for spec in topics}
    try:
        await admin.start()
        known = await _partitions(admin)
        missing = {name: spec for name, spec in specs.items() if name not in known}
        report = TopicReport(created=await _create(admin, missing, settings.kafka_replication))
        known = await _known_to_all(admin, set(specs))
        for name, spec in specs.items():
            if name not in report.created:
                report.differing += _differences(spec, name, known[name], await _config(admin, name))
    except UNREACHABLE as error:
        raise TopicsNotReady(
            f"topics at {settings.kafka_bootstrap} could not be made ready: {explain(error)}; check "
            "FINCC_KAFKA_BOOTSTRAP, FINCC_KAFKA_SECURITY and the user's rights"
        ) from error
    finally:
        await admin.close()
    return report


def config_of(spec: TopicSpec) -> dict[str, str]:
    """The topic's configuration as the broker spells it."""
    config = {"max.message.bytes": str(MAX_RECORD_BYTES)}
    if spec.retention_ms is None:
        return {**config, "cleanup.policy": "compact"}
    return {**config, "cleanup.policy": "delete", "retention.ms": str(spec.retention_ms)}


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}


async def _known_to_all(admin: AIOKafkaAdminClient, names: set[str]) -> dict[str, int]:
    """Partitions by topic. A broker tells of a new topic a little after the controller has made it."""
    async with asyncio.timeout(VISIBLE_WITHIN_S):
        while not names <= (known := await _partitions(admin)).keys():  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(0.1)
    return known


async def _create(admin: AIOKafkaAdminClient, specs: dict[str, TopicSpec], replication: int) -> list[str]:
    """Returns the names of those created; another process may have been quicker."""
    if not specs:
        return []
    # One replica may be away while messages are still acknowledged by all that are in sync.
    in_sync = {"min.insync.replicas": str(max(1, replication - 1))}
    response = await admin.create_topics(
        [
            NewTopic(name, spec.partitions, replication, topic_configs={**config_of(spec), **in_sync})
            for name, spec in specs.items()
        ]
    )
    created = []
    for name, code, *message in response.topic_errors:
        error = for_code(code)
        if not code:
            created.append(name)
        elif error is not TopicAlreadyExistsError:
            raise KafkaError(f"{name} was not created: {error.__name__} {' '.join(str(m) for m in message if m)}")
    return created


async def _config(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    (response,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    (resource,) = response.resources
    code, message, _, _, entries = resource
    if code:
        raise KafkaError(f"the configuration of {name} cannot be read: {for_code(code).__name__} {message or ''}")
    return {entry[0]: entry[1] for entry in entries}


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
