"""Topics are made as the topology says; one that exists and differs is named and left alone."""

import uuid

from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from fincc.common.bus.kafka import create_topics
from fincc.common.settings import CommonSettings
from fincc.common.topology import DAY_MS, TOPICS, TopicSpec


def settings(bootstrap: str) -> CommonSettings:
    return CommonSettings.model_validate({"kafka_bootstrap": bootstrap})


def prefix() -> str:
    return f"{uuid.uuid4().hex[:12]}."


async def test_every_topic_of_the_topology_is_made_with_its_partitions_and_retention(kafka_bootstrap: str):
    before = prefix()
    report = await create_topics(settings(kafka_bootstrap), topic_prefix=before)
    assert report.created == [before + spec.name for spec in TOPICS]
    assert report.differing == []
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    found = {name: len(topic.partitions) for name, topic in admin.list_topics(timeout=10).topics.items()}
    config = {spec.name: config_of(admin, before + spec.name) for spec in TOPICS}
    for spec in TOPICS:
        assert found[before + spec.name] == spec.partitions
        assert int(config[spec.name]["max.message.bytes"]) >= 2**20
        if spec.retention_ms is None:
            assert config[spec.name]["cleanup.policy"] == "compact"
        else:
            assert config[spec.name]["cleanup.policy"] == "delete"
            assert config[spec.name]["retention.ms"] == str(spec.retention_ms)


def config_of(admin: AdminClient, topic: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    return {name: entry.value for name, entry in admin.describe_configs([resource])[resource].result(10).items()}


async def test_doing_it_again_changes_nothing(kafka_bootstrap: str):
    before = prefix()
    await create_topics(settings(kafka_bootstrap), topic_prefix=before)
    again = await create_topics(settings(kafka_bootstrap), topic_prefix=before)
    assert (again.created, again.differing) == ([], [])


async def test_a_topic_that_differs_is_named_with_what_to_do_and_left_as_it_is(kafka_bootstrap: str):
    before = prefix()
    wanted = (TopicSpec("cost", "cost", 12, 7 * DAY_MS), TopicSpec("facts", "document", 1, None))
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    made = admin.create_topics(
        [
            NewTopic(before + "cost", 3, 1, config={"retention.ms": "60000", "max.message.bytes": "5000000"}),
            NewTopic(before + "facts", 1, 1, config={"max.message.bytes": "1000"}),
        ]
    )
    for answer in made.values():
        answer.result(10)
    report = await create_topics(settings(kafka_bootstrap), topic_prefix=before, topics=wanted)
    assert report.created == []
    cost_partitions, cost_retention, facts_size, facts_policy = report.differing
    assert f"topic {before}cost: has 3 partitions, expected 12" in cost_partitions
    assert f"retention.ms is 60000, expected {7 * DAY_MS}" in cost_retention
    assert f"--topic {before}cost --add-config retention.ms={7 * DAY_MS}" in cost_retention
    assert "max.message.bytes is 1000, expected 1048576" in facts_size
    assert "cleanup.policy is delete, expected compact" in facts_policy
    assert config_of(admin, before + "cost")["retention.ms"] == "60000"
