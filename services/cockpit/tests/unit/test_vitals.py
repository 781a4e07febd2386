"""What operators watch: ages and agreement, with nothing in place of what is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from fincc.cockpit.domain.reconciliation import Delivery, HopRow, Verdict, judge
from fincc.cockpit.domain.vitals import Shown, ages, agreement

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def verdicts(
    billed: str,
    cockpit: str | None,
    *,
    period: str = "2026-10",
    currency: str = "USD",
    counted: bool = True,
    bad: int = 0,
) -> list[Verdict]:
    delivery = Delivery(
        *("src_a", "aws", period, 1, NOW, counted, "net", 10, bad, 10),
        {currency: Decimal(billed)},
        {currency: Decimal(0)},
    )
    hops = {h: HopRow(h, True, NOW, {currency: Decimal(billed)}) for h in ("raw", "enriched")}
    if cockpit is not None:
        hops["cockpit"] = HopRow("cockpit", True, NOW, {currency: Decimal(cockpit)})
    return judge(delivery, hops)


def test_a_source_is_as_old_as_its_newest_delivery_and_its_last_complete_day():
    shown = [
        Shown("aws", date(2026, 10, 31), NOW - timedelta(hours=20)),
        Shown("aws", date(2026, 11, 23), NOW - timedelta(hours=2)),
        Shown("fees", None, NOW - timedelta(hours=5)),
    ]
    found = ages(shown, NOW)
    assert found.of_snapshot == {"aws": 2 * 3600, "fees": 5 * 3600}
    assert found.of_usage == {"aws": 36 * 3600}, "a source without usage has no freshness, not 0"


def test_the_age_of_a_day_that_is_not_over_is_zero_and_never_less():
    assert ages([Shown("aws", date(2026, 11, 25), NOW + timedelta(seconds=1))], NOW).of_usage == {"aws": 0}


def test_only_what_agrees_is_reconciled_and_differences_do_not_cancel_out():
    found = agreement(
        [
            *verdicts("100", "100"),
            *verdicts("50", "49", period="2026-09"),
            *verdicts("50", "51", period="2026-08"),
        ]
    )
    assert found.reconciled == {"USD": Decimal(100)}
    assert found.difference == {"USD": Decimal(2)}
    assert found.deliveries == {"complete": 3, "incomplete": 0, "pending": 0, "overlapping": 0}


def test_what_is_on_its_way_or_does_not_count_is_in_neither_amount():
    found = agreement([*verdicts("100", None), *verdicts("7", "7", period="2026-09", counted=False)])
    assert (found.reconciled, found.difference) == ({}, {})
    assert (found.deliveries["pending"], found.deliveries["overlapping"]) == (1, 1)


def test_rows_set_aside_are_counted_once_a_delivery_in_however_many_currencies():
    two = [*verdicts("1", "1", bad=3), *verdicts("1", "1", currency="EUR", bad=3)]
    assert agreement([*two, *verdicts("1", "1", period="2026-09", bad=2)]).quarantined == {"aws": 5}


def test_a_bill_cannot_make_up_labels():
    found = agreement([*verdicts("1", "1", currency="credits-of-acme"), *verdicts("2", "2", currency="€")])
    assert found.reconciled == {"other": Decimal(3)}
