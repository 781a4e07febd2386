"""An open snapshot in memory and in its files: decode a part, sum it up, spill its facts."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.cockpit.domain.columns import BASE_COLUMNS, METRICS, RESOURCE_COLUMNS
from fincc.cockpit.domain.facts import Facts, join
from fincc.cockpit.domain.keys import TextColumn
from fincc.cockpit.domain.open_snapshot import OpenSnapshot, PartRows
from fincc.cockpit.domain.rollup import Rollup
from fincc.cockpit.repository import facts_files
from fincc.common.batches import codes, compact, decode
from fincc.common.days import days_of
from fincc.common.events.cost_pb2 import Part, Snapshot
from fincc.common.focus import KEY_COLUMN, OWNER_COLUMNS, TAG_PREFIX
from fincc.common.ids import new_id
from fincc.common.keys import words_of
from fincc.common.money import Lanes, lanes
from fincc.common.objects import ObjectStore
from fincc.common.ownership import OwnershipMap
from fincc.common.projection import EncodedBatch
from fincc.common.snapshots import Sums

log = logging.getLogger(__name__)

KEYS_TOGETHER = 50_000  # in one file: some 20 MB with their attributes until they are written
_ROW_COLUMNS = (KEY_COLUMN, "ChargePeriodStart", "BillingCurrency", *METRICS)


class CostAggregation:
    """See `fincc.common.snapshots.Aggregation`. `room` is how many facts wait in memory for the next file.

    A file is written whole, so that a failed write can be repeated.
    """

    def __init__(self, objects: ObjectStore, snapshot: Snapshot, document: OwnershipMap, room: int) -> None:
        self._objects = objects
        self.folder = facts_files.new_folder(
            snapshot.source_id, snapshot.billing_period, snapshot.version, new_id("facts")
        )
        self.open = OpenSnapshot(document)
        self.rows_without_list_cost = 0
        self.decided_under = 0
        """The newest ownership document that owners of a part were decided under."""
        self._room = room
        self._buffer: list[Facts] = []
        self._buffered, self._files, self._key_files = 0, 0, 0
        self._is_kept = False

    def add(self, part: Part) -> dict[str, Sums]:
        """Before the buffer is spilled nothing of the part is taken, so a full disk repeats the call without doubling."""
        if self._buffered >= self._room:
            self._spill()
        if self.open.keys.waiting >= KEYS_TOGETHER:
            self._spill_keys()
        batch = EncodedBatch(part.batch.focus_ipc)
        rows, unlisted = _part_rows(part, batch)
        ids = self.open.number(rows)
        fresh = np.flatnonzero(ids < 0)
        attributes, owner = _attributes(part, batch, rows.first_rows(fresh)) if len(fresh) else ({}, None)
        facts = self.open.take(rows, ids, attributes, owner)
        self.rows_without_list_cost += unlisted
        self.decided_under = max(self.decided_under, part.ownership_version)
        self._buffer.append(facts)
        self._buffered += len(facts)
        return _sums(facts, self.open.currencies.values)

    def finish(self) -> Rollup:
        """Write what is left; may be called again."""
        if self._buffer:
            self._spill()
        self._spill_keys()
        keys = self.open.keys
        facts_files.write_shared(self._objects, self.folder, keys.bases(), keys.part_owners.values)
        return self.open.rollup()

    def keep(self) -> None:
        """The files belong to an applied snapshot now."""
        self._is_kept = True

    def discard(self) -> None:
        self._buffer.clear()
        if not self._is_kept:
            try:
                self._objects.delete_folder(self.folder)
            except OSError:  # the clean-up job finds what is left here
                log.warning("the files of a dropped snapshot could not be deleted", extra={"folder": self.folder})

    def _spill_keys(self) -> None:
        keys = self.open.keys
        facts_files.write_keys(self._objects, self.folder, self._key_files, keys.chunk(), self.open.currencies.values)
        keys.written()
        self._key_files += 1

    def _spill(self) -> None:
        facts_files.write_facts(self._objects, self.folder, self._files, join(self._buffer))
        self._files += 1
        self._buffer.clear()
        self._buffered = 0


def _part_rows(part: Part, encoded: EncodedBatch) -> tuple[PartRows, int]:
    """The columns that every row contributes, and how many rows have no ListCost."""
    batch = encoded.select(_ROW_COLUMNS)
    if batch.num_rows != part.rows:
        raise ValueError(f"part {part.seq}: its header says {part.rows} rows, the batch has {batch.num_rows}")
    keys, currency = compact(_column(batch, KEY_COLUMN)), compact(_column(batch, "BillingCurrency"))
    starts = _column(batch, "ChargePeriodStart").cast(pa.int64()).to_numpy()
    low, high = words_of(keys.dictionary)
    amounts, unlisted = {}, 0
    for metric in METRICS:
        if metric in batch.schema.names:
            column = batch.column(metric)
            amounts[metric] = lanes(column)
            unlisted += column.null_count if metric == "ListCost" else 0
        elif metric == "ListCost":
            amounts[metric], unlisted = Lanes.zeros(batch.num_rows), batch.num_rows
        else:
            raise ValueError(f"part {part.seq}: the column {metric} is missing")
    currencies = currency.dictionary.to_pylist()
    return PartRows(low, high, codes(keys), days_of(starts), codes(currency), currencies, amounts), unlisted


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    """A column that must be there without nulls."""
    if name not in batch.schema.names:
        raise ValueError(f"the column {name} is missing")
    column = batch.column(name)
    if column.null_count:
        raise ValueError(f"the column {name} has {column.null_count} nulls, expected none")
    return column


def _attributes(
    part: Part, encoded: EncodedBatch, rows: npt.NDArray[Any]
) -> tuple[dict[str, TextColumn], list[TextColumn] | None]:
    """Key attributes and owners in these rows."""
    wanted = {*BASE_COLUMNS, *RESOURCE_COLUMNS}
    present = [n for n in encoded.names if n in wanted or n.startswith(TAG_PREFIX)]
    attributes = _texts(encoded.select(present), present, rows)
    if not part.batch.owner_ipc:
        return attributes, None
    owners = decode(part.batch.owner_ipc, OWNER_COLUMNS)
    if owners.num_rows != part.rows:
        raise ValueError(f"part {part.seq}: {part.rows} rows have {owners.num_rows} owners")
    found = _texts(owners, owners.schema.names, rows)
    nobody = TextColumn(np.full(len(rows), -1, np.int32), pa.array([], pa.string()))
    return attributes, [found.get(name, nobody) for name in OWNER_COLUMNS]


def _texts(batch: pa.RecordBatch, columns: Iterable[str], rows: npt.NDArray[Any]) -> dict[str, TextColumn]:
    return {n: TextColumn(codes(batch.column(n))[rows], batch.column(n).dictionary) for n in columns}


def _sums(facts: Facts, currencies: list[str]) -> dict[str, Sums]:
    out = {}
    for code in np.unique(facts.currency).tolist():
        of_currency = facts.currency == code
        billed, effective = (
            Lanes(facts.amounts[m].hi[of_currency], facts.amounts[m].lo[of_currency]).total()
            for m in ("BilledCost", "EffectiveCost")
        )
        out[currencies[code]] = Sums(billed, effective)
    return out
