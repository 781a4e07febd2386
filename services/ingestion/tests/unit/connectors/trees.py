"""Bills laid out as AWS lays them out, as a mapping from object key to content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .bills import (
    Row,
    as_csv,
    as_cur2_csv,
    as_parquet,
    dates,
    export_manifest,
    gz,
    halves,
    legacy_manifest,
    put,
    zipped,
)

Tree = dict[str, bytes]
Months = Mapping[str, Sequence[Row]]


def _legacy(
    months: Months, ending: str, pack: Callable[[list[Row]], bytes], folder: Callable[[str], str], prefix: str
) -> Tree:
    tree: Tree = {}
    for period, rows in months.items():
        keys = []
        for i, part in enumerate(halves(rows), 1):
            keys.append(f"{prefix}/R/{folder(period)}/R-{i:05d}{ending}")
            tree[keys[-1]] = pack(part)
        tree[f"{prefix}/R/{dates(period)}/R-Manifest.json"] = legacy_manifest(period, keys, f"assembly-{period}")
    return tree


def overwritten_gzip(months: Months, prefix: str = "P") -> Tree:
    return _legacy(months, ".csv.gz", lambda rows: gz(as_csv(rows)), dates, prefix)


def new_folder_zip(months: Months, prefix: str = "P") -> Tree:
    """A folder per delivery, beside one that is older and must not count."""
    tree = _legacy(
        months, ".csv.zip", lambda rows: zipped(as_csv(rows), "R-1.csv"), lambda p: f"{dates(p)}/assembly-{p}", prefix
    )
    for period, rows in months.items():
        folder = f"{prefix}/R/{dates(period)}"
        tree[f"{folder}/assembly-{period}/R-Manifest.json"] = tree[f"{folder}/R-Manifest.json"]
        older = f"{folder}/assembly-0/R-00001.csv.zip"
        tree[older] = zipped(as_csv([*rows, *rows]), "R-1.csv")
        tree[f"{folder}/assembly-0/R-Manifest.json"] = legacy_manifest(period, [older], "assembly-0")
    return tree


def athena(months: Months, prefix: str = "P") -> Tree:
    tree = _legacy(
        months,
        ".snappy.parquet",
        lambda rows: as_parquet(rows, maps=False),
        lambda p: f"R/year={p[:4]}/month={int(p[5:])}",
        prefix,
    )
    tree[f"{prefix}/R/R/cost_and_usage_data_status/status.parquet"] = b"not a bill"
    for period in months:
        tree[f"{prefix}/R/{dates(period)}/R-create-table.sql"] = b"CREATE EXTERNAL TABLE r"
    return tree


def _export(months: Months, ending: str, pack: Callable[[list[Row]], bytes], execution: str) -> Tree:
    tree: Tree = {}
    for period, rows in months.items():
        keys = []
        for i, part in enumerate(halves(rows), 1):
            keys.append(f"P/E/data/BILLING_PERIOD={period}/{execution}E-{i:05d}{ending}")
            tree[keys[-1]] = pack(part)
        manifest = export_manifest("bills", keys, f"execution-{period}")
        tree[f"P/E/metadata/BILLING_PERIOD={period}/E-Manifest.json"] = manifest
        if execution:
            tree[f"P/E/metadata/BILLING_PERIOD={period}/{execution}E-Manifest.json"] = manifest
            tree[f"P/E/data/BILLING_PERIOD={period}/20250101T000000Z-old/E-00001{ending}"] = pack([*rows, *rows])
    return tree


def export_csv(months: Months) -> Tree:
    return _export(months, ".csv.gz", lambda rows: gz(as_cur2_csv(rows)), "")


def export_parquet(months: Months) -> Tree:
    return _export(months, ".snappy.parquet", lambda rows: as_parquet(rows, maps=True), "20260201T000000Z-execution/")


def write(tree: Tree, root: Path) -> Path:
    for key, data in tree.items():
        put(root / key.lstrip("/"), data)
    return root
