"""FOCUS files for tests, as text rows with the columns of a version."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
from pyarrow import parquet as pq

from .bills import rounded

Row = dict[str, str]

COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
TIMES = ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd")


def focus_row(period: str = "2026-01", day: int = 1, billed: str = "1.25", **cells: str) -> Row:
    """Written as version 1.0; `cells` add or replace columns."""
    year, month = map(int, period.split("-"))
    following = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    return {
        "BilledCost": billed,
        "EffectiveCost": billed,
        "ListCost": billed,
        "ContractedCost": billed,
        "BillingCurrency": "USD",
        "BillingAccountId": "111111111111",
        "BillingAccountName": "payer",
        "SubAccountId": "222222222222",
        "BillingPeriodStart": f"{period}-01T00:00:00Z",
        "BillingPeriodEnd": f"{following}-01T00:00:00Z",
        "ChargePeriodStart": f"{period}-{day:02d}T00:00:00Z",
        "ChargePeriodEnd": f"{period}-{day:02d}T01:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeClass": "NULL",
        "ChargeDescription": "Hours, and\nmore",
        "ConsumedQuantity": "1",
        "ListUnitPrice": "1.25",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services",
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "ServiceCategory": "Compute",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "ResourceId": "i-1",
        "Tags": json.dumps({"team": "payments", "spot": True}),
        **cells,
    }


def focus_month(period: str) -> list[Row]:
    return [
        focus_row(period),
        focus_row(period, 2, "0.1234567890125", ResourceId="NULL", Tags="{}"),
        focus_row(period, 3, "1E-9"),
        focus_row(period, 4, "-5.5", ChargeCategory="Credit", ServiceName="Credits"),
        focus_row(period, 5, "20", ChargeCategory="Tax", Tags="", ConsumedQuantity=""),
        focus_row(period, 6, "-3", ChargeClass="Correction"),
        focus_row(period, 7, "8760", ChargeCategory="Purchase", EffectiveCost="0"),
    ]


def newer(rows: Sequence[Row]) -> list[Row]:
    """The same as version 1.4 writes it, with a column of a provider."""
    renamed = {"ProviderName": "ServiceProviderName", "PublisherName": "HostProviderName"}
    added = {"InvoiceDetailId": "d-1", "x_Operation": "RunInstances", "x_Unheard": "1"}
    return [{**{renamed.get(k, k): v for k, v in r.items()}, **added} for r in rows]


def as_csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_parquet(rows: Sequence[Row]) -> bytes:
    columns = {name: _column(name, [r[name] for r in rows]) for name in rows[0]}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, row_group_size=3)
    return sink.getvalue()


def _column(name: str, cells: list[str]) -> pa.Array:
    if name in COSTS or name == "ConsumedQuantity":
        return pa.array([float(c) if c else None for c in cells], pa.float64())
    if name in TIMES:
        return pa.array([datetime.fromisoformat(c) for c in cells], pa.timestamp("us", "UTC"))
    if name == "Tags":
        pairs = [[(k, str(v).lower()) for k, v in json.loads(c or "{}").items()] for c in cells]
        return pa.array(pairs, pa.map_(pa.string(), pa.string()))
    return pa.array([None if c == "NULL" else c for c in cells], pa.string())


def total(rows: Sequence[Row], doubles: bool = False) -> dict[str, Decimal]:
    values = [Decimal(float(r["BilledCost"])) if doubles else Decimal(r["BilledCost"]) for r in rows]
    return {"USD": sum(map(rounded, values), Decimal(0))}
