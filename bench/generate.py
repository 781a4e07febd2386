"""Writes the benchmark's bill: CUR 2.0 Parquet with MAP columns, or a legacy gzip CSV report, kept in `bench/data`.

A finished folder is used again; it depends on nothing but its arguments and this code.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from bench import lines
from bench.world import PRODUCTS, TAG_KEYS, World
from pyarrow import parquet as pq

DATA = Path(__file__).parent / "data"
FORMAT, CSV_FORMAT = 1, 2  # change one when the content of the files changes
MONTH, MONTH_BEFORE = "2026-10", "2026-09"
SEED = 20_261_001
ROWS_PER_FILE, ROWS_PER_GROUP = 1_000_000, 250_000
RESOURCES_PER_ROW = 1 / 50
EXPORT = "bench"
_CAPITALS = {f"pricing_rate_{n}": f"pricing/Rate{n.title()}" for n in ("code", "id")} | {
    "product_product_name": "product/ProductName"
}


@dataclass(frozen=True)
class Bill:
    """A bill on disk. `folder` is what a source is pointed at, `files` are its data files."""

    folder: Path
    rows: int
    files: tuple[Path, ...] = field(default=())

    @property
    def glob(self) -> str:
        return str(self.files[0].parent / f"*{''.join(self.files[0].suffixes[-2:])}")


def parquet_bill(rows: int, copies: int = 1, month: str = MONTH, resources: int | None = None) -> Bill:
    """CUR 2.0 as Parquet. With `copies`, the same lines as often as that, each time with other resources. `resources` is
    how many there are, else one for each 50 lines."""
    size = "" if resources is None else f"-of-{resources}"
    folder = DATA / f"parquet-{month}-{rows}x{copies}{size}-v{FORMAT}"
    data = f"{EXPORT}/data/BILLING_PERIOD={month}"

    def write(into: Path) -> None:
        keys: list[str] = []
        for copy in range(copies):
            for number, table in enumerate(_tables(rows, copy, month, as_maps=True, resources=resources)):
                keys.append(f"{data}/{EXPORT}-{copy:02d}-{number:05d}.snappy.parquet")
                _write_parquet(into / keys[-1], table)
        _write(into / f"{EXPORT}/metadata/BILLING_PERIOD={month}/{EXPORT}-Manifest.json", manifest(keys, "0"))

    return _cached(folder, rows * copies, write)


def csv_bill(rows: int) -> Bill:
    """A legacy report: gzip CSV, a column per tag."""
    folder = DATA / f"csv-{rows}-v{CSV_FORMAT}"
    month = f"{EXPORT}/20261001-20261101"

    def write(into: Path) -> None:
        keys: list[str] = []
        for number, table in enumerate(_tables(rows, 0, MONTH, as_maps=False)):
            keys.append(f"{month}/{EXPORT}-{number + 1:05d}.csv.gz")
            _write_csv(into / keys[-1], table)
        content = json.dumps(
            {
                "assemblyId": "0",
                "reportName": EXPORT,
                "reportKeys": keys,
                "billingPeriod": {"start": "20261001T000000.000Z"},
            }
        )
        _write(into / f"{month}/{EXPORT}-Manifest.json", content)

    return _cached(folder, rows, write)


def manifest(keys: list[str], execution: str) -> str:
    return json.dumps({"executionId": execution, "dataFiles": [f"s3://bench/{key}" for key in keys]})


def _cached(folder: Path, rows: int, write: Callable[[Path], None]) -> Bill:
    done = folder / "done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        write(folder)
        done.touch()
    files = tuple(sorted(p for p in folder.rglob("*") if p.name.endswith((".parquet", ".csv.gz"))))
    return Bill(folder, rows, files)


@cache
def world(size: int, generation: int) -> World:
    return World.make(size, SEED, generation)


def _tables(rows: int, copy: int, month: str, as_maps: bool, resources: int | None = None) -> Iterator[pa.Table]:
    """One table per file. Copies draw the same lines."""
    company = world(resources or max(1000, int(rows * RESOURCES_PER_ROW)), copy)
    random = np.random.default_rng(SEED)
    for start in range(0, rows, ROWS_PER_FILE):
        count = min(ROWS_PER_FILE, rows - start)
        drawn = lines.draw(company, count, start, rows, random)
        columns = lines.columns(company, drawn, month, random)
        without = drawn.has(lines.RI_FEE, lines.PLAN_FEE, lines.TAX, lines.FEE)
        tagged = pa.array(np.where(without, company.size, drawn.resource))
        product = company.product[drawn.resource]
        if as_maps:
            columns["resource_tags"] = company.tag_maps.take(tagged)
            columns["product"] = _product_maps().take(pa.array(product))
        else:
            columns["product_product_name"] = lines.pick(product, [p.name for p in PRODUCTS])
            for key in TAG_KEYS:
                column = company.tag_columns[key]
                columns[f"resource_tags_{key}"] = pa.DictionaryArray.from_arrays(
                    column.indices.take(tagged), column.dictionary
                )
        yield pa.table(columns)


def _product_maps() -> pa.MapArray:
    keys = ("product_name", "servicename", "operating_system", "tenancy", "vcpu", "memory", "current_generation")
    values = [v for p in PRODUCTS for v in (p.name, p.name, "Linux", "Shared", "4", "16 GiB", "Yes")]
    offsets = pa.array(range(0, len(values) + 1, len(keys)), pa.int32())
    return pa.MapArray.from_arrays(offsets, pa.array(keys * len(PRODUCTS)), pa.array(values))


def _write_parquet(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="snappy", row_group_size=ROWS_PER_GROUP, store_schema=False)


def _write_csv(path: Path, table: pa.Table) -> None:
    """With quotation marks where they are needed and nowhere else, as AWS does; Arrow's writer puts all text into them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = pa.table([_as_text(column) for column in table.columns], names=[legacy(c) for c in table.column_names])
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
        for number, piece in enumerate(pl.DataFrame(plain).iter_slices(50_000)):
            packed.write(piece.write_csv(include_header=not number, quote_style="necessary").encode())


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ")
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def legacy(name: str) -> str:
    """`line_item_usage_type` → `lineItem/UsageType`; `resource_tags_user_team` → `resourceTags/user:team`."""
    if name in _CAPITALS:
        return _CAPITALS[name]
    if name.startswith("resource_tags_"):
        return "resourceTags/" + name.removeprefix("resource_tags_").replace("_", ":", 1)
    for group in ("line_item", "savings_plan", "bill", "identity", "pricing", "product", "reservation", "discount"):
        if name.startswith(group + "_"):
            words = name.removeprefix(group + "_").replace("a_r_n", "ARN").split("_")
            text = "".join(w if w == "ARN" else w.title() for w in words)
            first, _, second = group.partition("_")
            lower = group in ("pricing", "product")
            return f"{first}{second.title()}/{text[0].lower() + text[1:] if lower else text}"
    return name


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
