"""The snapshot protocol for every reader of cost: collect parts, check control totals, swap in.

A reader brings its aggregation and its transaction; what may be dropped, held or committed is decided here and nowhere else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

import pyarrow as pa
from opentelemetry.trace import SpanContext

from fincc.common import batches, money, tracing
from fincc.common.bus.base import Done, Message
from fincc.common.clock import Clock
from fincc.common.events.cost_pb2 import CostMessage, Part, Seal, Snapshot, Total

log = logging.getLogger(__name__)

OPEN_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Sums:
    """Exact sums of some rows in one currency."""

    billed: Decimal = Decimal(0)
    effective: Decimal = Decimal(0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.billed + other.billed, self.effective + other.effective)


Totals = Mapping[str, Sums]
"""Currency → sums."""


def totals_from_wire(rows: list[Total]) -> dict[str, Sums]:
    return {t.currency: Sums(Decimal(t.billed), Decimal(t.effective)) for t in rows}


def totals_to_wire(totals: Totals) -> list[Total]:
    return [Total(currency=c, billed=f"{s.billed:f}", effective=f"{s.effective:f}") for c, s in sorted(totals.items())]


def add_totals(into: dict[str, Sums], more: Totals) -> None:
    for currency, sums in more.items():
        into[currency] = into.get(currency, Sums()) + sums


COST_COLUMNS = ("BillingCurrency", "BilledCost", "EffectiveCost")


def totals_of(batch: pa.RecordBatch) -> dict[str, Sums]:
    """Exact sums per currency, from the batch's own COST_COLUMNS."""
    currency = batch.column("BillingCurrency")
    values = currency.dictionary.to_pylist()
    billed, effective = money.lanes(batch.column("BilledCost")), money.lanes(batch.column("EffectiveCost"))
    if len(values) == 1:
        return {values[0]: Sums(billed.total(), effective.total())}
    codes = batches.codes(currency)
    sums = zip(
        money.group_sum(codes, len(values), billed).decimals(),
        money.group_sum(codes, len(values), effective).decimals(),
        strict=True,
    )
    return {value: Sums(b, e) for value, (b, e) in zip(values, sums, strict=True)}


class ControlMismatch(Exception):
    """Rows, parts or totals of a snapshot differ from what its publisher says; nothing of it becomes visible."""


class Aggregation(Protocol):
    """One open snapshot in a reader's memory and spill files. `add` runs in a worker thread, one call at a time."""

    def add(self, part: Part) -> dict[str, Sums]:
        """Take the rows of a part; returns the totals computed from its decoded columns."""

    def discard(self) -> None:
        """Forget everything, spill files included."""


class SnapshotReader(Protocol):
    """What a service brings."""

    async def newest_applied(self, source_id: str, billing_period: str) -> int:
        """The version swapped in last, 0 when there is none."""

    def begin(self, snapshot: Snapshot) -> Aggregation: ...

    async def swap(self, aggregation: Aggregation, snapshot: Snapshot, seal: Seal) -> None:
        """Make it visible in one transaction with the ledger row; checks the version again under a row lock."""

    async def count(self, snapshot: Snapshot, counted: bool) -> None: ...


@dataclass
class _Open:
    version: int
    aggregation: Aggregation
    since: datetime
    seen: set[int] = field(default_factory=set)
    rows: int = 0
    totals: dict[str, Sums] = field(default_factory=dict)
    traces: dict[int, SpanContext] = field(default_factory=dict)
    """Of each trace that brought parts, the span that took the first of them."""


class SnapshotCollector:
    """The handler of a cost topic. `on_message` and `on_revoked` are what the service subscribes with."""

    def __init__(self, reader: SnapshotReader, clock: Clock) -> None:
        self._reader, self._clock = reader, clock
        self._open: dict[str, _Open] = {}
        self._applied: dict[str, int] = {}

    async def on_message(self, message: Message) -> Done:
        cost = message.envelope.cost
        key = message.key
        snapshot = cost.snapshot
        if key not in self._applied:
            self._applied[key] = await self._reader.newest_applied(snapshot.source_id, snapshot.billing_period)
        kind = cost.WhichOneof("body")
        if kind == "count":
            await self._reader.count(snapshot, cost.count.counted)
        elif self._is_news(key, snapshot.version):
            await self._take(key, cost)
        # An old message must not release the open snapshot's place in the log.
        return Done.HOLD if key in self._open else Done.COMMIT

    async def on_revoked(self) -> None:
        """Another worker may own the partitions now; it replays from the first part of whatever was open here."""
        for key in list(self._open):
            self._drop(key)
        self._applied.clear()

    def expire(self) -> list[str]:
        """Drop snapshots open for more than a day; returns their keys. Called while the reader is at the end of its partitions."""
        old = [k for k, o in self._open.items() if self._clock.now() - o.since > OPEN_FOR]
        for key in old:
            log.error(
                "a snapshot stayed open for a day and was dropped",
                extra={"key": key, "version": self._open[key].version},
            )
            self._drop(key)
        return old

    def open_keys(self) -> list[str]:
        return sorted(self._open)

    def _is_news(self, key: str, version: int) -> bool:
        newest = max(self._applied[key], self._open[key].version if key in self._open else 0)
        return version > self._applied[key] and version >= newest

    async def _take(self, key: str, cost: CostMessage) -> None:
        snapshot = cost.snapshot
        current = self._open.get(key)
        if current is not None and current.version < snapshot.version:
            self._drop(key)
            current = None
        kind = cost.WhichOneof("body")
        if kind == "abort":
            self._drop(key)
            return
        if current is None:
            current = self._open[key] = _Open(snapshot.version, self._reader.begin(snapshot), self._clock.now())
        if kind == "part":
            await self._add(current, cost.part)
        elif kind == "seal":
            tracing.link_to(current.traces.values())
            try:
                self._check(current, cost.seal)
                await self._reader.swap(current.aggregation, snapshot, cost.seal)
            except ControlMismatch:
                self._drop(key)
                raise
            self._applied[key] = snapshot.version
            self._drop(key)

    async def _add(self, current: _Open, part: Part) -> None:
        if part.seq in current.seen:
            return
        computed = await asyncio.to_thread(current.aggregation.add, part)
        claimed = totals_from_wire(list(part.totals))
        if computed != claimed:
            raise ControlMismatch(
                f"part {part.seq}: its rows sum to {_show(computed)}, its header says {_show(claimed)}"
            )
        current.seen.add(part.seq)
        current.traces.setdefault(tracing.here().trace_id, tracing.here())
        current.rows += part.rows
        add_totals(current.totals, computed)

    def _check(self, current: _Open, seal: Seal) -> None:
        missing = sorted(set(range(seal.parts)) - current.seen)
        if missing or len(current.seen) != seal.parts:
            raise ControlMismatch(f"{len(missing)} of {seal.parts} parts are missing, the first is {missing[:1]}")
        if current.rows != seal.rows:
            raise ControlMismatch(f"the parts have {current.rows} rows, the seal says {seal.rows}")
        claimed = totals_from_wire(list(seal.totals))
        if current.totals != claimed:
            raise ControlMismatch(f"the parts sum to {_show(current.totals)}, the seal says {_show(claimed)}")

    def _drop(self, key: str) -> None:
        found = self._open.pop(key, None)
        if found is not None:
            found.aggregation.discard()


def _show(totals: Totals) -> str:
    return ", ".join(f"{s.billed:f} {c}" for c, s in sorted(totals.items())) or "nothing"
