"""The bus of several processes: Apache Kafka through confluent-kafka, which is imported nowhere else."""

from fincc.common.bus.kafka.bus import KafkaBus
from fincc.common.bus.kafka.topics import TopicReport, TopicsNotReady, create_topics

__all__ = ["KafkaBus", "TopicReport", "TopicsNotReady", "create_topics"]
