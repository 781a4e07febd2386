"""Parts: nothing lost, nothing too large, every row keeps its money and its key."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from fincc.common import batches
from fincc.common.archive import bloom, may_hold
from fincc.common.batches import decode
from fincc.common.contents import resource_hashes
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import key_of
from fincc.common.testing.factories import cost_columns, cost_rows
from fincc.ingestion.domain.parts import LARGEST, EncodedPart, Keys, PartCutter


def cut(n: int, target: int = 600_000, max_rows: int = 65_536, **values: object) -> list[EncodedPart]:
    columns = cost_columns(cost_rows(n, **values))
    del columns[KEY_COLUMN]
    cutter = PartCutter(target, max_rows, together=n)
    return [*cutter.add(columns, n), *cutter.finish()]


def test_all_rows_come_out_once() -> None:
    costs = [f"{i}.01" for i in range(1000)]
    parts = cut(1000, max_rows=130, BilledCost=costs, ResourceId=[f"i-{i % 37}" for i in range(1000)])
    got = sorted(v for p in parts for v in decode(p.data).column("BilledCost").to_pylist())
    assert got == sorted(Decimal(c) for c in costs)
    assert max(p.contents.rows for p in parts) <= 130


def test_the_totals_are_those_of_the_rows() -> None:
    (part,) = cut(3, BilledCost=["1", "2", "-0.5"], BillingCurrency=["USD", "EUR", "USD"])
    assert {c: s.billed for c, s in part.totals.items()} == {"USD": Decimal("0.5"), "EUR": Decimal(2)}


def test_a_part_never_exceeds_the_largest_size() -> None:
    dice = random.Random(1)
    noise = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=300)) for _ in range(9000)]
    parts = cut(9000, ResourceId=noise)
    assert len(parts) > 2
    assert max(len(p.data) for p in parts) <= LARGEST
    assert sum(p.contents.rows for p in parts) == 9000


def test_parts_that_turn_out_too_large_are_cut_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that take forty times as much as all before, when parts of those rows are on their way already."""
    encoded: list[int] = []
    encode = batches.encode

    def counted(batch: pa.RecordBatch) -> bytes:
        encoded.append(batch.num_rows)
        return encode(batch)

    monkeypatch.setattr(batches, "encode", counted)
    dice = random.Random(2)
    noise = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=400)) for _ in range(9_000)]
    names = [f"i-{i:05d}" for i in range(40_000)]
    parts = cut(40_000, max_rows=8_000, ResourceId=names, ChargeDescription=["-"] * 31_000 + noise)
    assert [name for part in parts for name in resources_of(part)] == names
    assert max(len(part.data) for part in parts) <= LARGEST
    assert len(encoded) <= 2 * len(parts)


def test_rows_of_one_resource_stand_together() -> None:
    (part,) = cut(100, ResourceId=[f"i-{i % 10}" for i in range(100)])
    resources = decode(part.data).column("ResourceId").to_pylist()
    assert sum(a != b for a, b in pairwise(resources)) == 9


def test_each_row_has_the_key_of_its_attributes() -> None:
    tags: dict[str, Any] = {"Tags/team": ["a", None, "b", "a"]}
    (part,) = cut(4, ResourceId=["i-1", "i-2", "i-1", None], **tags)
    names = [n for n in decode(part.data).schema.names if n != KEY_COLUMN]
    for row in decode(part.data).to_pylist():
        attributes = {n: row[n] for n in names if isinstance(row[n], str)}
        assert row[KEY_COLUMN] == key_of(attributes)


def test_columns_that_are_null_throughout_are_left_out() -> None:
    (part,) = cut(2, RegionId=[None, None])
    assert "RegionId" not in decode(part.data).schema.names


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_batches_work(n: int) -> None:
    assert sum(p.contents.rows for p in cut(n)) == n


def test_the_index_knows_the_resources_of_each_part() -> None:
    names = [f"i-{i % 300}" for i in range(3000)]
    for part in cut(3000, max_rows=700, ResourceId=names):
        inside = decode(part.data).column("ResourceId").dictionary
        assert sorted(part.contents.resources.tolist()) == sorted(resource_hashes(inside).tolist())
        assert may_hold(bloom(part.contents.resources), inside[0].as_py())


def test_the_accounts_and_currencies_of_a_part_are_those_of_its_rows() -> None:
    accounts = [f"{i // 50:012d}" for i in range(100)]
    first, second = cut(100, max_rows=50, SubAccountId=accounts, ResourceId=[f"i-{i:03d}" for i in range(100)])
    assert (first.contents.accounts, second.contents.accounts) == (["000000000000"], ["000000000001"])


def test_rows_of_one_account_stand_together_and_in_them_those_of_one_region_and_service() -> None:
    columns: dict[str, Any] = {
        "SubAccountId": [f"{i % 3:012d}" for i in range(240)],
        "RegionId": [f"region-{i // 3 % 2}" for i in range(240)],
        "ServiceName": [f"service {i // 6 % 2}" for i in range(240)],
        "ResourceId": [f"i-{i // 12 % 5}" for i in range(240)],
    }
    (part,) = cut(240, **columns)
    batch = decode(part.data)
    for names, groups in (
        (["SubAccountId"], 3),
        (["SubAccountId", "RegionId"], 6),
        (list(columns)[:3], 12),
        (list(columns), 60),
    ):
        rows = list(zip(*(batch.column(name).to_pylist() for name in names), strict=True))
        assert sum(a != b for a, b in pairwise(rows)) + 1 == len(set(rows)) == groups


def test_batches_are_ordered_together() -> None:
    cutter = PartCutter(600_000, 65_536, together=150)
    first = cost_columns(cost_rows(100, ResourceId=[f"i-{i % 10}" for i in range(100)]))
    second = cost_columns(cost_rows(60, ResourceId=[f"i-{i % 12}" for i in range(60)], RegionId="eu-west-1"))
    assert list(cutter.add(first, 100)) == []
    (part,) = cutter.add(second, 60)
    batch = decode(part.data)
    resources = batch.column("ResourceId").to_pylist()
    assert sum(a != b for a, b in pairwise(resources)) == 11
    assert sorted(resources) == sorted([f"i-{i % 10}" for i in range(100)] + [f"i-{i % 12}" for i in range(60)])
    assert list(cutter.finish()) == []


def resources_of(part: EncodedPart) -> list[str]:
    return [str(r) for r in decode(part.data).column("ResourceId").to_pylist()]


def test_rows_of_keys_that_are_known_from_elsewhere_come_last() -> None:
    def columns(names: range) -> dict[str, Any]:
        return cost_columns(cost_rows(len(names), ResourceId=[f"i-{i:02d}" for i in names]))

    first = PartCutter(600_000, 65_536, together=10)
    assert len(first.first.low) == 0
    list(first.add(columns(range(10)), 10))
    assert len(first.first.low) == 10

    def cut_after(known: Keys | None) -> list[str]:
        (part,) = PartCutter(600_000, 65_536, together=20, known=known).add(columns(range(20)), 20)
        return resources_of(part)

    assert cut_after(None) == [f"i-{i:02d}" for i in range(20)]
    assert cut_after(first.first) == [f"i-{i:02d}" for i in (*range(10, 20), *range(10))]


def test_a_few_last_rows_do_not_tell_how_much_others_take() -> None:
    """Of five rows each takes many times as much as of a thousand; the next part was cut that much smaller."""
    cutter = PartCutter(80_000, 1000, together=3000)
    for rows in (3000, 3005, 3000):  # the first ones have new keys, which is another matter
        columns = cost_columns(cost_rows(rows, ResourceId=[f"i-{i % 90}" for i in range(rows)]))
        del columns[KEY_COLUMN]
        last = [part.contents.rows for part in cutter.add(columns, rows)]
    assert last == [1000, 1000, 1000]
