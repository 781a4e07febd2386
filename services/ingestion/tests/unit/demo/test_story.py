"""The numbers look like a company's, on any date, and tell the story they should."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from functools import cache

import numpy as np
import pytest

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.commitments import Term, terms_between
from fincc.ingestion.demo.lines import (
    COVERED,
    PLAN_FEE,
    PLAN_UPFRONT,
    RESERVATION_FEE,
    RESERVATION_UPFRONT,
    RESERVED,
    Lines,
)
from fincc.ingestion.demo.statement import statement
from fincc.ingestion.demo.story import Story
from fincc.ingestion.demo.totals import totals
from fincc.ingestion.demo.world import build_world

pytestmark = pytest.mark.slow


@cache
def months_of(as_of: date) -> tuple[Story, tuple[Term, ...], list[tuple[BillingPeriod, Lines]]]:
    story = Story(as_of)
    world = build_world(story)
    terms = terms_between(story.periods[0].start, story.last_day, world.slots)
    months = [
        (each, statement(world, terms, each, story.last_day, each == story.restated_period)) for each in story.periods
    ]
    return story, terms, months


@pytest.mark.parametrize("as_of", [date(2026, 2, 10), date(2027, 6, 20)])
def test_bills_of_other_dates_are_of_believable_size(as_of):
    story, _, months = months_of(as_of)
    found = totals(story, months)
    assert 120_000 <= found.rows <= 180_000
    assert all(1_400_000 < float(period.billed) < 2_900_000 for period in found.periods[:-1])
    for window in (found.last_30_days, found.previous_30_days):
        assert 0.04 <= float(window.expected_by_team["Unattributable"]) / float(window.billed) <= 0.08
        assert len(window.billed_by_true_team) == 30


def test_a_full_term_costs_in_use_and_waste_what_was_paid_for_it():
    _, terms, months = months_of(date(2027, 6, 20))
    everything = np.concatenate([lines for _, lines in months])
    known = date(2026, 5, 1), date(2027, 6, 19)
    whole = [number for number, term in enumerate(terms) if known[0] <= term.start and term.end <= known[1]]
    assert {terms[number].kind for number in whole} == {"plan", "reservation"}
    for number in whole:
        lines = everything[everything["term"] == number]
        kind = lines["kind"]
        paid = int(lines["cost"][np.isin(kind, (PLAN_FEE, PLAN_UPFRONT, RESERVATION_FEE, RESERVATION_UPFRONT))].sum())
        used = int(lines["effective"][np.isin(kind, (COVERED, RESERVED))].sum())
        fees = lines[np.isin(kind, (PLAN_FEE, RESERVATION_FEE))]
        wasted = int((fees["committed"] - fees["used"] + fees["unused_upfront"] + fees["unused_recurring"]).sum())
        assert terms[number].upfront > 0
        assert 0 < wasted < paid // 4
        assert used + wasted == paid


def test_the_demo_is_as_large_as_it_should_be(bill):
    months = bill.months.values()
    assert 120_000 <= sum(month.rows for month in months) <= 180_000
    assert 2_500 <= len(set().union(*(month.seen["lineItem/ResourceId"] for month in months))) <= 3_500
    assert 20 <= len(set().union(*(month.seen["lineItem/ProductCode"] for month in months))) <= 32


def test_every_kind_of_line_is_there_and_one_refund(bill):
    kinds: Counter[str] = sum((month.count_by_type for month in bill.months.values()), Counter())
    assert kinds["Refund"] == 1
    assert {"DiscountedUsage", "RIFee", "Fee", "Tax", "Credit", "EdpDiscount", "PrivateRateDiscount"} <= kinds.keys()
    assert {"SavingsPlanRecurringFee", "SavingsPlanUpfrontFee"} <= kinds.keys()
    sellers = bill.months["2026-10"].seen["lineItem/LegalEntity"]
    assert len(sellers - {"Amazon Web Services, Inc."}) == 2


def test_it_grows_by_about_two_per_cent_a_month(bill):
    first, last = bill.totals["periods"][0], bill.totals["periods"][-2]  # both of 31 days, a year apart
    growth = [float(last[what]) / float(first[what]) for what in ("billed", "effective")]
    assert all(1.15 < each < 1.3 for each in growth)


def test_the_spike_has_a_cause_that_can_be_found(recent):
    spike: dict[str, float] = defaultdict(float)
    rest: dict[str, float] = defaultdict(float)
    for row in recent["2026-11"]:
        if row["lineItem/LineItemType"] == "Usage" and row.get("resourceTags/user:team") == "data-platform":
            is_spike = row.get("resourceTags/user:Name") == "clickstream-backfill-retry"
            (spike if is_spike else rest)[row["lineItem/UsageStartDate"][:10]] += float(row["lineItem/UnblendedCost"])
            assert not is_spike or row["product/ProductName"] == "Amazon Elastic MapReduce"
    assert sorted(spike) == ["2026-11-12", "2026-11-13", "2026-11-14", "2026-11-15"]
    assert min(spike.values()) > 3 * max(rest.values())


def test_one_team_is_new_one_shrinks_and_one_has_a_spike(bill):
    last, previous = (bill.totals[name]["billed_by_true_team"] for name in ("last_30_days", "previous_30_days"))
    change = {team: float(last[team]) / float(previous[team]) for team in last}
    assert change["assistants"] > 1.4
    assert change["policy-admin"] < 0.92
    assert change["data-platform"] > 1.2


def test_the_new_team_starts_in_the_third_month_from_the_end(bill):
    named = [
        {text for text in month.seen["lineItem/ResourceId"] if "shop-assistant" in text}
        for month in bill.months.values()
    ]
    assert [bool(each) for each in named] == [False] * 11 + [True] * 3
