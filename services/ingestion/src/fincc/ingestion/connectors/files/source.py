"""A configured source of cost files: what the file connectors do alike. Each adds what it wants and how it maps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from typing import ClassVar, Self

from fincc.ingestion.connectors.base import (
    BadDelivery,
    CheckStep,
    DataFile,
    Delivery,
    DeliveryChanged,
    Mapper,
    NativeBatch,
    SourceAuthError,
    SourceUnavailable,
)
from fincc.ingestion.connectors.files import layouts, reading
from fincc.ingestion.connectors.files.config import FilesConfig
from fincc.ingestion.connectors.files.deliveries import (
    Bare,
    Manifested,
    Unreadable,
    bare_deliveries,
    manifest_deliveries,
)
from fincc.ingestion.connectors.files.periods import PERIODS
from fincc.ingestion.connectors.files.store import FolderStore, Listing, Store
from fincc.ingestion.connectors.files.wanted import Wanted

_FAILURES = (BadDelivery, DeliveryChanged, SourceAuthError, SourceUnavailable)


class FileSource(ABC):
    by_file: ClassVar[bool] = True
    gives: ClassVar[str] = "costs"
    Config: ClassVar[type[FilesConfig]] = FilesConfig
    wanted: ClassVar[Wanted]

    def __init__(self, config: FilesConfig) -> None:
        self.config = config

    def __reduce__(self) -> tuple[type[Self], tuple[FilesConfig]]:
        """To another process it goes as its configuration, without open connections."""
        return type(self), (self.config,)

    @abstractmethod
    def mapper(self, delivery: Delivery) -> Mapper: ...

    @cached_property
    def _store(self) -> Store:
        if not self.config.is_bucket:
            return FolderStore(self.config.path)
        from fincc.ingestion.connectors.files.client import BucketStore  # slow to import, and not needed for folders

        return BucketStore(self.config)

    def check(self) -> Iterator[CheckStep]:
        """reachable, manifests, newest_period, readable; the last one found failing is the last one said."""
        step = "reachable"
        try:
            start = self._store.start()
            if start.single is None:
                listing = self._store.list(start.root)
                detail = (
                    f"{len(listing.folders)} folders and {len(listing.files)} files in {self._store.name(start.root)}"
                )
            else:
                detail = f"{self._store.name(start.single.path)}, {start.single.size:,} bytes"
            yield CheckStep(step, True, detail)
            step = "manifests"
            offers = self.deliveries()
            if not offers:
                yield CheckStep(step, False, f"no manifest and no rows of a bill below {self.config.location}")
                return
            kind = "manifests" if offers[0].has_manifest else "bare files without manifest"
            span = f"{offers[0].billing_period} to {offers[-1].billing_period}"
            yield CheckStep(step, True, f"{kind} for {len(offers)} billing periods, {span}")
            step, newest = "newest_period", offers[-1]
            size = f"{len(newest.files)} files, {newest.size_bytes:,} bytes"
            yield CheckStep(
                step, True, f"{newest.billing_period}: {size}, delivered {newest.delivered_at:%Y-%m-%d %H:%M} UTC"
            )
            step = "readable"
            first = next(self.read(newest))
            columns = len(first.table.column_names) + len(first.others) + len(first.unused)
            yield CheckStep(step, True, f"{columns} columns in {first.file}")
        except _FAILURES as failure:
            yield CheckStep(step, False, str(failure))

    def deliveries(self, since: str | None = None) -> list[Delivery]:
        store, start = self._store, self._store.start()
        if start.single is not None:
            offers = bare_deliveries([start.single], self._periods_of)
        else:
            beside: dict[str, Listing] = {}

            def listed(folder: str) -> Listing:
                listing = store.list(folder)
                if any(layouts.is_manifest(f.path) for f in listing.files):
                    beside[folder] = listing  # its files often lie here, too, and there may be very many
                return listing

            found = layouts.manifests(listed, start.root, since)
            if found:
                offers = manifest_deliveries(store, found, beside, start.root, self.config.report)
            else:
                offers = bare_deliveries(layouts.data_files(store.list, start.root), self._periods_of)
        return [d for d in offers if since is None or d.billing_period >= since]

    def read(self, delivery: Delivery) -> Iterator[NativeBatch]:
        if isinstance(delivery.detail, Unreadable):
            raise BadDelivery(delivery.detail.reason)
        for number, file in enumerate(delivery.files):
            if isinstance(delivery.detail, Bare):
                found = self._rows_of_period(file, delivery.billing_period, delivery.detail.periods[file.path])
            else:
                found = reading.read_file(self._store, file, self.wanted)
            yield from map(self._noted, map(partial(replace, files_before=number), found))
            self._store.open(file).close()
        if isinstance(delivery.detail, Manifested):
            self._compare(delivery.detail)

    def _noted(self, native: NativeBatch) -> NativeBatch:
        repeated = self._store.repeated()
        if not repeated:
            return native
        said = (
            "requests_repeated",
            f"{self.config.location}: the store was busy or the connection broke, then it went on",
        )
        return replace(native, warnings={**native.warnings, said: repeated})

    def _rows_of_period(self, file: DataFile, period: str, periods: tuple[str, ...]) -> Iterator[NativeBatch]:
        for native in reading.read_file(self._store, file, self.wanted):
            unseen = set(reading.periods_of_batch(native, self.wanted)) - set(periods)
            if unseen:
                PERIODS.learn(self._store, file, self.wanted)
                raise DeliveryChanged(
                    f"{native.file} also has rows of {', '.join(sorted(unseen))}, further down than its beginning showed"
                )
            if len(periods) > 1:
                native = reading.rows_of_period(native, self.wanted, period, is_first=period == periods[0])
            yield native
            del native  # or it would stay in memory while the next one is read

    def _periods_of(self, file: DataFile) -> tuple[str, ...]:
        return PERIODS.of(self._store, file, self.wanted)

    def _compare(self, read: Manifested) -> None:
        """A delivery that was replaced while it was read may be half old and half new."""
        was = read.manifest
        name = self._store.name(was.path)
        now = layouts.parse_manifest(self._store.read(was.path), was.path, name)
        if now != was:
            raise DeliveryChanged(f"{name} names another delivery than when the reading began")
