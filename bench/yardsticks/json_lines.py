"""One JSON message a line, checked by pydantic at each hop: `python -m bench.yardsticks.json_lines PARQUET LINES`.

A publisher makes a message of each line, an attributor reads it, decides the team and writes it again, a reader adds it
up. No broker stands between them, which flatters this way of doing it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pyarrow.parquet as pq
from bench.measure import Stopwatch, report
from bench.world import ACCOUNT_DEFAULTS, ALIASES, TEAMS
from pydantic import BaseModel

KNOWN = {**{t: t for t in TEAMS}, **ALIASES}
AFFIX, SPACES = re.compile(r"^team[:_ -]+|[_ -]+team$"), re.compile(r"[_\s]+")
COLUMNS = {
    "BilledCost": "line_item_net_unblended_cost", "EffectiveCost": "line_item_net_unblended_cost",
    "ListCost": "pricing_public_on_demand_cost", "BillingCurrency": "line_item_currency_code",
    "BillingAccountId": "bill_payer_account_id", "SubAccountId": "line_item_usage_account_id",
    "ChargePeriodStart": "line_item_usage_start_date", "ChargePeriodEnd": "line_item_usage_end_date",
    "ChargeCategory": "line_item_line_item_type", "ChargeDescription": "line_item_line_item_description",
    "ServiceName": "line_item_product_code", "RegionId": "product_region_code", "ResourceId": "line_item_resource_id",
    "SkuId": "product_sku", "SkuPriceId": "pricing_rate_code", "PricingUnit": "pricing_unit",
    "PricingQuantity": "line_item_usage_amount", "InvoiceIssuerName": "bill_invoicing_entity",
    "SkuMeter": "line_item_usage_type", "AvailabilityZone": "line_item_availability_zone",
}  # fmt: skip


class Line(BaseModel):
    BilledCost: Decimal
    EffectiveCost: Decimal
    ListCost: Decimal | None
    BillingCurrency: str
    BillingAccountId: str
    SubAccountId: str
    ChargePeriodStart: datetime
    ChargePeriodEnd: datetime
    ChargeCategory: str
    ChargeDescription: str | None
    ServiceName: str
    RegionId: str | None
    ResourceId: str | None
    SkuId: str | None
    SkuPriceId: str | None
    PricingUnit: str | None
    PricingQuantity: float | None
    InvoiceIssuerName: str | None
    SkuMeter: str | None
    AvailabilityZone: str | None
    Tags: dict[str, str]
    x_TeamId: str | None = None  # noqa: N815  # as FOCUS writes names of our own columns


def team_of(line: Line) -> str:
    tags = line.Tags
    written = next((tags[k] for k in ("user_team", "user_Team", "user_squad", "user_owner") if tags.get(k)), None)
    if written is not None:
        found = KNOWN.get(SPACES.sub("-", AFFIX.sub("", written.strip().lower())))
        if found:
            return found
    application = tags.get("user_application", "").rpartition("-svc")[0]
    return KNOWN.get(application) or ACCOUNT_DEFAULTS.get(line.SubAccountId) or "Unattributable"


def publish(path: str, lines: int) -> list[str]:
    batch = next(pq.ParquetFile(path).iter_batches(lines, columns=[*{*COLUMNS.values()}, "resource_tags"]))
    names = list(COLUMNS.items())
    return [
        Line(**{focus: row[name] for focus, name in names}, Tags=dict(row["resource_tags"])).model_dump_json()
        for row in batch.to_pylist()
    ]


def attribute(message: str) -> str:
    line = Line.model_validate_json(message)
    line.x_TeamId = team_of(line)
    return line.model_dump_json()


def run(path: str, lines: int) -> int:
    """Rows of the roll-up."""
    sums: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for message in map(attribute, publish(path, lines)):
        line = Line.model_validate_json(message)
        day = line.ChargePeriodStart.date()
        sums[day, line.SubAccountId, line.ServiceName, line.RegionId, line.x_TeamId, line.ChargeCategory] += (
            line.BilledCost
        )
    return len(sums)


if __name__ == "__main__":
    path, lines = sys.argv[1], int(sys.argv[2])
    watch = Stopwatch()
    rows = run(path, lines)
    report(watch.stop(), rollup_rows=rows, lines=lines)
