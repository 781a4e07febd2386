"""The FOCUS columns of the Cost and Usage dataset, and our own `x_` columns, with their types on the wire.

Source: FOCUS 1.4; `since` and `until` give the versions that know a column, so that a reader can tell a file's version
and a writer can write an older one. A batch carries the columns it has; a column that is absent is null in every row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa

SCHEMA_ID = 1
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4")
MONEY = pa.decimal128(38, 12)
TEXT = pa.dictionary(pa.int32(), pa.string())
KEY = pa.dictionary(pa.int32(), pa.binary(16))
TIME = pa.timestamp("ms", tz="UTC")
PRICE = pa.dictionary(pa.int32(), MONEY)
QUANTITY = pa.float64()
TAG_PREFIX = "Tags/"
KEY_COLUMN = "x_AttributionKey"


@dataclass(frozen=True)
class Column:
    """`level`: M mandatory, C conditional, R recommended, x ours. `since`, `until`: first and last version with it."""

    id: str
    type: pa.DataType
    level: str
    nullable: bool
    since: str = "1.0"
    until: str | None = None
    is_json: bool = False

    def in_version(self, version: str) -> bool:
        return self.since <= version and (self.until is None or version <= self.until)


_TYPES = {"S": TEXT, "J": TEXT, "D": MONEY, "P": PRICE, "Q": QUANTITY, "T": TIME}

# id, type (S text, J JSON, D money, P unit price, Q quantity, T time), level, ! = never null, since, until
_TABLE = """
BilledCost D M! | EffectiveCost D M! | ListCost D M! | ContractedCost D M!
ListUnitPrice P C | ContractedUnitPrice P C
PricingCurrencyListUnitPrice P C 1.2 | PricingCurrencyContractedUnitPrice P C 1.2
PricingCurrencyEffectiveCost D C! 1.2
BillingCurrency S M! | PricingCurrency S C! 1.2
BillingAccountId S M! | BillingAccountName S M | BillingAccountType S C! 1.2
SubAccountId S C | SubAccountName S C | SubAccountType S C 1.2
BillingPeriodStart T M! | BillingPeriodEnd T M! | ChargePeriodStart T M! | ChargePeriodEnd T M!
ChargeCategory S M! | ChargeClass S M | ChargeDescription S M | ChargeFrequency S R!
PricingQuantity Q M | PricingUnit S M | PricingCategory S C | ConsumedQuantity Q C | ConsumedUnit S C
CommitmentDiscountId S C | CommitmentDiscountName S C | CommitmentDiscountType S C | CommitmentDiscountCategory S C
CommitmentDiscountStatus S C | CommitmentDiscountQuantity Q C 1.1 | CommitmentDiscountUnit S C 1.1
CommitmentProgramEligibilityDetails J C 1.4 | ContractApplied J C 1.3
CapacityReservationId S C 1.1 | CapacityReservationStatus S C 1.1
InvoiceId S C 1.2 | InvoiceDetailId S C 1.4 | InvoiceIssuerName S M!
ServiceProviderName S M! 1.3 | HostProviderName S M 1.3
ProviderName S M! 1.0 1.3 | PublisherName S M! 1.0 1.3
ServiceCategory S M! | ServiceName S M! | ServiceSubcategory S R! 1.1
ResourceId S C | ResourceName S C | ResourceType S C | RegionId S C | RegionName S C | AvailabilityZone S R | Tags J C
SkuId S C | SkuMeter S C 1.1 | SkuPriceId S C | SkuPriceDetails J C 1.1
AllocatedMethodId S C 1.3 | AllocatedMethodDetails J R 1.3 | AllocatedResourceId S C 1.3 | AllocatedResourceName S C 1.3
AllocatedTags J C 1.3
x_LineItemType S x | x_ServiceCode S x | x_UsageType S x | x_Operation S x | x_BillType S x | x_TaxType S x
x_CostCategories J x | x_Discounts J x
x_SplitParentResourceId S x | x_SplitCost D x | x_SplitUnusedCost D x
"""


def _parse(cell: str) -> Column:
    name, kind, level, *versions = cell.split()
    since = versions[0] if versions else "1.0"
    until = versions[1] if len(versions) > 1 else None
    return Column(name, _TYPES[kind], level.rstrip("!"), not level.endswith("!"), since, until, kind == "J")


COLUMNS: dict[str, Column] = {
    column.id: column
    for line in _TABLE.strip().splitlines()
    for column in map(_parse, filter(str.strip, line.split("|")))
}

COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
CHARGE_CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")

# The owner of a record is a function of exactly these and its tags.
KEY_COLUMNS = (
    "BillingAccountId",
    "SubAccountId",
    "ServiceProviderName",
    "ServiceName",
    "RegionId",
    "ResourceId",
    "ResourceType",
    "ChargeCategory",
)
OWNER_COLUMNS = ("x_TeamId", "x_ServiceId", "x_AttributionRuleId")


def columns_of(version: str) -> list[Column]:
    """The FOCUS columns of `version`, in the table's order, without our own."""
    if version not in VERSIONS:
        raise ValueError(f"FOCUS version {version!r}: expected one of {', '.join(VERSIONS)}")
    return [c for c in COLUMNS.values() if c.level != "x" and c.in_version(version)]


def detect_version(names: set[str]) -> str:
    """The FOCUS version of a file by its column names: the newest one that introduced or dropped something seen here.

    >>> detect_version({"BilledCost", "ProviderName", "SkuMeter"})
    '1.1'
    """
    newest = max((c.since for c in COLUMNS.values() if c.id in names and c.level != "x"), default="1.0")
    return min(newest, "1.3") if "ProviderName" in names else newest


def wire_type(name: str) -> pa.DataType:
    """The Arrow type of a column of a cost batch, tags and key included; a KeyError for a column nobody knows."""
    if name.startswith(TAG_PREFIX):
        return TEXT
    if name == KEY_COLUMN:
        return KEY
    if name in OWNER_COLUMNS:
        return TEXT
    return COLUMNS[name].type


def check_batch(batch: pa.RecordBatch) -> list[str]:
    """What is wrong with a batch against the table: unknown columns, wrong types, nulls where FOCUS forbids them."""
    wrong = []
    for field in batch.schema:
        try:
            expected = wire_type(field.name)
        except KeyError:
            wrong.append(f"{field.name}: no such column")
            continue
        if field.type != expected:
            wrong.append(f"{field.name}: is {field.type}, expected {expected}")
    for name in (
        "BilledCost",
        "EffectiveCost",
        "BillingCurrency",
        "BillingAccountId",
        "ChargeCategory",
        "ChargePeriodStart",
    ):
        if name not in batch.schema.names:
            wrong.append(f"{name}: missing")
        elif batch.column(name).null_count:
            wrong.append(f"{name}: {batch.column(name).null_count} nulls, expected none")
    return wrong


_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def to_snake(column_id: str) -> str:
    """`BilledCost` → `billed_cost`, `x_TeamId` → `x_team_id`."""
    return _BOUNDARY.sub("_", column_id).lower()


def to_focus(snake: str) -> str:
    """The inverse of `to_snake` for the columns of the table, the owner columns and the key."""
    return _BY_SNAKE[snake]


_BY_SNAKE = {to_snake(name): name for name in (*COLUMNS, *OWNER_COLUMNS, KEY_COLUMN)}
