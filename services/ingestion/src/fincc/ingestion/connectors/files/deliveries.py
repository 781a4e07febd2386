"""What a location offers: the current delivery of each billing period, from manifests or, without any, from bare files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from fincc.ingestion.connectors.base import BadDelivery, DataFile, Delivery
from fincc.ingestion.connectors.files import layouts
from fincc.ingestion.connectors.files.layouts import Manifest
from fincc.ingestion.connectors.files.store import FileMissing, Found, Listing, Store


@dataclass(frozen=True)
class Manifested:
    """What `read` compares with the manifest once more when it is done."""

    manifest: Manifest


@dataclass(frozen=True)
class Bare:
    """The billing periods of each file by path, earliest first."""

    periods: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Unreadable:
    """The delivery is known not to be readable; `read` raises the reason."""

    reason: str


def manifest_deliveries(
    store: Store, found: Iterable[Found], listed: Mapping[str, Listing], root: str, report: str | None
) -> list[Delivery]:
    """One delivery per period. A broken manifest spoils only its own period. Raises BadDelivery when reports mix.

    `listed`: what is known already of folders, by their path.
    """
    offers: dict[str, list[tuple[str, Delivery]]] = defaultdict(list)
    folder = _remembering(store, listed)
    for seen in found:
        try:
            manifest = layouts.parse_manifest(store.read(seen.path), seen.path, store.name(seen.path))
        except BadDelivery as broken:
            period = _period_of_path(seen.path)
            if period is None:
                raise
            delivery = Delivery(period, _digest([seen]), (), seen.modified, True, Unreadable(str(broken)))
            offers[period].append((report or seen.path, delivery))
            continue
        if report is None or report in (manifest.report, *manifest.path.split("/")):
            offers[manifest.billing_period].append((manifest.report, _delivery(store, seen, manifest, folder, root)))
    for period, several in offers.items():
        if len(several) > 1:
            names = ", ".join(sorted(name for name, _ in several))
            raise BadDelivery(
                f"{store.name(root)}: holds several reports for {period} ({names}); make one source for each, with the"
                " option report or a location further down"
            )
    return [offers[period][0][1] for period in sorted(offers)]


def _delivery(
    store: Store, seen: Found, manifest: Manifest, folder: Callable[[str], dict[str, Found]], root: str
) -> Delivery:
    files: list[Found] = []
    for key in manifest.keys:
        places = layouts.candidates(key, manifest.path, root)
        file = next((f for p in places if (f := folder(p.rpartition("/")[0]).get(p.lstrip("/"))) is not None), None)
        if file is None:
            reason = (
                f"{store.name(manifest.path)}: names {key}, which does not exist; wait until the delivery is finished, or"
                " copy the missing file to where the manifest says"
            )
            return Delivery(
                manifest.billing_period, manifest.token or _digest([seen]), (), seen.modified, True, Unreadable(reason)
            )
        files.append(file)
    return Delivery(
        billing_period=manifest.billing_period,
        token=manifest.token or _digest([seen, *files]),
        files=tuple(f.as_data_file for f in files),
        delivered_at=seen.modified,
        has_manifest=True,
        detail=Manifested(manifest),
    )


def _remembering(store: Store, listed: Mapping[str, Listing]) -> Callable[[str], dict[str, Found]]:
    """Files of a folder by path without a leading slash; empty for a folder that does not exist. Each is listed once."""
    known: dict[str, dict[str, Found]] = {}

    def folder(path: str) -> dict[str, Found]:
        if path not in known:
            place = path + "/" if path else ""
            try:
                listing = listed[place] if place in listed else store.list(place)
            except FileMissing:
                listing = Listing([], [])
            known[path] = {f.path.lstrip("/"): f for f in listing.files}
        return known[path]

    return folder


def bare_deliveries(files: Iterable[Found], periods_of: Callable[[DataFile], tuple[str, ...]]) -> list[Delivery]:
    """One delivery per period that any of the files has rows of."""
    members: dict[str, list[Found]] = defaultdict(list)
    periods: dict[str, tuple[str, ...]] = {}
    for file in files:
        periods[file.path] = periods_of(file.as_data_file)
        for period in periods[file.path]:
            members[period].append(file)
    return [
        Delivery(
            billing_period=period,
            token=_digest(members[period]),
            files=tuple(f.as_data_file for f in members[period]),
            delivered_at=max(f.modified for f in members[period]),
            has_manifest=False,
            detail=Bare({f.path: periods[f.path] for f in members[period]}),
        )
        for period in sorted(members)
    ]


def _digest(files: Iterable[Found]) -> str:
    lines = sorted(f"{f.path.rpartition('/')[2]}\0{f.etag}" for f in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _period_of_path(path: str) -> str | None:
    return next((p for part in path.split("/")[:-1] if (p := layouts.period_of_folder(part)) is not None), None)
