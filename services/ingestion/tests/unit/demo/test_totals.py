"""The truth in expected-totals.json against the written files, added up in plain Decimal."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal

import pytest

pytestmark = pytest.mark.slow

COST = "lineItem/UnblendedCost"
TYPE = "lineItem/LineItemType"
DAY = "lineItem/UsageStartDate"
PLAN = "savingsPlan/SavingsPlanARN"


def test_the_file_holds_the_returned_totals(bill):
    assert json.loads((bill.root / "expected-totals.json").read_text()) == bill.totals


def test_there_are_fourteen_months_up_to_yesterday(bill):
    assert [period["billing_period"] for period in bill.totals["periods"]] == list(bill.months)
    assert len(bill.months) == 14
    assert max(bill.months["2026-11"].seen[DAY]) == "2026-11-23T00:00:00Z"


def test_rows_and_sums_of_every_month_are_those_of_the_files(bill):
    for period in bill.totals["periods"]:
        month = bill.months[period["billing_period"]]
        assert period["rows"] == month.rows
        stated = {name: Decimal(text) for name, text in period["unblended_by_line_item_type"].items()}
        assert stated == month.cost_by_type
        assert Decimal(period["billed"]) == sum(month.cost_by_type.values())
        assert Decimal(period["billed"]) == sum(map(Decimal, period["expected_by_team"].values()))


def test_the_whole_bill_is_the_sum_of_its_months(bill):
    periods = bill.totals["periods"]
    assert bill.totals["rows"] == sum(period["rows"] for period in periods)
    for measure in ("billed", "effective"):
        assert Decimal(bill.totals[measure]) == sum(Decimal(period[measure]) for period in periods)


def test_negations_cancel_covered_usage_of_each_account_plan_and_day(recent):
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in (row for rows in recent.values() for row in rows):
        if row[TYPE] in ("SavingsPlanCoveredUsage", "SavingsPlanNegation"):
            sums[row["lineItem/UsageAccountId"], row[PLAN], row[DAY]] += Decimal(row[COST])
    assert len(sums) > 500
    assert set(sums.values()) == {Decimal(0)}


def test_negations_cancel_covered_usage_of_every_month(bill):
    for month in bill.months.values():
        assert month.cost_by_type["SavingsPlanCoveredUsage"] > 100_000
        assert month.cost_by_type["SavingsPlanCoveredUsage"] + month.cost_by_type["SavingsPlanNegation"] == 0


def test_used_commitment_is_the_effective_cost_of_what_it_covers(recent):
    covered: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    used, committed = {}, {}
    for row in (row for rows in recent.values() for row in rows):
        day = row.get(PLAN, ""), row[DAY]
        if row[TYPE] == "SavingsPlanCoveredUsage":
            covered[day] += Decimal(row["savingsPlan/SavingsPlanEffectiveCost"])
        elif row[TYPE] == "SavingsPlanRecurringFee":
            used[day] = Decimal(row["savingsPlan/UsedCommitment"])
            committed[day] = Decimal(row["savingsPlan/TotalCommitmentToDate"])
    assert used == covered
    assert all(committed[day] >= used[day] for day in used)
    assert sum(committed.values()) > sum(used.values())


def test_windows_add_up_to_their_total_whoever_is_asked(bill):
    for window in (bill.totals["last_30_days"], bill.totals["previous_30_days"]):
        for teams in (window["billed_by_true_team"], window["expected_by_team"]):
            assert sum(map(Decimal, teams.values())) == Decimal(window["billed"])
        assert sum(map(Decimal, window["expected_effective_by_team"].values())) == Decimal(window["effective"])
        assert "Unattributable" not in window["billed_by_true_team"]


def test_windows_are_the_thirty_days_to_yesterday_and_those_before(bill, recent):
    last, previous = bill.totals["last_30_days"], bill.totals["previous_30_days"]
    assert (last["start"], last["last"]) == ("2026-10-25", "2026-11-23")
    assert (previous["start"], previous["last"]) == ("2026-09-25", "2026-10-24")
    for window in (last, previous):
        inside = [row for rows in recent.values() for row in rows if window["start"] <= row[DAY][:10] <= window["last"]]
        folded = ("SavingsPlanCoveredUsage", "SavingsPlanNegation")
        assert Decimal(window["billed"]) == sum(Decimal(row[COST]) for row in inside if row[TYPE] not in folded)
