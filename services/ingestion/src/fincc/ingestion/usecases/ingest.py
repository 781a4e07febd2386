"""One delivery of one billing period: read, map, publish, seal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import RowMapping

from fincc.common.bus.delivery import is_transient
from fincc.common.clock import from_us, to_us
from fincc.common.events.cost_pb2 import Seal
from fincc.common.ids import new_id
from fincc.common.leases import Lease
from fincc.common.memory import give_back
from fincc.common.objects import is_full
from fincc.ingestion.connectors.base import (
    BadDelivery,
    Connector,
    Delivery,
    DeliveryChanged,
    MappingReport,
    SourceAuthError,
    SourceUnavailable,
)
from fincc.ingestion.domain import deliveries
from fincc.ingestion.domain.deliveries import Sealed, Verdict
from fincc.ingestion.domain.parts import EncodedPart
from fincc.ingestion.reading.apart import read_apart, usual_readers
from fincc.ingestion.reading.steps import BatchEnd, Cut, read_here
from fincc.ingestion.repository import runs, snapshots, sources
from fincc.ingestion.usecases.context import Context, snapshot_of
from fincc.ingestion.usecases.period import period_held, prune_archive
from fincc.ingestion.usecases.publish import Publication, SealFacts

log = logging.getLogger(__name__)

_LARGE = 16 << 20  # bytes of a delivery after which memory is given back
_KNOWN = frozenset({Verdict.UNCHANGED.value, Verdict.OLDER.value})


@dataclass(frozen=True)
class Request:
    """How a person or the poll asked for it. `quiet`: no run is kept of a delivery that is known already."""

    job_id: str | None = None
    now: bool = False
    accept_shrink: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Progress:
    """Where the reading of a delivery stands."""

    billing_period: str
    files_done: int
    files: int
    rows: int
    bytes_done: int
    bytes: int


OnProgress = Callable[[Progress], Awaitable[None]]


@dataclass
class _Tally:
    """Counts over the batches of one delivery."""

    rows_read: int = 0
    rows_mapped: int = 0
    rows_folded: int = 0
    rows_added: int = 0
    quarantined: int = 0
    files_done: int = 0
    bytes_done: int = 0
    source_billed: dict[str, Decimal] = field(default_factory=dict)
    quarantined_billed: dict[str, Decimal] = field(default_factory=dict)
    quarantined_is_known: bool = True
    report: MappingReport = field(default_factory=MappingReport)

    def add(self, end: BatchEnd) -> None:
        self.report, self.files_done, self.bytes_done = end.report, end.files_done, end.bytes_done
        mapped = end.mapped
        self.rows_read += mapped.rows_read
        self.rows_mapped += mapped.rows_mapped
        self.rows_folded += mapped.rows_folded
        self.rows_added += mapped.rows_added
        self.quarantined += len(mapped.bad)
        for currency, amount in mapped.source_billed.items():
            self.source_billed[currency] = self.source_billed.get(currency, Decimal(0)) + amount
        for bad in mapped.bad:
            if bad.billed is None or bad.currency is None:
                self.quarantined_is_known = False
            else:
                self.quarantined_billed[bad.currency] = (
                    self.quarantined_billed.get(bad.currency, Decimal(0)) + bad.billed
                )

    def counts(self, published: int) -> dict[str, int]:
        return {
            "rows_read": self.rows_read,
            "rows_mapped": self.rows_mapped,
            "rows_folded": self.rows_folded,
            "rows_added": self.rows_added,
            "rows_quarantined": self.quarantined,
            "rows_published": published,
        }


class Refused(Exception):
    """The delivery was read but must not replace the one before; `state` is refused or waiting."""

    def __init__(self, reason: str, state: str = "refused") -> None:
        super().__init__(reason)
        self.state = state


_FORESEEN = (BadDelivery, Refused, SourceAuthError, SourceUnavailable, DeliveryChanged)


async def ingest_period(
    context: Context,
    source: RowMapping,
    connector: Connector,
    delivery: Delivery,
    request: Request,
    on_progress: OnProgress,
) -> str:
    """Bring one delivery in; returns the run's state (`busy` when another worker has the period).

    Raises DeliveryChanged when the source rewrote it meanwhile, and whatever the store or the broker raises: then nothing of the
    delivery is visible and the next attempt starts over under a new version.
    """
    period = delivery.billing_period
    async with period_held(context, source, period) as lease:
        if lease is None:
            return "busy"
        sealed = await find_sealed(context, source["id"], period)
        async with context.database.write() as session:
            seen = await sources.first_seen(session, source["id"], period, delivery.token, context.clock.now())
        settle = timedelta(seconds=0 if request.now else context.settings.settle_s)
        verdict, reason = deliveries.judge(
            delivery.token, delivery.delivered_at, delivery.has_manifest, sealed, seen, context.clock.now(), settle
        )
        if verdict is not Verdict.INGEST:
            await _note(context, source["id"], delivery, request, verdict.value, reason)
            return verdict.value
        return await _ingest(context, source, connector, delivery, request, on_progress, lease, sealed)


async def _ingest(
    context: Context,
    source: RowMapping,
    connector: Connector,
    delivery: Delivery,
    request: Request,
    on_progress: OnProgress,
    lease: Lease,
    sealed: Sealed | None,
) -> str:
    run_id, tally = new_id("run"), _Tally()
    async with context.database.write() as session:
        await runs.start(
            session,
            run_id,
            request.job_id,
            source["id"],
            delivery.billing_period,
            delivery.token,
            len(delivery.files),
            delivery.size_bytes,
            context.clock.now(),
        )
        last = await snapshots.last_version(session, source["id"], delivery.billing_period)
    version = deliveries.next_version(last, to_us(context.clock.now()))
    snapshot = snapshot_of(source["id"], source["name"], delivery.billing_period, version)
    publication = await Publication.open(context, snapshot, lease, delivery.token, run_id, delivery.delivered_at)
    restated: dict[str, Decimal] = {}
    try:
        await _read_all(context, connector, delivery, publication, tally, run_id, on_progress)
        tally.report.warnings.update(
            deliveries.ahead_of(context.clock.now(), delivery.delivered_at, delivery.billing_period)
        )
        _judge_content(context, delivery, request, sealed, publication, tally)
        if sealed is not None and sealed.is_closed:
            restated = deliveries.difference(sealed.billed, publication.totals)
        counted = await publication.seal(_facts(delivery, tally, restated))
    except Exception as error:
        return await _give_up(context, run_id, tally, publication, sealed, error)
    state = "complete" if counted else "overlapping"
    reason = None if counted else "another source already counts for this billing account; choose which one counts"
    await _finish(context, run_id, state, reason, tally, publication, restated, sealed)
    await prune_archive(context, source["id"], delivery.billing_period)
    return state


async def _give_up(
    context: Context,
    run_id: str,
    tally: _Tally,
    publication: Publication,
    sealed: Sealed | None,
    error: Exception,
) -> str:
    """Ends the run in words and returns its state. Raises the error again where the delivery is to be tried again."""
    if isinstance(error, OSError) and is_full(error):
        await publication.drop_archive()
        said = f"no space left in {context.objects.root}; make some, and this is tried again by itself"
        await _finish(context, run_id, "failed", said, tally, publication, {}, sealed)
        raise error
    if isinstance(error, _FORESEEN):
        said = str(error)
        state = error.state if isinstance(error, Refused) else "refused" if isinstance(error, BadDelivery) else "failed"
    elif is_transient(error):
        raise error
    else:  # the next attempt would end the same way, and other periods must not wait for it
        log.error("a delivery could not be read", extra={"run": run_id}, exc_info=error)
        state, reason = "failed", f"cannot be read for a reason that nobody foresaw ({type(error).__name__}: {error})"
        said = reason[:1000]
    await publication.abort(said)
    await _finish(context, run_id, state, said, tally, publication, {}, sealed)
    if isinstance(error, DeliveryChanged):
        raise error
    return state


async def _read_all(
    context: Context,
    connector: Connector,
    delivery: Delivery,
    publication: Publication,
    tally: _Tally,
    run_id: str,
    on_progress: OnProgress,
) -> None:
    settings, loop = context.settings, asyncio.get_running_loop()
    cut = Cut(settings.part_bytes, settings.part_rows, settings.part_window_rows, settings.share_bytes)
    if delivery.size_bytes >= settings.read_apart_bytes:
        steps = read_apart(connector, delivery, cut, settings.readers or usual_readers())
    else:
        steps = read_here(connector, delivery, cut)
    # Always the same thread: each thread gets its large blocks from a place of its own, and keeps what was freed there.
    thread = ThreadPoolExecutor(1, "ingest")
    kept = 0
    pending: asyncio.Future[EncodedPart | BatchEnd | None] | None = loop.run_in_executor(thread, next, steps, None)
    try:
        while pending is not None:
            step = await pending
            pending = None
            if step is None:
                break
            # The next part is read and encoded in a thread while this one is published.
            pending = loop.run_in_executor(thread, next, steps, None)
            if isinstance(step, EncodedPart):
                await publication.send(step)
                continue
            tally.add(step)
            room = step.mapped.bad[: max(0, settings.quarantine_kept - kept)]
            if room:
                async with context.database.write() as session:
                    entries = [(b.file, b.line, b.reason, b.content) for b in room]
                    await runs.add_quarantine(session, run_id, kept, entries)
            kept += len(room)
            await on_progress(
                Progress(
                    delivery.billing_period,
                    tally.files_done,
                    len(delivery.files),
                    tally.rows_read,
                    tally.bytes_done,
                    delivery.size_bytes,
                )
            )
    finally:
        if pending is not None:  # let the thread finish before anything else touches the reader
            await asyncio.gather(pending, return_exceptions=True)
        await loop.run_in_executor(thread, steps.close)
        if delivery.size_bytes >= _LARGE:
            await loop.run_in_executor(thread, give_back)
        thread.shutdown(wait=False)


def _judge_content(
    context: Context,
    delivery: Delivery,
    request: Request,
    sealed: Sealed | None,
    publication: Publication,
    tally: _Tally,
) -> None:
    settings = context.settings
    if tally.rows_read == 0:
        raise Refused("the delivery has no rows; the previous one stays")
    reason = deliveries.too_many_bad(tally.rows_read, tally.quarantined, settings.max_quarantined_percent)
    if reason:
        raise Refused(reason)
    if not delivery.has_manifest and not request.accept_shrink:
        reason = deliveries.shrinks(sealed, publication.rows, publication.totals, settings.max_shrink_percent)
        if reason:
            raise Refused(reason, "waiting")


def _facts(delivery: Delivery, tally: _Tally, restated: dict[str, Decimal]) -> SealFacts:
    return SealFacts(
        rows_read=tally.rows_read,
        rows_quarantined=tally.quarantined,
        source_billed=tally.source_billed,
        quarantined_billed=tally.quarantined_billed,
        quarantined_is_known=tally.quarantined_is_known,
        billed_basis=tally.report.billed_basis,
        delivered_at=delivery.delivered_at,
        is_closed=tally.report.is_closed,
        restated_by=restated,
    )


async def find_sealed(context: Context, source_id: str, period: str) -> Sealed | None:
    """The accepted delivery of a period."""
    async with context.database.read() as session:
        row = await snapshots.find_sealed(session, source_id, period)
    if row is None or row["seal"] is None:
        return None
    seal = Seal.FromString(row["seal"])
    billed = {t.currency: Decimal(t.billed) for t in seal.totals}
    taken_at = from_us(row["version"])
    return Sealed(row["version"], row["token"], row["delivered_at"], row["is_closed"], row["rows"], billed, taken_at)


async def _note(
    context: Context, source_id: str, delivery: Delivery, request: Request, state: str, reason: str
) -> None:
    """A run that did nothing, kept once per delivery unless somebody asked for it."""
    if request.quiet and state in _KNOWN:
        return
    now = context.clock.now()
    async with context.database.write() as session:
        same = await runs.has_same_outcome(session, source_id, delivery.billing_period, delivery.token, state)
        if same and request.job_id is None:
            return
        run_id = new_id("run")
        await runs.start(
            session,
            run_id,
            request.job_id,
            source_id,
            delivery.billing_period,
            delivery.token,
            len(delivery.files),
            delivery.size_bytes,
            now,
        )
        await runs.finish(session, run_id, state, reason, {}, None, {}, now)


async def _finish(
    context: Context,
    run_id: str,
    state: str,
    reason: str | None,
    tally: _Tally,
    publication: Publication,
    restated: dict[str, Decimal],
    sealed: Sealed | None,
) -> None:
    report: dict[str, Any] = {
        "billed_basis": tally.report.billed_basis,
        "quarantined_billed": {c: f"{v:f}" for c, v in tally.quarantined_billed.items()}
        if tally.quarantined_is_known
        else None,
        "unknown_columns": [{"name": n, "non_null": c} for n, c in sorted(tally.report.unknown_columns.items())],
        "unused_columns": [{"name": n, "non_null": c} for n, c in sorted(tally.report.unused_columns.items())],
        "unknown_line_item_types": [
            {"type": t, "rows": c} for t, c in sorted(tally.report.unknown_line_item_types.items())
        ],
        "warnings": [{"kind": k, "detail": d, "count": c} for (k, d), c in sorted(tally.report.warnings.items())],
        "restated": {"previous_version": sealed.version, "difference": {c: f"{v:f}" for c, v in restated.items()}}
        if restated and sealed
        else None,
    }
    billed = {c: f"{s.billed:f}" for c, s in publication.totals.items()}
    async with context.database.write() as session:
        await runs.finish(
            session, run_id, state, reason, tally.counts(publication.rows), billed, report, context.clock.now()
        )
