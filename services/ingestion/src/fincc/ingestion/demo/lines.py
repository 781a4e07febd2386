"""Bill lines as one numpy record array; amounts are integers at 10 decimals, quantities at those of their item."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fincc.ingestion.demo.company import OBSERVABILITY_SELLER
from fincc.ingestion.demo.draws import mix
from fincc.ingestion.demo.price_list import ALL_SKUS, AMAZON, REGIONS, Sku

Lines = npt.NDArray[np.void]

(
    USAGE,
    COVERED,
    NEGATION,
    PLAN_FEE,
    PLAN_UPFRONT,
    RESERVED,
    RESERVATION_FEE,
    RESERVATION_UPFRONT,
    FEE,
    TAX,
    CREDIT,
    REFUND,
    EDP_DISCOUNT,
    PRIVATE_DISCOUNT,
) = range(14)
LINE_ITEM_TYPES = (
    "Usage",
    "SavingsPlanCoveredUsage",
    "SavingsPlanNegation",
    "SavingsPlanRecurringFee",
    "SavingsPlanUpfrontFee",
    "DiscountedUsage",
    "RIFee",
    "Fee",
    "Fee",
    "Tax",
    "Credit",
    "Refund",
    "EdpDiscount",
    "PrivateRateDiscount",
)

LINE = np.dtype([
    ("kind", np.int8), ("item", np.int32), ("account", np.int32), ("resource", np.int32),  # resource -1: none
    ("start", np.int32), ("end", np.int32),  # ordinals of the charge period, half-open
    ("quantity", np.int64), ("cost", np.int64), ("list_cost", np.int64),
    ("term", np.int32), ("committed_rate", np.int64), ("effective", np.int64),  # term -1: no commitment
    ("committed", np.int64), ("used", np.int64), ("upfront_part", np.int64), ("recurring_part", np.int64),
    ("unused_quantity", np.int64), ("unused_upfront", np.int64), ("unused_recurring", np.int64),
    ("team", np.int32), ("owner", np.int32),  # who caused it; whom the rules should find (both in world.OWNERS)
    ("key", np.uint64),
])  # fmt: skip


class Item(NamedTuple):
    """What a line is for: a price in a region, or a fee."""

    code: str
    product: str
    family: str
    usage_type: str
    operation: str
    unit: str
    region: str
    sku: Sku | None = None
    seller: str = AMAZON

    @property
    def decimals(self) -> int:
        return self.sku.decimals if self.sku else 4


def _metered(sku: Sku, region: str) -> Item:
    usage_type = REGIONS[region][0] + sku.usage_type
    return Item(sku.code, sku.product, sku.family, usage_type, sku.operation, sku.unit, region, sku, sku.seller)


_PLANS = ("ComputeSavingsPlans", "Savings Plans for AWS Compute usage", "ComputeSavingsPlans")
PLAN_ITEMS = (
    Item(*_PLANS, "ComputeSP:1yrNoUpfront", "", "Hrs", ""),
    Item(*_PLANS, "EC2SP:m6i.1yrPartialUpfront", "", "Hrs", "us-east-1"),
)
SUPPORT_ITEM = Item("AWSSupportBusiness", "AWS Support (Business)", "AWS Support", "Dollar", "", "Dollars", "")
SUBSCRIPTION_ITEM = Item(
    "9c4hw2nf6d0xe8y1lumen",
    "Lumenwatch Observability Cloud",
    "Marketplace",
    "SoftwareUsage:Subscription",
    "",
    "Units",
    "",
    seller=OBSERVABILITY_SELLER,
)
ITEMS = (
    *(_metered(sku, region) for sku in ALL_SKUS for region in REGIONS),
    *PLAN_ITEMS,
    SUPPORT_ITEM,
    SUBSCRIPTION_ITEM,
)
ITEM_NUMBER = {item: number for number, item in enumerate(ITEMS)}
PRODUCT_CODES = tuple(dict.fromkeys(item.code for item in ITEMS))
ITEM_PRODUCT = np.array([PRODUCT_CODES.index(item.code) for item in ITEMS], np.int64)
IS_MARKETPLACE = np.array([item.seller != AMAZON for item in ITEMS])


def new_lines(count: int, **fields: object) -> Lines:
    """`count` lines with the given fields (arrays or single values); what is not given is 0, or -1 for none."""
    lines = np.zeros(count, LINE)
    lines["resource"] = lines["term"] = -1
    for name, value in fields.items():
        lines[name] = value
    return lines


def line_keys(lines: Lines, resource_keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """64 bits for each line from what the line is, so that equal lines of two deliveries have one key."""
    resource = np.where(lines["resource"] < 0, np.uint64(0), resource_keys[lines["resource"]])
    key = mix(resource, 1)
    for name in ("kind", "item", "account", "start", "end"):
        key = mix(key, lines[name].astype(np.uint64))
    return key
