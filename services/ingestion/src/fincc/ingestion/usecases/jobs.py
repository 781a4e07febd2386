"""Jobs: what somebody asked for, taken by any worker, repeated until it is done."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import RowMapping

from fincc.common import audit, leases, tracing
from fincc.common.auth import Subject
from fincc.common.bus.delivery import is_transient
from fincc.common.ids import new_id
from fincc.common.objects import is_full
from fincc.ingestion.connectors import Source
from fincc.ingestion.connectors.base import (
    BadDelivery,
    Connector,
    Delivery,
    DeliveryChanged,
    SourceAuthError,
    SourceUnavailable,
)
from fincc.ingestion.connectors.metrics import MetricSource
from fincc.ingestion.repository import jobs, sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.ingest import Progress, Request, ingest_period
from fincc.ingestion.usecases.plan import list_deliveries
from fincc.ingestion.usecases.publish_metrics import republish_metrics
from fincc.ingestion.usecases.pull_metrics import pull_metrics
from fincc.ingestion.usecases.rebuild import purge_source, rebuild_source

log = logging.getLogger(__name__)

MakeConnector = Callable[[Context, RowMapping], Awaitable[Source]]

LEASE = timedelta(seconds=60)
FULL_PAUSE_S = 20.0  # between attempts on a full disk: each writes until there is no room
REWRITES = 3  # how often a delivery may be rewritten under our hands before the job gives up


async def enqueue(context: Context, by: Subject, kind: str, source_id: str, params: dict[str, Any]) -> str:
    """Ask for an ingest, a rebuild or a purge of a source; returns the id of the job."""
    job_id = new_id("job")
    async with context.database.write() as session:
        await jobs.insert(session, job_id, kind, source_id, params)
        source = await sources.find_any(session, source_id)
        asked = {"source": source["name"] if source else None, "job": job_id, **params}
        await audit.record(session, context.clock, by, f"source.{kind}_asked", source_id, after=asked)
    return job_id


async def poll_sources(context: Context) -> int:
    """Queue a look at every source that is due by its schedule and has none queued; returns how many."""
    async with context.database.write() as session:
        due = await sources.take_due(session, context.settings.poll_every_s, context.clock.now())
        for source_id in due:
            await jobs.insert(session, new_id("job"), "ingest", source_id, {"poll": True})
    return len(due)


async def work(context: Context, connect: MakeConnector) -> int:
    """Do what is queued, oldest first; returns how many jobs ended. Jobs held by other workers are left to them."""
    async with context.database.read() as session:
        waiting = await jobs.open_jobs(session)
    ended = 0
    for job in waiting:
        if context.not_before.get(job["id"], 0.0) > time.monotonic():
            continue
        async with leases.held(context.database, context.clock, "job", job["id"], context.holder, LEASE) as lease:
            if lease is not None:
                with tracing.resumed(job["traceparent"]), tracing.span(f"ingestion.{job['kind']}"):
                    ended += await _do(context, connect, job)
    return ended


async def _do(context: Context, connect: MakeConnector, job: RowMapping) -> int:
    async with context.database.read() as session:
        source = await sources.find_any(session, job["source_id"])
    error: str | None = None
    try:
        if source is None:
            error = "the source does not exist any more"
        elif job["kind"] == "ingest":
            if source["removed_at"] is not None:
                error = "the source was removed"
            else:
                connector = await connect(context, source)
                if isinstance(connector, MetricSource):
                    await _pull_metrics(context, connector, source, job)
                else:
                    await _ingest(context, connector, source, job)
        elif job["kind"] == "rebuild":
            await republish_metrics(context, source, job["params"].get("period"))
            await rebuild_source(context, source, job["params"].get("period"))
        else:
            await purge_source(context, source)
    except (BadDelivery, SourceAuthError, SourceUnavailable, DeliveryChanged) as failed:
        error = str(failed)
    except Exception as failed:
        if is_full(failed):
            context.not_before[job["id"]] = time.monotonic() + FULL_PAUSE_S
        if is_transient(failed):  # the job stays open and is taken again
            log.warning("a job waits for the store", extra={"job": job["id"], "error": str(failed)[:300]})
            raise
        log.exception("a job failed", extra={"job": job["id"]})
        error = f"{type(failed).__name__}: {failed}"
    async with context.database.write() as session:
        await jobs.finish(session, job["id"], error, context.clock.now())
    return 1


async def _ingest(context: Context, connector: Connector, source: RowMapping, job: RowMapping) -> None:
    params = job["params"]
    request = Request(
        None if params.get("poll") else job["id"],
        bool(params.get("now")),
        bool(params.get("accept_shrink")),
        bool(params.get("quiet")),
    )
    report = _Reporter(context, job["id"])
    done: set[tuple[str, str]] = set()
    for attempt in range(REWRITES):
        wanted = await list_deliveries(connector, params)
        report.plan(wanted)
        try:
            for delivery in wanted:
                if (delivery.billing_period, delivery.token) in done:
                    continue
                state = await ingest_period(context, source, connector, delivery, request, report.on_progress)
                if state == "busy" and request.job_id is not None:
                    raise TimeoutError(f"{delivery.billing_period} is in other hands; this job goes on when it is free")
                done.add((delivery.billing_period, delivery.token))
                await report.period_done(delivery)
            return
        except DeliveryChanged:
            if attempt == REWRITES - 1:
                raise


async def _pull_metrics(context: Context, connector: MetricSource, source: RowMapping, job: RowMapping) -> None:
    async def on_progress(progress: dict[str, Any]) -> None:
        async with context.database.write() as session:
            await jobs.set_progress(session, job["id"], progress)

    asked_by = None if job["params"].get("poll") else job["id"]
    await pull_metrics(context, source, connector, job["params"], asked_by, on_progress)


class _Reporter:
    """Progress of a whole job over its deliveries, written at most twice a second."""

    EVERY_S = 0.5

    def __init__(self, context: Context, job_id: str) -> None:
        self._context, self._job_id = context, job_id
        self._started = time.monotonic()
        self._written = 0.0
        self._files = self._bytes = self._periods = 0
        self._done = {"files": 0, "bytes": 0, "rows": 0, "periods": 0}
        self._current_rows = 0

    def plan(self, deliveries: list[Delivery]) -> None:
        self._files = sum(len(d.files) for d in deliveries)
        self._bytes = sum(d.size_bytes for d in deliveries)
        self._periods = len(deliveries)

    async def on_progress(self, at: Progress) -> None:
        self._current_rows = at.rows
        if time.monotonic() - self._written >= self.EVERY_S:
            await self._write(at.files_done, at.bytes_done, at.rows, at.billing_period)

    async def period_done(self, delivery: Delivery) -> None:
        self._done["files"] += len(delivery.files)
        self._done["bytes"] += delivery.size_bytes
        self._done["rows"] += self._current_rows
        self._done["periods"] += 1
        self._current_rows = 0
        await self._write(0, 0, 0, delivery.billing_period)

    async def _write(self, files: int, size: int, rows: int, period: str) -> None:
        self._written = time.monotonic()
        elapsed = max(self._written - self._started, 1e-3)
        rows, size = self._done["rows"] + rows, self._done["bytes"] + size
        left = max(0, self._bytes - size)
        progress = {
            "billing_period": period,
            "periods_done": self._done["periods"],
            "periods": self._periods,
            "files_done": self._done["files"] + files,
            "files": self._files,
            "rows": rows,
            "bytes_done": size,
            "bytes": self._bytes,
            "rows_per_s": round(rows / elapsed),
            "eta_s": round(left / (size / elapsed)) if size else None,
        }
        async with self._context.database.write() as session:
            await jobs.set_progress(session, self._job_id, progress)
