"""Small bills for tests: rows as plain text, written in every layout, and summed by plain Python."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet as pq

Row = dict[str, str]

# legacy name, name in Parquet and CUR 2.0, type there
COLUMNS = (
    ("identity/LineItemId", "identity_line_item_id", "text"),
    ("bill/BillType", "bill_bill_type", "text"),
    ("bill/BillingEntity", "bill_billing_entity", "text"),
    ("bill/InvoiceId", "bill_invoice_id", "text"),
    ("bill/InvoicingEntity", "bill_invoicing_entity", "text"),
    ("bill/PayerAccountId", "bill_payer_account_id", "text"),
    ("bill/BillingPeriodStartDate", "bill_billing_period_start_date", "time"),
    ("bill/BillingPeriodEndDate", "bill_billing_period_end_date", "time"),
    ("lineItem/UsageAccountId", "line_item_usage_account_id", "text"),
    ("lineItem/LineItemType", "line_item_line_item_type", "text"),
    ("lineItem/UsageStartDate", "line_item_usage_start_date", "time"),
    ("lineItem/UsageEndDate", "line_item_usage_end_date", "time"),
    ("lineItem/ProductCode", "line_item_product_code", "text"),
    ("lineItem/UsageType", "line_item_usage_type", "text"),
    ("lineItem/Operation", "line_item_operation", "text"),
    ("lineItem/AvailabilityZone", "line_item_availability_zone", "text"),
    ("lineItem/ResourceId", "line_item_resource_id", "text"),
    ("lineItem/UsageAmount", "line_item_usage_amount", "number"),
    ("lineItem/CurrencyCode", "line_item_currency_code", "text"),
    ("lineItem/UnblendedRate", "line_item_unblended_rate", "text"),
    ("lineItem/UnblendedCost", "line_item_unblended_cost", "number"),
    ("lineItem/LineItemDescription", "line_item_line_item_description", "text"),
    ("lineItem/TaxType", "line_item_tax_type", "text"),
    ("lineItem/LegalEntity", "line_item_legal_entity", "text"),
    ("product/ProductName", "product_product_name", "text"),
    ("product/location", "product_location", "text"),
    ("product/regionCode", "product_region_code", "text"),
    ("product/sku", "product_sku", "text"),
    ("pricing/RateCode", "pricing_rate_code", "text"),
    ("pricing/publicOnDemandCost", "pricing_public_on_demand_cost", "number"),
    ("pricing/publicOnDemandRate", "pricing_public_on_demand_rate", "text"),
    ("pricing/unit", "pricing_unit", "text"),
    ("reservation/EffectiveCost", "reservation_effective_cost", "number"),
    ("reservation/ReservationARN", "reservation_reservation_a_r_n", "text"),
    (
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
        "reservation_unused_amortized_upfront_fee_for_billing_period",
        "number",
    ),
    ("reservation/UnusedQuantity", "reservation_unused_quantity", "number"),
    ("reservation/UnusedRecurringFee", "reservation_unused_recurring_fee", "number"),
    ("savingsPlan/OfferingType", "savings_plan_offering_type", "text"),
    ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_a_r_n", "text"),
    ("savingsPlan/SavingsPlanEffectiveCost", "savings_plan_savings_plan_effective_cost", "number"),
    ("savingsPlan/TotalCommitmentToDate", "savings_plan_total_commitment_to_date", "number"),
    ("savingsPlan/UsedCommitment", "savings_plan_used_commitment", "number"),
)
NET = ("lineItem/NetUnblendedCost", "line_item_net_unblended_cost", "number")
LEGACY = [legacy for legacy, _, _ in COLUMNS]
TAGS = "resourceTags/"
PLAN = "arn:aws:savingsplans::111111111111:savingsplan/aaaa"
RESERVATION = "arn:aws:ec2:eu-west-1:111111111111:reserved-instances/bbbb"


def row(period: str = "2026-01", day: int = 1, hour: int = 0, **cells: Any) -> Row:
    """A Usage row. Cells are named `UnblendedCost` or, where that is not clear, `product/sku`; values become text."""
    year, month = map(int, period.split("-"))
    start = datetime(year, month, day, hour)  # noqa: DTZ001 - text without zone is what is built here
    end_month = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    out = {
        "identity/LineItemId": f"{period}-{day}-{hour}",
        "bill/BillType": "Anniversary",
        "bill/BillingEntity": "AWS",
        "bill/InvoicingEntity": "Amazon Web Services, Inc.",
        "bill/PayerAccountId": "111111111111",
        "bill/BillingPeriodStartDate": f"{period}-01T00:00:00Z",
        "bill/BillingPeriodEndDate": f"{end_month}-01T00:00:00Z",
        "lineItem/UsageAccountId": "222222222222",
        "lineItem/LineItemType": "Usage",
        "lineItem/UsageStartDate": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "lineItem/UsageEndDate": f"{start:%Y-%m-%dT%H:59:59Z}",
        "lineItem/ProductCode": "AmazonEC2",
        "lineItem/UsageType": "EU-BoxUsage:m5.large",
        "lineItem/Operation": "RunInstances",
        "lineItem/ResourceId": "i-0001",
        "lineItem/UsageAmount": "1",
        "lineItem/CurrencyCode": "USD",
        "lineItem/UnblendedCost": "0.1070000000",
        "lineItem/LegalEntity": "Amazon Web Services, Inc.",
        "product/ProductName": "Amazon Elastic Compute Cloud",
        "product/regionCode": "eu-west-1",
        "pricing/publicOnDemandCost": "0.1070000000",
        "pricing/publicOnDemandRate": "0.107",
        "pricing/unit": "Hrs",
    }
    short = {name.partition("/")[2]: name for name in (*LEGACY, NET[0])}
    for name, value in cells.items():
        out[short.get(name, name)] = str(value)
    return out


def month(period: str) -> list[Row]:
    """Every kind of line that a bill is known to have."""
    tags: dict[str, Any] = {
        f"{TAGS}user:Team": "payments",
        f"{TAGS}user:team": "Payments ",
        f"{TAGS}aws:createdBy": "Root:1",
    }
    fee: dict[str, Any] = {
        "ProductCode": "ComputeSavingsPlans",
        "UsageAccountId": "111111111111",
        "publicOnDemandCost": "",
        "publicOnDemandRate": "",
    }
    plan: dict[str, Any] = {"SavingsPlanARN": PLAN, "OfferingType": "ComputeSavingsPlans"}
    none: dict[str, Any] = {
        "publicOnDemandCost": "",
        "publicOnDemandRate": "",
        "UsageAmount": "",
        "ResourceId": "",
        "pricing/unit": "",
    }
    return [
        row(period, **tags),
        row(period, 2, 5, UnblendedCost="1.8E-9", ResourceId="arn:aws:s3:::bucket", ProductCode="AmazonS3", **tags),
        row(period, 2, 6, UnblendedCost="12.3456789012345", ResourceId="i-ünïcode", UsageType="EU-SpotUsage:m5.large"),
        row(period, 3, LineItemType="SavingsPlanCoveredUsage", UnblendedCost="0.50", SavingsPlanEffectiveCost="0.35", **plan),
        row(period, 3, LineItemType="SavingsPlanNegation", UnblendedCost="-0.50", **plan),
        row(period, 3, LineItemType="SavingsPlanRecurringFee", UnblendedCost="1.00", TotalCommitmentToDate="1.00",
            UsedCommitment="0.35", ResourceId=PLAN, **plan, **fee),
        row(period, 1, LineItemType="SavingsPlanUpfrontFee", UnblendedCost="500", ResourceId="", **plan, **fee),
        row(period, 4, LineItemType="DiscountedUsage", UnblendedCost="0.0", EffectiveCost="0.06", ReservationARN=RESERVATION),
        row(period, 1, LineItemType="RIFee", UnblendedCost="70.08", ReservationARN=RESERVATION, UnusedRecurringFee="3.25",
            UnusedAmortizedUpfrontFeeForBillingPeriod="1.75", UnusedQuantity="52.5"),
        row(period, 1, LineItemType="Fee", UnblendedCost="15", ProductCode="AmazonRegistrar", **none),
        row(period, 1, LineItemType="Tax", UnblendedCost="23.45", TaxType="VAT", **none),
        row(period, 5, LineItemType="Credit", UnblendedCost="-7.77", **none),
        row(period, 6, LineItemType="Refund", UnblendedCost="-2.22", ProductCode="AmazonS3", **none),
        row(period, 7, LineItemType="EdpDiscount", UnblendedCost="-0.01", **none),
        row(period, 8, 0, UnblendedCost="99", **{"bill/BillingEntity": "AWS Marketplace", "lineItem/LegalEntity": "Seller Ltd",
            "lineItem/LineItemDescription": 'Seats, "gold"\nper month'}),
    ]  # fmt: skip


def header(rows: Iterable[Row], more: Sequence[str] = ()) -> list[str]:
    used = dict.fromkeys(name for r in rows for name in r)
    return [*LEGACY, *more, *(name for name in used if name not in LEGACY and name not in more)]


def as_csv(rows: Sequence[Row], names: Sequence[str] | None = None, newline: str = "\n", bom: bool = False) -> bytes:
    out = io.StringIO()
    names = names or header(rows)
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(names)
    writer.writerows([r.get(name, "") for name in names] for r in rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def snake(name: str) -> str:
    if name.startswith(TAGS):
        return "resource_tags_" + name.removeprefix(TAGS).replace(":", "_")
    return {legacy: modern for legacy, modern, _ in (*COLUMNS, NET)}[name]


def as_cur2_csv(rows: Sequence[Row]) -> bytes:
    """CUR 2.0: snake names; tags and product are JSON objects."""
    names = [n for n in header(rows) if not n.startswith(TAGS) and n != "product/ProductName"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*map(snake, names), "resource_tags", "product"])
    for r in rows:
        writer.writerow([*(r.get(n, "") for n in names), json.dumps(_tags(r)), json.dumps(_product(r))])
    return out.getvalue().encode()


def _tags(r: Row) -> dict[str, str]:
    """CUR 2.0 keys: lower case, words joined with underscores."""
    return {
        "".join("_" + c.lower() if c.isupper() and i > 5 else c.lower() for i, c in enumerate(k[len(TAGS) :])).replace(
            ":", "_"
        ): v
        for k, v in r.items()
        if k.startswith(TAGS) and k != f"{TAGS}user:team" and v
    }


def _product(r: Row) -> dict[str, str]:
    return {"product_name": r["product/ProductName"], "vcpu": "2"} if r.get("product/ProductName") else {}


def as_parquet(rows: Sequence[Row], maps: bool, row_group: int = 8) -> bytes:
    """Doubles for amounts, timestamps for instants; tags in columns of their own, or (CUR 2.0) in maps."""
    names = [n for n in header(rows) if not (maps and (n.startswith(TAGS) or n == "product/ProductName"))]
    types = {legacy: kind for legacy, _, kind in (*COLUMNS, NET)}
    columns = {snake(n): _column([r.get(n, "") for r in rows], types.get(n, "text")) for n in names}
    if maps:
        kind = pa.map_(pa.string(), pa.string())
        columns["resource_tags"] = pa.array([list(_tags(r).items()) for r in rows], kind)
        columns["product"] = pa.array([list(_product(r).items()) for r in rows], kind)
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, compression="snappy", row_group_size=row_group)
    return sink.getvalue()


def _column(cells: list[str], kind: str) -> pa.Array:
    if kind == "number":
        return pa.array([float(c) if c else None for c in cells], pa.float64())
    if kind == "time":
        return pa.array([datetime.fromisoformat(c.removesuffix("Z")) for c in cells], pa.timestamp("ms"))
    return pa.array(cells, pa.string())


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def zipped(data: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def dates(period: str) -> str:
    year, month_number = map(int, period.split("-"))
    return f"{year:04d}{month_number:02d}01-{year + month_number // 12:04d}{month_number % 12 + 1:02d}01"


def legacy_manifest(period: str, keys: Sequence[str], assembly: str = "assembly-1", **more: Any) -> bytes:
    start, _, end = dates(period).partition("-")
    written = {
        "assemblyId": assembly,
        "account": "111111111111",
        "reportName": "R",
        "billingPeriod": {"start": f"{start}T000000.000Z", "end": f"{end}T000000.000Z"},
        "bucket": "bills",
        "reportKeys": list(keys),
        **more,
    }
    return json.dumps(written).encode()


def export_manifest(bucket: str, keys: Sequence[str], execution: str = "execution-1") -> bytes:
    return json.dumps(
        {"executionId": execution, "dataFiles": [f"s3://{bucket}/{k}" for k in keys], "columns": []}
    ).encode()


def halves(rows: Sequence[Row]) -> list[list[Row]]:
    middle = len(rows) // 2
    return [list(rows[:middle]), list(rows[middle:])]


def amount(r: Row) -> Decimal:
    return Decimal(r.get(NET[0]) or r["lineItem/UnblendedCost"] or "0")


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("1e-12"), ROUND_HALF_EVEN)


def total(rows: Iterable[Row], doubles: bool = False) -> dict[str, Decimal]:
    """The oracle: each amount (for Parquet, each double) rounded half-even to 12 places, summed per currency."""
    out: dict[str, Decimal] = {}
    for r in rows:
        value = Decimal(float(amount(r))) if doubles else amount(r)
        out[r["lineItem/CurrencyCode"]] = out.get(r["lineItem/CurrencyCode"], Decimal(0)) + rounded(value)
    return out


def gz(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)
