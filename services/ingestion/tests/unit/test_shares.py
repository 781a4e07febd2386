"""Files are shared out by their sizes alone: all of them, in order, none twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fincc.ingestion.connectors.aws_cur import AwsCur
from fincc.ingestion.connectors.base import DataFile, Delivery, MappingReport
from fincc.ingestion.connectors.files.config import FilesConfig
from fincc.ingestion.reading.shares import Share, shares_of


class Whole(AwsCur):
    by_file = False


def delivery(*sizes: int) -> Delivery:
    files = tuple(DataFile(f"{i}.csv", size, "e") for i, size in enumerate(sizes))
    return Delivery("2026-10", "t", files, datetime(2026, 11, 1, tzinfo=UTC), True)


def shares(share_bytes: int, *sizes: int, kind: Any = AwsCur) -> list[Share]:
    return shares_of(kind(FilesConfig(location="/bills")), delivery(*sizes), share_bytes)


def sizes(found: list[Share]) -> list[list[int]]:
    return [[f.size for f in share.delivery.files] for share in found]


def test_small_files_are_put_together_until_they_are_worth_a_reader() -> None:
    assert sizes(shares(100, 120, 30, 30, 50, 60, 40, 99, 1)) == [[120], [30, 30, 50], [60, 40], [99, 1]]


def test_what_is_left_over_goes_with_those_before_unless_it_is_half_a_share() -> None:
    assert sizes(shares(100, 120, 130, 49)) == [[120], [130, 49]]
    assert sizes(shares(100, 120, 130, 50)) == [[120], [130], [50]]
    assert sizes(shares(100, 120, 40)) == [[120, 40]]


def test_one_share_is_the_delivery_itself() -> None:
    for found in (shares(100), shares(100, 5), shares(100, 50, 20), shares(1, 500, 600, kind=Whole)):
        (share,) = found
        assert (share.files_before, share.bytes_before) == (0, 0)


@given(st.lists(st.integers(0, 300), max_size=40), st.integers(0, 400))
def test_every_file_is_in_one_share_and_each_knows_what_is_before_it(files: list[int], share_bytes: int) -> None:
    found = shares(share_bytes, *files)
    assert [f for share in found for f in share.delivery.files] == list(delivery(*files).files)
    for i, share in enumerate(found):
        before = [f for other in found[:i] for f in other.delivery.files]
        assert (share.files_before, share.bytes_before) == (len(before), sum(f.size for f in before))
        assert share.delivery == replace(delivery(*files), files=share.delivery.files)
    assert all(2 * share.delivery.size_bytes >= share_bytes for share in found) or len(found) == 1


def test_reports_join_as_if_one_mapper_had_seen_all() -> None:
    first = MappingReport(
        unused_columns={"a": 1, "b": 2, "c": None}, warnings=Counter({("column_twice", "x"): 1, ("y", ""): 2})
    )
    second = MappingReport(
        "net unblended", "CUR", unknown_columns=Counter(n=0), unused_columns={"b": 3, "c": 4, "d": None},
        warnings=Counter({("column_twice", "x"): 1, ("y", ""): 3}),
    )  # fmt: skip
    both = first.joined(second).joined(MappingReport())
    assert (both.billed_basis, both.form) == ("net unblended", "CUR")
    assert both.unused_columns == {"a": 1, "b": 5, "c": None, "d": None}
    assert dict(both.unknown_columns) == {"n": 0}
    assert both.warnings == {("column_twice", "x"): 1, ("y", ""): 5}
    assert first.unused_columns == {"a": 1, "b": 2, "c": None}, "those that join stay as they are"
