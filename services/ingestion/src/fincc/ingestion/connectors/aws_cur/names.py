"""Names of the columns of a cost and usage report: the two written forms, and how each column that we use is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files.wanted import Kind, Wanted

UNBLENDED = "line_item_unblended_cost"
NET_UNBLENDED = "line_item_net_unblended_cost"
BILLED = (NET_UNBLENDED, UNBLENDED)
LINE_ITEM_TYPE = "line_item_line_item_type"
CURRENCY = "line_item_currency_code"
PAYER = "bill_payer_account_id"
RESOURCE = "line_item_resource_id"
BILL_START, BILL_END = "bill_billing_period_start_date", "bill_billing_period_end_date"
USAGE_START, USAGE_END = "line_item_usage_start_date", "line_item_usage_end_date"
PLAN = "savings_plan_savings_plan_a_r_n"
RESERVATION = "reservation_reservation_a_r_n"
TAGS, CATEGORIES, PRODUCT = "resource_tags", "cost_category", "product"

_TEXT = (
    LINE_ITEM_TYPE, CURRENCY, PAYER, PLAN, RESERVATION,
    "bill_bill_type", "bill_billing_entity", "bill_invoice_id", "bill_invoicing_entity", "bill_payer_account_name",
    "line_item_usage_account_id", "line_item_usage_account_name", "line_item_product_code", "line_item_usage_type",
    "line_item_operation", "line_item_availability_zone", "line_item_line_item_description", "line_item_tax_type",
    "line_item_legal_entity", "line_item_unblended_rate", "line_item_net_unblended_rate",
    "product_product_name", "product_region_code", "product_region", "product_location", "product_sku",
    "pricing_unit", "pricing_rate_code", "pricing_rate_id", "pricing_public_on_demand_rate",
    "savings_plan_offering_type", "reservation_subscription_id", "split_line_item_parent_resource_id",
)  # fmt: skip
_MONEY = (
    UNBLENDED, NET_UNBLENDED, "pricing_public_on_demand_cost",
    "savings_plan_savings_plan_effective_cost", "savings_plan_net_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date", "savings_plan_used_commitment",
    "reservation_effective_cost", "reservation_net_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period", "reservation_unused_recurring_fee",
    "reservation_net_unused_amortized_upfront_fee_for_billing_period", "reservation_net_unused_recurring_fee",
    "split_line_item_split_cost", "split_line_item_unused_cost",
    "split_line_item_net_split_cost", "split_line_item_net_unused_cost",
)  # fmt: skip
_NUMBER = ("line_item_usage_amount", "reservation_unused_quantity")

KINDS: dict[str, Kind] = {
    **dict.fromkeys(_TEXT, Kind.TEXT),
    **dict.fromkeys((BILL_START, BILL_END, USAGE_START, USAGE_END), Kind.TIME),
    **dict.fromkeys(_MONEY, Kind.MONEY),
    **dict.fromkeys(_NUMBER, Kind.NUMBER),
    **dict.fromkeys((TAGS, CATEGORIES, PRODUCT), Kind.MAP),
    RESOURCE: Kind.ID,
}

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_KEYED = {"resourceTags": TAGS, "costCategory": CATEGORIES}
_ALSO = {"savings_plan_savings_plan_arn": PLAN, "reservation_reservation_arn": RESERVATION}  # other writers' spelling


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """`lineItem/UnblendedCost` → `line_item_unblended_cost`; the snake form stays.

    Tags and cost categories keep their key as written, after a slash: `resource_tags/user:Team`.
    """
    group, slash, rest = name.partition("/")
    if not slash:
        return _ALSO.get(name, name)
    if group in _KEYED:
        return f"{_KEYED[group]}/{rest}"
    snake = f"{_CAPITAL.sub('_', group)}_{_CAPITAL.sub('_', rest)}".lower()
    return _ALSO.get(snake, snake)


def kind(name: str) -> Kind | None:
    """How a column is read, by canonical name."""
    if key_in(TAGS, name) is not None or key_in(CATEGORIES, name) is not None:
        return Kind.TEXT
    return KINDS.get(name)


def key_in(group: str, name: str) -> str | None:
    """The key of a tag or cost category that has a column of its own; None for other columns."""
    key = name.removeprefix(group)
    return key[1:] if key != name and key[:1] in ("/", "_") and len(key) > 1 else None


def tag_key(key: str) -> str:
    """`user:Team` and `user_team` → `Team`, `team`; the keys of AWS keep their prefix, `aws:`."""
    for prefix in ("user:", "user_"):
        if key.startswith(prefix) and len(key) > len(prefix):
            return key[len(prefix) :]
    return "aws:" + key[4:] if key.startswith("aws_") else key


def check(name: str, columns: Sequence[str]) -> None:
    """Raises BadDelivery when a bill cannot be read without guessing: a column lacks, or an amount stands twice."""
    known = [canonical(c) for c in columns]
    if "BilledCost" in known and UNBLENDED not in known:
        raise BadDelivery(
            f"{name}: is a FOCUS file, not a cost and usage report; add it as a source of kind focus_file"
        )
    missing = [c for c in (LINE_ITEM_TYPE, CURRENCY, PAYER, USAGE_START) if c not in known]
    if UNBLENDED not in known and NET_UNBLENDED not in known:
        missing.insert(0, f"{UNBLENDED} (lineItem/UnblendedCost)")
    if missing:
        raise BadDelivery(
            f"{name}: lacks {', '.join(missing)}; expected a cost and usage report. Add the columns to the export, or check"
            " that the location is right"
        )
    twice = sorted({c for c in known if known.count(c) > 1 and KINDS.get(c) is Kind.MONEY})
    if twice:
        raise BadDelivery(f"{name}: has {', '.join(twice)} more than once; which one counts is not clear. Remove one")


_SPARE = {
    "product_region": "product_region_code",
    "pricing_rate_id": "pricing_rate_code",
    "line_item_unblended_rate": "line_item_net_unblended_rate",
    "reservation_subscription_id": RESERVATION,
}
# Groups whose columns describe what other columns say already, and single columns that no FOCUS column is made of.
_KNOWN_GROUPS = ("discount", "identity_", "pricing_", "product_", "reservation_", "savings_plan_", "split_line_item_")
_KNOWN = {
    "line_item_blended_cost", "line_item_blended_rate",
    "line_item_normalization_factor", "line_item_normalized_usage_amount",
}  # fmt: skip


def is_known(name: str) -> bool:
    """Whether a column that is not mapped is one that reports are known to have."""
    return name in KINDS or name in _KNOWN or name.startswith(_KNOWN_GROUPS)


WANTED = Wanted(canonical, kind, (BILL_START, USAGE_START), check, spare=_SPARE, is_known=is_known)
