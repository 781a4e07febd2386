"""What a report says of an item: product attributes and descriptions."""

from __future__ import annotations

import re

from fincc.ingestion.demo.commitments import Term
from fincc.ingestion.demo.draws import letters
from fincc.ingestion.demo.lines import (
    CREDIT,
    EDP_DISCOUNT,
    ITEMS,
    NEGATION,
    PLAN_FEE,
    PLAN_UPFRONT,
    PRIVATE_DISCOUNT,
    REFUND,
    RESERVATION_FEE,
    RESERVATION_UPFRONT,
    SUBSCRIPTION_ITEM,
    SUPPORT_ITEM,
    TAX,
    Item,
)

_INSTANCE = re.compile(r":((?:db\.|cache\.|ml\.)?[a-z]\w*\.\d*x?large)")
_SIZES = {"large": 4, "xlarge": 8}
_CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def instance_type(item: Item) -> str | None:
    found = _INSTANCE.search(item.usage_type)
    return found[1] if found else None


def normalisation_factor(item: Item) -> int | None:
    """AWS's size units of an instance: 4 for large, 8 a full xlarge. Only machines and databases have them."""
    kind = instance_type(item)
    if kind is None or item.code not in ("AmazonEC2", "AmazonRDS"):
        return None
    size = kind.rsplit(".", 1)[1]
    return _SIZES[size] if size in _SIZES else 8 * int(size.removesuffix("xlarge"))


def product_sku(item: Item) -> str:
    return letters(16, _CAPITALS, item.code, item.usage_type, item.operation)


def on_demand_price(item: Item) -> str | None:
    return item.sku.on_demand if item.sku else None


def description(kind: int, item: Item, term: Term | None) -> str:
    if kind == TAX:
        return f"Tax for product code {item.code}"
    if kind == CREDIT:
        return (
            "AWS Migration Acceleration Program credit"
            if item.code == "AmazonEC2"
            else f"Service credit for {item.product}"
        )
    if kind == REFUND:
        return f"Refund for {item.product}, instances billed after deletion"
    if kind in (EDP_DISCOUNT, PRIVATE_DISCOUNT):
        name = "Enterprise Discount Program" if kind == EDP_DISCOUNT else "Private rate"
        return f"{name} discount for {item.product}"
    if term is not None:
        return _of_commitment(kind, item, term)
    if item == SUPPORT_ITEM:
        return "AWS Support (Business), share of the monthly AWS charges"
    if item == SUBSCRIPTION_ITEM:
        return f"{item.product}, monthly subscription"
    price = item.sku.price if item.sku else "0"
    return f"${price} per {item.unit} of {item.usage_type} in {item.region}"


def _of_commitment(kind: int, item: Item, term: Term) -> str:
    if kind == NEGATION:
        return f"SavingsPlanNegation used by {term.arn} for {item.usage_type}"
    if kind in (PLAN_FEE, PLAN_UPFRONT):
        return f"1 year {term.payment} {ITEMS[term.item].product}"
    what = instance_type(item) or item.product
    if kind == RESERVATION_FEE:
        return f"Reserved instance fee, {term.instances} x {what}, {term.payment}"
    if kind == RESERVATION_UPFRONT:
        return f"Sign up charge for reservation {term.arn.rsplit(':', 1)[1]}, {term.instances} x {what}"
    return f"{what}, covered by {'a savings plan' if term.kind == 'plan' else 'a reservation'}"
