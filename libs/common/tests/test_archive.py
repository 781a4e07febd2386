"""The archive gives back what was sent, and opens only the parts that can hold what is wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from fincc.common.archive import Archive, ArchiveWriter, Wanted, bloom, folder, may_hold
from fincc.common.batches import encode
from fincc.common.contents import Contents, resource_hashes
from fincc.common.objects import ObjectStore
from fincc.common.period import Days
from fincc.common.testing.factories import cost_columns, cost_rows

AT = ("src_a", "2026-11", 7)
MONTH = (date(2026, 11, 1), date(2026, 12, 1))
DAY_ONE = Days(date(2026, 11, 1), date(2026, 11, 2))


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


def numbers(objects: ObjectStore, wanted: Wanted, first: int = 0) -> list[int]:
    return [part.number for part in Archive(objects).holding(*AT, wanted, first)]


def test_records_of_a_day_are_those_of_that_day(objects: ObjectStore) -> None:
    write(objects)
    found = list(Archive(objects).records(*AT, DAY_ONE, ["ChargePeriodStart", "BilledCost"]))
    assert [b.num_rows for b in found] == [10]
    assert sum(found[0].column("BilledCost").to_pylist()) == sum(Decimal(f"1.{i}") for i in range(10))


def test_records_of_other_days_of_a_part_are_left_out(objects: ObjectStore) -> None:
    writer = ArchiveWriter(objects, *AT)
    days = [datetime(2026, 11, 1 + i, 23, 59, tzinfo=UTC) for i in range(4)]
    batch = pa.record_batch(cost_columns(cost_rows(4, ChargePeriodStart=days)))
    writer.append(0, encode(batch), Contents.of(batch))
    writer.close()
    (found,) = Archive(objects).records(*AT, Days(date(2026, 11, 2), date(2026, 11, 4)), ["ChargePeriodStart"])
    assert [t.day for t in found.column("ChargePeriodStart").to_pylist()] == [2, 3]


def test_only_parts_that_may_hold_a_resource_or_an_account_are_opened(objects: ObjectStore) -> None:
    write(objects)
    assert numbers(objects, Wanted(*MONTH, resource_id="i-2-7")) == [1]
    assert numbers(objects, Wanted(*MONTH, sub_account_id="account-3")) == [2]
    assert numbers(objects, Wanted(*MONTH, resource_id="i-9-9")) == []
    assert numbers(objects, Wanted(*MONTH), first=1) == [1, 2]


def test_a_part_says_whether_all_of_it_is_of_the_days(objects: ObjectStore) -> None:
    write(objects)
    some = Wanted(date(2026, 11, 2), date(2026, 11, 3))
    assert [(p.number, p.is_within) for p in Archive(objects).holding(*AT, some)] == [(1, True)]


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
