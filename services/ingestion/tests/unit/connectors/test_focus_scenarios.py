"""Lines of a bill written after the worked examples of the FOCUS specification map to the columns that the examples give."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.peers import not_run

from .bills import PLAN, Row, row
from .mapped import Record, bill_of

RESOURCE = "i-1"
FOLDER = next(
    (p for d in Path(__file__).resolve().parents if (p := d / "shared/data/focus-spec-examples").is_dir()), None
)
IDS = {"<my-commitment-discount-id>": PLAN, "<my-resource-id>": RESOURCE}
PURCHASES = {"lineItem/UsageAccountId": "111111111111", "savingsPlan/SavingsPlanARN": PLAN, "lineItem/ResourceId": PLAN}


def upfront(cost: str) -> Row:
    dates = {"lineItem/UsageStartDate": "2023-01-01T00:00:00Z", "lineItem/UsageEndDate": "2024-01-01T00:00:00Z"}
    return {**row("2023-01", LineItemType="SavingsPlanUpfrontFee", UnblendedCost=cost), **PURCHASES, **dates}


def recurring(start: str, end: str, cost: str = "1.00", used: str | None = None) -> Row:
    """A fee of the plan; everything of the commitment is used unless said otherwise."""
    dates = {"lineItem/UsageStartDate": start, "lineItem/UsageEndDate": end}
    commitment = {"savingsPlan/TotalCommitmentToDate": cost, "savingsPlan/UsedCommitment": used or cost}
    return {
        **row("2023-01", LineItemType="SavingsPlanRecurringFee", UnblendedCost=cost),
        **PURCHASES,
        **dates,
        **commitment,
    }


def first_hour(used: str) -> Row:
    return recurring("2023-01-01T00:00:00Z", "2023-01-01T01:00:00Z", used=used)


def usage(**cells: str) -> Row:
    line = row("2023-01", ResourceId=RESOURCE, UnblendedCost="0.50")
    return {**line, "lineItem/UsageEndDate": "2023-01-01T01:00:00Z", "pricing/unit": "Hour", **cells}


def covered(effective: str) -> list[Row]:
    commitment = {"savingsPlan/SavingsPlanARN": PLAN, "savingsPlan/SavingsPlanEffectiveCost": effective}
    return [
        usage(**commitment, **{"lineItem/LineItemType": "SavingsPlanCoveredUsage"}),
        usage(**commitment, **{"lineItem/LineItemType": "SavingsPlanNegation", "lineItem/UnblendedCost": "-0.50"}),
    ]


HOURS = (("2023-01-01T00:00:00Z", "2023-02-01T10:00:00Z"), ("2023-01-01T10:00:00Z", "2023-02-01T20:00:00Z"),
         ("2023-01-01T20:00:00Z", "2023-02-02T06:00:00Z"))  # fmt: skip

# The lines of the bill, and the ChargeCategory of the records that the example shows.
SCENARIOS: dict[str, tuple[list[Row], str]] = {
    "purchase_scenario_1": ([upfront("8760.00")], "Purchase"),
    "purchase_scenario_2": ([recurring(start, end) for start, end in HOURS], "Purchase"),
    "purchase_scenario_3": ([upfront("4380.00"), *(recurring(start, end, "0.50") for start, end in HOURS)], "Purchase"),
    "usage_scenario_1": ([*covered("1.00"), first_hour("1.00")], "Usage"),
    "usage_scenario_2": ([first_hour("0.00")], "Usage"),
    "usage_scenario_3": ([*covered("0.75"), first_hour("0.75")], "Usage"),
    "usage_scenario_4": ([*covered("1.00"), usage(), first_hour("1.00")], "Usage"),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_example_is_met(scenario: str, tmp_path: Path) -> None:
    if FOLDER is None:
        not_run("the examples ../shared/data/focus-spec-examples are not there", optional=True)
    lines, category = SCENARIOS[scenario]
    with (FOLDER / f"commitment_discount_{scenario}.csv").open(newline="") as file:
        expected = [{name: meant(name, cell) for name, cell in r.items()} for r in csv.DictReader(file)]
    records = bill_of(tmp_path, lines).of(ChargeCategory=category)
    got = [{name: shown(r, name) for name in expected[0]} for r in records]
    assert sorted(got, key=str) == sorted(expected, key=str)


def meant(name: str, cell: str) -> Any:
    """A cell of the example; hours beyond 23 run on into the next day."""
    if cell in ("null", ""):
        return None
    if name.endswith(("Start", "End")):
        day, hour = datetime.fromisoformat(cell[:10]).replace(tzinfo=UTC), int(cell[11:13])
        return day + timedelta(hours=hour)
    if name.endswith(("Cost", "Quantity")):
        return Decimal(cell)
    return IDS.get(cell, cell)


def shown(record: Record, name: str) -> Any:
    value = record[name]
    return Decimal(str(value)) if isinstance(value, float) else value
