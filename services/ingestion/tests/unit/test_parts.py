"""Parts: nothing lost, nothing too large, every row keeps its money and its key."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import key_of
from fincc.common.testing.factories import cost_columns, cost_rows
from fincc.ingestion.domain.parts import LARGEST, EncodedPart, PartCutter


def cut(n: int, target: int = 600_000, max_rows: int = 65_536, **values: object) -> list[EncodedPart]:
    columns = cost_columns(cost_rows(n, **values))
    del columns[KEY_COLUMN]
    return list(PartCutter(target, max_rows).cut(columns, n))


def test_all_rows_come_out_once() -> None:
    costs = [f"{i}.01" for i in range(1000)]
    parts = cut(1000, max_rows=130, BilledCost=costs, ResourceId=[f"i-{i % 37}" for i in range(1000)])
    got = sorted(v for p in parts for v in p.batch.column("BilledCost").to_pylist())
    assert got == sorted(Decimal(c) for c in costs)
    assert max(p.batch.num_rows for p in parts) <= 130


def test_the_totals_are_those_of_the_rows() -> None:
    (part,) = cut(3, BilledCost=["1", "2", "-0.5"], BillingCurrency=["USD", "EUR", "USD"])
    assert {c: s.billed for c, s in part.totals.items()} == {"USD": Decimal("0.5"), "EUR": Decimal(2)}


def test_a_part_never_exceeds_the_largest_size() -> None:
    dice = random.Random(1)
    noise = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=300)) for _ in range(9000)]
    parts = cut(9000, ResourceId=noise)
    assert len(parts) > 2
    assert max(len(p.data) for p in parts) <= LARGEST
    assert sum(p.batch.num_rows for p in parts) == 9000


def test_rows_of_one_resource_stand_together() -> None:
    (part,) = cut(100, ResourceId=[f"i-{i % 10}" for i in range(100)])
    resources = part.batch.column("ResourceId").to_pylist()
    assert sum(a != b for a, b in pairwise(resources)) == 9


def test_each_row_has_the_key_of_its_attributes() -> None:
    tags: dict[str, Any] = {"Tags/team": ["a", None, "b", "a"]}
    (part,) = cut(4, ResourceId=["i-1", "i-2", "i-1", None], **tags)
    names = [n for n in part.batch.schema.names if n != KEY_COLUMN]
    for row in part.batch.to_pylist():
        attributes = {n: row[n] for n in names if isinstance(row[n], str)}
        assert row[KEY_COLUMN] == key_of(attributes)


def test_columns_that_are_null_throughout_are_left_out() -> None:
    (part,) = cut(2, RegionId=[None, None])
    assert "RegionId" not in part.batch.schema.names


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_batches_work(n: int) -> None:
    assert sum(p.batch.num_rows for p in cut(n)) == n
