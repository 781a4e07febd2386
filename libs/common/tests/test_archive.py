"""The archive gives back what was sent, and opens only the parts that can hold what is wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from fincc.common.archive import Archive, ArchiveWriter, Wanted, bloom, folder, may_hold
from fincc.common.batches import decode, encode
from fincc.common.contents import Contents, resource_hashes
from fincc.common.focus import KEY_COLUMN
from fincc.common.objects import ObjectStore
from fincc.common.testing.factories import cost_columns, cost_rows

AT = ("src_a", "2026-11", 7)
DAY_ONE = Wanted(date(2026, 11, 1), date(2026, 11, 2))


@pytest.fixture
def objects(tmp_path: Path) -> ObjectStore:
    return ObjectStore(str(tmp_path), "ingestion")


def write(objects: ObjectStore, days: int = 3) -> list[bytes]:
    """One part a day, ten resources each."""
    writer, sent = ArchiveWriter(objects, *AT), []
    for day in range(1, days + 1):
        rows = cost_rows(
            10,
            BilledCost=[f"{day}.{i}" for i in range(10)],
            ResourceId=[f"i-{day}-{i}" for i in range(10)],
            ChargePeriodStart=datetime(2026, 11, day, tzinfo=UTC),
            SubAccountId=f"account-{day}",
        )
        batch = pa.record_batch(cost_columns(rows))
        sent.append(encode(batch))
        writer.append(day - 1, sent[-1], Contents.of(batch))
    writer.close()
    return sent


def test_parts_come_back_byte_for_byte_and_in_order(objects: ObjectStore) -> None:
    sent = write(objects)
    assert [(seq, data.to_pybytes()) for seq, data in Archive(objects).parts(*AT)] == list(enumerate(sent))


def test_records_of_a_day_are_those_of_that_day(objects: ObjectStore) -> None:
    write(objects)
    found = list(Archive(objects).records(*AT, DAY_ONE))
    assert [b.num_rows for b in found] == [10]
    assert sum(found[0].column("BilledCost").to_pylist()) == sum(Decimal(f"1.{i}") for i in range(10))


def test_records_of_a_resource_are_found(objects: ObjectStore) -> None:
    write(objects)
    wanted = Wanted(date(2026, 11, 1), date(2026, 12, 1), resource_id="i-2-7")
    (found,) = Archive(objects).records(*AT, wanted)
    assert found.column("BilledCost").to_pylist() == [Decimal("2.7")]


def test_records_of_a_key_are_found(objects: ObjectStore) -> None:
    sent = write(objects)
    key = decode(sent[1]).column(KEY_COLUMN)[3].as_py()
    (found,) = Archive(objects).records(*AT, Wanted(date(2026, 11, 1), date(2026, 12, 1), key=key))
    assert found.column("ResourceId").to_pylist() == ["i-2-3"]


def test_a_resource_that_is_not_there_gives_nothing(objects: ObjectStore) -> None:
    write(objects)
    assert not list(Archive(objects).records(*AT, Wanted(date(2026, 11, 1), date(2026, 12, 1), resource_id="i-9-9")))


def test_a_version_without_index_does_not_exist(objects: ObjectStore) -> None:
    write(objects)
    assert Archive(objects).exists(*AT)
    ArchiveWriter(objects, "src_a", "2026-11", 8)
    assert not Archive(objects).exists("src_a", "2026-11", 8)


def test_a_discarded_version_leaves_nothing(objects: ObjectStore) -> None:
    ArchiveWriter(objects, *AT).discard()
    assert objects.list(folder(*AT)) == []


def test_the_filter_never_misses_and_seldom_lies() -> None:
    inside, outside = [f"i-{n}" for n in range(3000)], [f"vol-{n}" for n in range(3000)]
    made = bloom(resource_hashes(pa.array(inside)))
    assert all(may_hold(made, value) for value in inside)
    assert sum(may_hold(made, value) for value in outside) < 90


def test_an_empty_filter_holds_nothing() -> None:
    assert not may_hold(bloom(resource_hashes(pa.array([], pa.string()))), "i-1")
