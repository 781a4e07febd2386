"""Small bills as text: the report with a manifest, and FOCUS files, with whatever cells a test puts into them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

Cells = Mapping[str, str]


def written(rows: Sequence[Cells]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def month_after(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def focus_row(
    period: str, day: int, billed: str, tags: Mapping[str, str] | None = None, **cells: str
) -> dict[str, str]:
    return {
        "BilledCost": billed,
        "EffectiveCost": billed,
        "BillingCurrency": "USD",
        "BillingAccountId": "111111111111",
        "SubAccountId": "222222222222",
        "BillingPeriodStart": f"{period}-01T00:00:00Z",
        "BillingPeriodEnd": f"{month_after(period)}-01T00:00:00Z",
        "ChargePeriodStart": f"{period}-{day:02d}T00:00:00Z",
        "ChargePeriodEnd": f"{period}-{day:02d}T01:00:00Z",
        "ChargeCategory": "Usage",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "ResourceId": "i-1",
        "RegionId": "eu-west-1",
        "Tags": "" if tags is None else json.dumps(tags),
        **cells,
    }


def report_row(period: str, day: int, billed: str) -> dict[str, str]:
    return {
        "bill/PayerAccountId": "333333333333",
        "bill/BillingPeriodStartDate": f"{period}-01T00:00:00Z",
        "lineItem/UsageAccountId": "444444444444",
        "lineItem/LineItemType": "Usage",
        "lineItem/UsageStartDate": f"{period}-{day:02d}T00:00:00Z",
        "lineItem/ProductCode": "AmazonEC2",
        "lineItem/CurrencyCode": "USD",
        "lineItem/UnblendedCost": billed,
    }


def deliver(folder: Path, period: str, assembly: str, data: bytes, names_file: str = "R-1.csv.gz") -> None:
    """A report of one file with its manifest; `data` stands under R-1.csv.gz whatever the manifest names."""
    span = f"{period.replace('-', '')}01-{month_after(period).replace('-', '')}01"
    home = folder / "P" / "R" / span
    home.mkdir(parents=True, exist_ok=True)
    (home / "R-1.csv.gz").write_bytes(data)
    manifest = {
        "assemblyId": assembly,
        "reportName": "R",
        "billingPeriod": {"start": f"{span[:8]}T000000.000Z"},
        "reportKeys": [f"P/R/{span}/{names_file}"],
    }
    (home / "R-Manifest.json").write_text(json.dumps(manifest))


def packed(rows: Sequence[Cells]) -> bytes:
    return gzip.compress(written(rows))


def put(folder: Path, rows: Sequence[Cells], name: str = "focus.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(written(rows))
    return folder


def sum_of(rows: Iterable[Cells]) -> Decimal:
    return sum((Decimal(r.get("BilledCost") or r["lineItem/UnblendedCost"]) for r in rows), Decimal(0))
