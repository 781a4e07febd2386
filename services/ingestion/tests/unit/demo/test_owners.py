"""Expected owners against a second opinion: rules.yaml read in plain Python, line by line, from the written files.

Slow and small on purpose; it shares no code with the generator or with the service that applies rules.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest
import yaml

CATEGORIES = {
    "Tax": "Tax",
    "Credit": "Credit",
    "Fee": "Purchase",
    "RIFee": "Purchase",
    "SavingsPlanRecurringFee": "Purchase",
}


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def key_slug(header: str) -> str:
    return slug(header.removeprefix("resourceTags/").removeprefix("user:"))


class Rules:
    def __init__(self, root):
        read = {name: yaml.safe_load((root / f"{name}.yaml").read_text()) for name in ("hierarchy", "catalog", "rules")}
        groups = read["hierarchy"]["business_groups"]
        self.teams = {team["id"] for group in groups for unit in group["business_units"] for team in unit["teams"]}
        self.services = {service["id"]: service for service in read["catalog"]["services"]}
        self.document = read["rules"]
        self.known: dict[tuple[tuple[str, str], ...], str] = {}

    def owner(self, record: dict[str, str]) -> str:
        what = tuple(sorted(record.items()))
        if what not in self.known:
            self.known[what] = self._decide(record)
        return self.known[what]

    def _decide(self, record):
        for rule in self.document["rules"]:
            if "when" in rule and not self._holds(rule["when"], record):
                continue
            team = self._assign(rule["assign"], record)
            if team:
                return team
        return "Unattributable"

    def _assign(self, assign, record):
        ((how, value),) = assign.items()
        if how == "team":
            return value
        if how == "team_from_tag":
            team = self._tag(value, record)
            return team if team in self.teams else None
        if how == "service_from_tag":
            service = self.services.get(self._tag(value, record))
            return service["team"] if service else None
        if how == "service_from_components":
            found = [
                each
                for each in self.services.values()
                if any(self._holds(c, record) for c in each.get("components", []))
            ]
            assert len(found) <= 1
            return found[0]["team"] if found else None
        assert how == "team_from_account"
        return self.document["account_defaults"].get(record["SubAccountId"])

    def _tag(self, key, record):
        names = {slug(name) for name in (key, *self.document["tag_keys"][key])}
        values = [
            text for header, text in record.items() if header.startswith("resourceTags/") and key_slug(header) in names
        ]
        assert len(values) <= 1, "the demo gives each resource one spelling of a key"
        if not values:
            return None
        value = slug(values[0])
        for affix in self.document["values"][key].get("strip_affixes", []):
            value = value.removeprefix(f"{affix}-").removesuffix(f"-{affix}")
        return self.document["aliases"][key].get(value, value)

    def _holds(self, when, record):
        if "any" in when:
            return any(self._holds(each, record) for each in when["any"])
        if "all" in when:
            return all(self._holds(each, record) for each in when["all"])
        ((operator, wanted),) = ((name, value) for name, value in when.items() if name != "column")
        found = record.get(when["column"])
        if operator == "exists":
            return (found is not None) == wanted
        tests: dict[str, Callable[[str, str], bool]] = {
            "equals": str.__eq__,
            "prefix": str.startswith,
            "contains": str.__contains__,
            "regex": lambda text, x: bool(re.search(x, text)),
        }
        return found is not None and tests[operator](found, wanted)


def record_of(row: dict[str, str]) -> dict[str, str]:
    """The columns a rule may see."""
    seller = row["lineItem/LegalEntity"] if row["bill/BillingEntity"] == "AWS Marketplace" else "Amazon Web Services"
    record = {
        "ChargeCategory": CATEGORIES.get(row["lineItem/LineItemType"], "Usage"),
        "ServiceName": row["product/ProductName"],
        "SubAccountId": row["lineItem/UsageAccountId"],
        "ServiceProviderName": seller,
    }
    if "lineItem/ResourceId" in row:
        record["ResourceId"] = row["lineItem/ResourceId"]
    return record | {name: text for name, text in row.items() if name.startswith("resourceTags/user:")}


def amounts_of(row: dict[str, str]) -> list[tuple[dict[str, str], Decimal, Decimal]]:
    """(record, billed, effective) of a line, and of the unused part of a commitment beside its fee."""
    record, cost, kind = record_of(row), Decimal(row["lineItem/UnblendedCost"]), row["lineItem/LineItemType"]
    nothing = Decimal(0)
    if kind == "SavingsPlanNegation":
        return []
    if kind == "SavingsPlanCoveredUsage":
        return [(record, nothing, Decimal(row["savingsPlan/SavingsPlanEffectiveCost"]))]
    if kind == "DiscountedUsage":
        return [(record, cost, Decimal(row["reservation/EffectiveCost"]))]
    unused = record | {"ChargeCategory": "Usage"}
    if kind == "SavingsPlanRecurringFee":
        left = Decimal(row["savingsPlan/TotalCommitmentToDate"]) - Decimal(row["savingsPlan/UsedCommitment"])
        return [(record, cost, nothing), (unused, nothing, left)]
    if kind == "RIFee":
        parts = ("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", "reservation/UnusedRecurringFee")
        return [(record, cost, nothing), (unused, nothing, sum((Decimal(row[part]) for part in parts), nothing))]
    if kind == "SavingsPlanUpfrontFee" or (kind == "Fee" and "reservation/ReservationARN" in row):
        return [(record, cost, nothing)]
    return [(record, cost, cost)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["last_30_days", "previous_30_days"])
def test_expected_teams_are_what_the_rules_say(bill, recent, name):
    window, rules = bill.totals[name], Rules(bill.root)
    billed: dict[str, Decimal] = defaultdict(Decimal)
    effective: dict[str, Decimal] = defaultdict(Decimal)
    for row in (row for rows in recent.values() for row in rows):
        if window["start"] <= row["lineItem/UsageStartDate"][:10] <= window["last"]:
            for record, paid, worth in amounts_of(row):
                owner = rules.owner(record)
                billed[owner] += paid
                effective[owner] += worth
    assert {team: Decimal(text) for team, text in window["expected_by_team"].items()} == billed
    assert {team: Decimal(text) for team, text in window["expected_effective_by_team"].items()} == effective
