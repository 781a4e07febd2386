"""How cost reports and exports lie in a bucket. Pure: from keys and manifests to what a delivery consists of.

Legacy reports (prefix P, report R, range D = YYYYMMDD-YYYYMMDD):
  P/R/D/R-Manifest.json  and  P/R/D/R-1.csv.gz            overwritten with each delivery
  P/R/D/R-Manifest.json  and  P/R/D/<assembly>/R-1.csv.gz  a folder per delivery; the manifest above names the current one
  P/R/D/R-Manifest.json  and  P/R/R/year=2026/month=1/…    for Athena
Data Exports (export E):
  P/E/metadata/BILLING_PERIOD=YYYY-MM/[<execution>/]E-Manifest.json  and  P/E/data/BILLING_PERIOD=YYYY-MM/[<execution>/]…
Anything else is bare files, whose periods only their rows tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files.store import Found, Listing

DEEPEST = 12  # folders below the location
DATA_SUFFIXES = (".csv", ".csv.gz", ".csv.zip", ".gz", ".zip", ".parquet")

_MANIFEST = re.compile(r"(^|[-/])manifest\.json$", re.IGNORECASE)
_RANGE = re.compile(r"^(20\d{2})(0[1-9]|1[0-2])\d{2}-\d{8}$")
_PARTITION = re.compile(r"^billing_period=(20\d{2}-(?:0[1-9]|1[0-2]))$", re.IGNORECASE)
_STAMP = re.compile(r"^(20\d{2})-?(0[1-9]|1[0-2])-?\d{2}")
_HIVE = re.compile(r"^year=\d{4}$", re.IGNORECASE)


@dataclass(frozen=True)
class Manifest:
    """`token` names the content; `keys` are as written, without `s3://bucket/`."""

    path: str
    token: str
    report: str
    billing_period: str
    keys: tuple[str, ...]


def is_manifest(path: str) -> bool:
    return _MANIFEST.search(path) is not None


def is_data(path: str) -> bool:
    return path.lower().endswith(DATA_SUFFIXES)


def period_of_folder(folder: str) -> str | None:
    """`…/20260101-20260201/` and `…/BILLING_PERIOD=2026-01/` → 2026-01; None for other folders."""
    name = folder.rstrip("/").rpartition("/")[2]
    if found := _RANGE.match(name):
        return f"{found[1]}-{found[2]}"
    if found := _PARTITION.match(name):
        return found[1]
    return None


def manifests(list_folder: Callable[[str], Listing], root: str, since: str | None = None) -> list[Found]:
    """The current manifest of each report and period below `root`, without opening folders that cannot hold one.

    A folder with a manifest is not opened further: the manifest on top names the current delivery. Where only manifests of
    single deliveries are left, the latest of a folder counts.
    """
    found: list[Found] = []
    todo = [(root, 0, False)]
    while todo:
        folder, depth, in_period = todo.pop()
        listing = list_folder(folder)
        here = [f for f in listing.files if is_manifest(f.path)]
        if here:
            found.extend(here)
            continue
        for child in reversed(listing.folders):
            period = period_of_folder(child)
            too_old = period is not None and since is not None and period < since
            if depth < DEEPEST and not too_old and not _holds_no_manifest(child, listing.folders):
                todo.append((child, depth + 1, in_period or period is not None))
    return _latest(found)


def _holds_no_manifest(folder: str, siblings: list[str]) -> bool:
    name = folder.rstrip("/").rpartition("/")[2].lower()
    beside = {s.rstrip("/").rpartition("/")[2].lower() for s in siblings}
    return bool(_HIVE.match(name)) or name == "cost_and_usage_data_status" or (name == "data" and "metadata" in beside)


def _latest(found: list[Found]) -> list[Found]:
    """One manifest per (period folder, file name)."""
    latest: dict[tuple[str, str], Found] = {}
    for manifest in found:
        folder, _, name = manifest.path.rpartition("/")
        key = (_period_folder(folder) or folder, name)
        if key not in latest or manifest.modified > latest[key].modified:
            latest[key] = manifest
    return list(latest.values())


def _period_folder(folder: str) -> str | None:
    while folder:
        if period_of_folder(folder):
            return folder
        folder = folder.rpartition("/")[0]
    return None


def data_files(list_folder: Callable[[str], Listing], root: str) -> list[Found]:
    """Every data file below `root`."""
    found: list[Found] = []
    todo = [(root, 0)]
    while todo:
        folder, depth = todo.pop()
        listing = list_folder(folder)
        found.extend(f for f in listing.files if is_data(f.path))
        if depth < DEEPEST:
            todo.extend((child, depth + 1) for child in listing.folders)
    return sorted(found, key=lambda f: f.path)


def parse_manifest(content: bytes, path: str, name: str) -> Manifest:
    """`path` is where it lies, `name` how to call it in a message. Raises BadDelivery."""
    try:
        written = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadDelivery(
            f"{name}: is not complete JSON ({error}); wait until the delivery is finished, or copy the file again"
        ) from error
    if not isinstance(written, dict):
        raise BadDelivery(f"{name}: expected a JSON object with reportKeys or dataFiles")
    keys = _keys(written, name)
    period = _period(written, path, keys)
    if period is None:
        raise BadDelivery(
            f"{name}: names no billing period; expected one of this century in billingPeriod.start or a BILLING_PERIOD= folder"
        )
    token = str(written.get("assemblyId") or written.get("executionId") or "")
    return Manifest(path, token, _report(written, path), period, keys)


def _keys(written: dict[str, Any], name: str) -> tuple[str, ...]:
    listed = written.get("reportKeys") or written.get("dataFiles") or []
    keys = [_key(entry) for entry in listed] if isinstance(listed, list) else []
    if not keys or not all(keys):
        raise BadDelivery(f"{name}: names no data files; expected a list in reportKeys or dataFiles")
    keys = [k.removeprefix("s3://").partition("/")[2] if k.startswith("s3://") else k for k in keys]
    for key in keys:
        if ".." in key.split("/"):
            raise BadDelivery(
                f"{name}: names {key!r}, a path with `..`, which is refused; expected a key of the report"
            )
    return tuple(dict.fromkeys(keys))


def _key(entry: Any) -> str:
    """Empty where it is none."""
    named = entry.get("key") or entry.get("path") if isinstance(entry, dict) else entry
    return named if isinstance(named, str) else ""


def _period(written: dict[str, Any], path: str, keys: tuple[str, ...]) -> str | None:
    stamp = written.get("billingPeriod")
    start = stamp.get("start") if isinstance(stamp, dict) else None
    if found := _STAMP.match(str(start or "")):
        return f"{found[1]}-{found[2]}"
    for folder in (*path.split("/")[:-1], *keys[0].split("/")[:-1]):
        if period := period_of_folder(folder):
            return period
    return None


def _report(written: dict[str, Any], path: str) -> str:
    """The report's name as in its file names."""
    name = path.rpartition("/")[2]
    return str(written.get("reportName") or _MANIFEST.sub("", name) or path.rpartition("/")[0])


def candidates(key: str, manifest: str, root: str) -> Iterator[str]:
    """Where the file that a manifest names may lie, best guess first.

    In its own bucket that is the key itself. In a copy the leading folders differ: then the longest tail of the key that
    exists below a folder above the manifest. A tail never leaves out what distinguishes deliveries: the folders between the
    manifest's own folder and the file.
    """
    yield key
    above = [part for part in manifest.removeprefix(root).split("/")[:-1] if part]
    parts = [part for part in key.split("/") if part]
    own = above[-1] if above else None
    shortest = len(parts) - 1 - parts.index(own) if own in parts[:-1] else 1
    for length in range(len(parts), shortest - 1, -1):
        tail = "/".join(parts[-length:])
        for depth in range(len(above) + 1):
            yield root + "/".join((*above[:depth], tail))
