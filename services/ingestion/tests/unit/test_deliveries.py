"""Decisions about deliveries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fincc.common.snapshots import Sums
from fincc.ingestion.domain.deliveries import (
    Sealed,
    Verdict,
    ahead_of,
    difference,
    judge,
    next_version,
    shrinks,
    too_many_bad,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTLE = timedelta(minutes=10)


def sealed(**changes: object) -> Sealed:
    given = {
        "version": 5,
        "token": "t1",
        "delivered_at": NOW - timedelta(days=1),
        "is_closed": True,
        "rows": 1000,
        "billed": {"USD": Decimal(100)},
        "taken_at": NOW - timedelta(days=1),
    }
    return Sealed(**{**given, **changes})  # type: ignore[arg-type]


def verdict(
    token: str = "t2",
    delivered_at: datetime = NOW,
    has_manifest: bool = True,
    before: Sealed | None = None,
    first_seen: datetime = NOW,
    settle: timedelta = SETTLE,
) -> Verdict:
    return judge(token, delivered_at, has_manifest, before, first_seen, NOW, settle)[0]


def test_a_first_delivery_is_ingested() -> None:
    assert verdict() is Verdict.INGEST


def test_the_same_token_is_no_news() -> None:
    assert verdict(token="t1", before=sealed()) is Verdict.UNCHANGED


def test_an_older_manifest_is_ignored() -> None:
    assert verdict(delivered_at=NOW - timedelta(days=2), before=sealed()) is Verdict.OLDER


def test_a_delivery_whose_clock_ran_ahead_does_not_keep_out_the_next_one() -> None:
    ahead = sealed(delivered_at=NOW + timedelta(hours=10), taken_at=NOW - timedelta(hours=1))
    assert verdict(delivered_at=NOW, before=ahead) is Verdict.INGEST
    assert verdict(delivered_at=NOW - timedelta(hours=2), before=ahead) is Verdict.OLDER


def test_a_source_whose_clock_is_behind_is_judged_by_its_own_dates() -> None:
    behind = sealed(delivered_at=NOW - timedelta(hours=10), taken_at=NOW - timedelta(hours=1))
    assert verdict(delivered_at=NOW - timedelta(hours=9), before=behind) is Verdict.INGEST
    assert verdict(delivered_at=NOW - timedelta(hours=11), before=behind) is Verdict.OLDER


def test_the_wait_for_a_listing_counts_from_our_first_sight_of_it_not_from_its_dates() -> None:
    for date in (NOW - timedelta(days=400), NOW + timedelta(days=400)):
        assert verdict(has_manifest=False, delivered_at=date, first_seen=NOW) is Verdict.WAIT
        assert verdict(has_manifest=False, delivered_at=date, first_seen=NOW - SETTLE) is Verdict.INGEST


@pytest.mark.parametrize(
    ("ahead", "period", "kinds"),
    [
        (timedelta(0), "2026-11", []),
        (timedelta(minutes=10), "2026-11", []),
        (timedelta(hours=3), "2026-11", ["delivered_in_the_future"]),
        (timedelta(0), "2026-12", ["period_in_the_future"]),
    ],
)
def test_what_lies_in_the_future_is_warned_of(ahead: timedelta, period: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in ahead_of(NOW, NOW + ahead, period)] == kinds


def test_a_listing_waits_until_it_is_unchanged_for_ten_minutes() -> None:
    assert verdict(has_manifest=False) is Verdict.WAIT
    assert verdict(has_manifest=False, first_seen=NOW - SETTLE) is Verdict.INGEST


def test_now_skips_the_wait() -> None:
    assert verdict(has_manifest=False, settle=timedelta(0)) is Verdict.INGEST


@pytest.mark.parametrize(("last", "now_us", "expected"), [(0, 7, 7), (7, 7, 8), (9, 7, 10)])
def test_versions_only_grow(last: int, now_us: int, expected: int) -> None:
    assert next_version(last, now_us) == expected


@pytest.mark.parametrize(
    ("read", "bad", "refused"), [(1000, 0, False), (1000, 10, False), (1000, 11, True), (1, 1, True)]
)
def test_more_than_one_percent_bad_rows_are_too_many(read: int, bad: int, refused: bool) -> None:
    assert (too_many_bad(read, bad, 1.0) is not None) is refused


@pytest.mark.parametrize(
    ("rows", "billed", "held"),
    [(1000, 100, False), (950, 95, False), (949, 100, True), (1000, 94, True), (2000, 200, False)],
)
def test_a_closed_period_may_shrink_by_five_percent(rows: int, billed: int, held: bool) -> None:
    assert (shrinks(sealed(), rows, {"USD": Sums(Decimal(billed))}, 5.0) is not None) is held


def test_an_open_period_may_shrink() -> None:
    assert shrinks(sealed(is_closed=False), 1, {}, 5.0) is None


def test_a_currency_that_vanishes_is_a_shrink() -> None:
    assert shrinks(sealed(), 1000, {"EUR": Sums(Decimal(100))}, 5.0) is not None


def test_the_difference_names_each_currency_that_changed() -> None:
    before = {"USD": Decimal(10), "EUR": Decimal(5), "GBP": Decimal(1)}
    after = {"USD": Sums(Decimal(12)), "EUR": Sums(Decimal(5)), "CHF": Sums(Decimal(3))}
    assert difference(before, after) == {"CHF": Decimal(3), "GBP": Decimal(-1), "USD": Decimal(2)}
