"""The topology table describes what is there, and messages never go in circles."""

from graphlib import TopologicalSorter

from fincc.common.events import envelope_pb2
from fincc.common.topology import SERVICES, TOPICS

from .tree import ROOT

# In these pairs each of two services reads a topic of the other, on purpose.
KNOWN_PAIRS: frozenset[frozenset[str]] = frozenset()


def test_every_service_folder_has_its_row_and_the_other_way_round() -> None:
    assert {path.parent.name for path in ROOT.glob("services/*/pyproject.toml")} == {spec.name for spec in SERVICES}


def test_ports_and_prefixes_are_unique() -> None:
    assert len({spec.port for spec in SERVICES}) == len(SERVICES)
    assert len({spec.prefix for spec in SERVICES}) == len(SERVICES)


def test_every_topic_has_a_writer_and_every_used_topic_a_row() -> None:
    written = {topic for spec in SERVICES for topic in spec.produces}
    read = {topic for spec in SERVICES for topic in spec.consumes}
    assert written == {topic.name for topic in TOPICS}
    assert read <= written


def test_no_service_reads_a_topic_it_writes() -> None:
    assert not [spec.name for spec in SERVICES if set(spec.produces) & set(spec.consumes)]


def test_messages_never_go_in_circles() -> None:
    sources: dict[str, set[str]] = {spec.name: set() for spec in SERVICES}
    for reader in SERVICES:
        for writer in SERVICES:
            is_known = frozenset((reader.name, writer.name)) in KNOWN_PAIRS
            if set(writer.produces) & set(reader.consumes) and not is_known:
                sources[reader.name].add(writer.name)
    assert list(TopologicalSorter(sources).static_order())


def test_what_a_topic_carries_is_a_field_of_the_envelope() -> None:
    fields = set(envelope_pb2.Envelope.DESCRIPTOR.fields_by_name)
    assert {topic.body for topic in TOPICS} <= fields


def test_documents_have_one_partition_and_are_kept() -> None:
    for topic in TOPICS:
        if topic.body == "document":
            assert (topic.partitions, topic.retention_ms) == (1, None)
