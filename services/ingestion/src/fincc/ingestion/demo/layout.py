"""The tree of a legacy cost and usage report (create-new layout, gzip CSV) as it lies in a bucket, in a folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from isal import isal_zlib

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.company import PAYER
from fincc.ingestion.demo.draws import draw, hexadecimal
from fincc.ingestion.demo.story import Story
from fincc.ingestion.demo.text import COMMA, NEWLINE, NOTHING

BUCKET = "alderway-billing"
PREFIX = "cur"
REPORT = "alderway-daily"
ROWS_PER_FILE = 8_000
COMPRESSION_LEVEL = 1  # the time to generate matters more than a small file


@dataclass(frozen=True)
class Assembly:
    """One delivery of one month."""

    period: BillingPeriod
    delivered_at: datetime
    until: date  # the last day it knows
    is_closed: bool  # carries an invoice
    is_restated: bool = False

    @property
    def id(self) -> str:
        return f"{self.delivered_at:%Y%m%dT%H%M%SZ}"

    @property
    def invoice(self) -> str | None:
        return f"{draw(self.period, 'invoice') % 10**10:010d}" if self.is_closed else None


def schedule(story: Story) -> list[Assembly]:
    """All deliveries, oldest first; the last one of a month is the current one."""
    found = []
    for period in story.periods[:-1]:
        closing = min(period.end + timedelta(days=5), story.as_of)
        if period == story.growing_period:
            for day in (12, 27):
                seen = period.start + timedelta(days=day - 1)
                found.append(Assembly(period, _moment(period, seen), seen - timedelta(days=1), False))
        last = period.end - timedelta(days=1)
        found.append(Assembly(period, _moment(period, closing), last, True))
        if period == story.restated_period:
            found.append(Assembly(period, _moment(period, closing + timedelta(days=36)), last, True, is_restated=True))
    found.append(Assembly(story.periods[-1], _moment(story.periods[-1], story.as_of), story.last_day, False))
    return sorted(found, key=lambda assembly: (assembly.delivered_at, assembly.period))


def _moment(period: BillingPeriod, day: date) -> datetime:
    """In the first half hour of `day`, so that a delivery of today is never one of the future for long."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=draw(period, day, "moment") % 1800)


def range_folder(period: BillingPeriod) -> str:
    return f"{PREFIX}/{REPORT}/{period.start:%Y%m%d}-{period.end:%Y%m%d}"


def pointer_key(period: BillingPeriod) -> str:
    return f"{range_folder(period)}/{REPORT}-Manifest.json"


def write_assembly(root: Path, assembly: Assembly, columns: dict[str, pa.Array]) -> int:
    """Write data files and both manifests; the files carry the time of delivery. Gives the bytes written."""
    folder = f"{range_folder(assembly.period)}/{assembly.id}"
    keys, size = [], 0
    for number, part in enumerate(_csv(columns), 1):
        keys.append(f"{folder}/{REPORT}-{number:05d}.csv.gz")
        size += write_file(root / keys[-1], _gzip(part), assembly.delivered_at)
    manifest = json.dumps(_manifest(assembly, list(columns), keys), indent=1).encode()
    for key in (f"{folder}/{REPORT}-Manifest.json", pointer_key(assembly.period)):
        size += write_file(root / key, manifest, assembly.delivered_at)
    return size


def write_file(path: Path, content: bytes, moment: datetime) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return len(content)


def _csv(columns: dict[str, pa.Array]) -> list[bytes]:
    """The report as CSV, a part per file. Like AWS, and unlike Arrow's own writer, it quotes only what needs quotes."""
    header = ",".join(columns).encode() + b"\n"
    fields = [_quoted(column) for column in columns.values()]
    parts = []
    for start in range(0, len(fields[0]), ROWS_PER_FILE):
        rows = pc.binary_join_element_wise(
            *(field.slice(start, ROWS_PER_FILE) for field in fields), COMMA, null_handling="replace"
        )
        lines = pc.binary_join_element_wise(rows, NOTHING, NEWLINE)
        parts.append(header + b"".join(lines.cast(pa.binary()).to_pylist()))
    return parts


def _quoted(column: pa.Array) -> pa.Array:
    """A text column with its values ready for CSV; only those of dictionaries hold commas (no value holds a quote)."""
    if not isinstance(column, pa.DictionaryArray):
        return column
    values = pa.array(
        [f'"{value}"' if value and "," in value else value for value in column.dictionary.to_pylist()], pa.string()
    )
    return values.take(column.indices)


def _gzip(content: bytes) -> bytes:
    """Gzip without name and time."""
    packer = isal_zlib.compressobj(COMPRESSION_LEVEL, isal_zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def _manifest(assembly: Assembly, headers: list[str], keys: list[str]) -> dict[str, object]:
    def stamp(day: date) -> str:
        return f"{day:%Y%m%d}T000000.000Z"

    columns = [dict(zip(("category", "name"), header.split("/", 1), strict=True)) for header in headers]
    return {
        "assemblyId": assembly.id,
        "account": PAYER.id,
        "columns": columns,
        "charset": "UTF-8",
        "compression": "GZIP",
        "contentType": "text/csv",
        "reportId": hexadecimal(64, REPORT),
        "reportName": REPORT,
        "billingPeriod": {"start": stamp(assembly.period.start), "end": stamp(assembly.period.end)},
        "bucket": BUCKET,
        "reportKeys": keys,
        "additionalArtifactKeys": [],
    }
