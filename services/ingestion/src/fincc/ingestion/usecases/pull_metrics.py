"""Metrics of the dearest resources: fetch the days that are due, publish and keep them, account by account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import RowMapping

from fincc.common import leases
from fincc.common.clock import to_us
from fincc.common.ids import new_id
from fincc.common.period import midnight
from fincc.ingestion.connectors.base import SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.metrics import MetricSource, Points, Series, to_batch
from fincc.ingestion.domain import metric_days
from fincc.ingestion.repository import runs
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.metric_store import MetricStore
from fincc.ingestion.usecases.metrics import NO_BILL, Selection, due_days, select
from fincc.ingestion.usecases.publish_metrics import TOPIC, publish_day

NAMED = 100  # resources without metrics that a run names; the rest is counted
OnProgress = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class _Tally:
    """Counts over the accounts of one run."""

    to_request: int = 0
    requested: int = 0
    points: int = 0
    asked: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


async def pull_metrics(
    context: Context,
    source: RowMapping,
    connector: MetricSource,
    params: dict[str, Any],
    job_id: str | None,
    on_progress: OnProgress,
) -> None:
    """Fetch the whole days that are not in yet. An account that refuses does not keep the others out; the run fails, and the
    next look asks that account again and no other.

    Raises TimeoutError when another worker is at it, and whatever store and broker raise: then the account's days come again.
    """
    ttl = timedelta(seconds=context.settings.lease_s)
    async with leases.held(context.database, context.clock, TOPIC, source["id"], context.holder, ttl) as lease:
        if lease is None:
            if job_id is not None:
                raise TimeoutError("these metrics are being fetched already; this job goes on when that is done")
            return
        months = metric_days.by_month(await due_days(context, connector, source["id"], params))
        if not months:
            last = metric_days.last_whole_day(context.clock.now())
            await _note(context, source["id"], job_id, last, "unchanged", f"every whole day to {last} is in")
            return
        selection = await select(context, connector)
        if not selection.series:
            last = metric_days.last_whole_day(context.clock.now())
            await _note(context, source["id"], job_id, last, "waiting", NO_BILL)
            return
        for period, days in months.items():
            await _pull_month(context, source, connector, selection, period, days, job_id, on_progress)


async def _pull_month(
    context: Context,
    source: RowMapping,
    connector: MetricSource,
    selection: Selection,
    period: str,
    days: list[date],
    job_id: str | None,
    on_progress: OnProgress,
) -> None:
    run_id, tally, store = new_id("run"), _Tally(), MetricStore(context.objects)
    token = f"{days[0]}..{days[-1]}"
    async with context.database.write() as session:
        now = context.clock.now()
        await runs.fail_running(session, source["id"], period, "the worker stopped; started over", now)
        await runs.start(session, run_id, job_id, source["id"], period, token, 0, 0, now)
    stored = {day: (await asyncio.to_thread(store.day, source["id"], day)).accounts for day in days}
    missing = {
        account: (series, due)
        for account, series in sorted(_by_account(selection.series).items())
        if (due := [day for day in days if account not in stored[day]])
    }
    tally.to_request = sum(len(series) for series, _ in missing.values())
    for account, (series, due) in missing.items():
        try:
            await _pull_account(context, source, connector, account, series, due, tally, on_progress)
        except (SourceAuthError, SourceUnavailable) as failure:
            tally.failures.append(str(failure))
    if not tally.failures:
        for day in days:
            await asyncio.to_thread(store.complete, source["id"], day)
    reason = None
    if tally.failures:
        whole = len(missing) - len(tally.failures)
        reason = f"{'; '.join(tally.failures)}. {whole} of {len(missing)} accounts asked are in"
    counts = {"rows_read": tally.points, "rows_mapped": tally.points, "rows_published": tally.points}
    async with context.database.write() as session:
        await runs.finish(
            session,
            run_id,
            "failed" if tally.failures else "complete",
            reason,
            counts,
            None,
            _report(connector, selection, tally, days),
            context.clock.now(),
        )


async def _pull_account(
    context: Context,
    source: RowMapping,
    connector: MetricSource,
    account: str,
    series: list[Series],
    days: list[date],
    tally: _Tally,
    on_progress: OnProgress,
) -> None:
    now, found = context.clock.now(), list[Points]()
    # One question for all days: a series costs the same whatever number of hours it gives.
    start, end = midnight(days[0]), midnight(days[-1] + timedelta(days=1))
    steps = connector.read(series, start, end, now)
    while (points := await asyncio.to_thread(next, steps, None)) is not None:
        found.append(points)
        tally.requested += points.requested
        rows = tally.points + sum(len(p.value) for p in found)
        progress = {"metrics_done": tally.requested, "metrics": tally.to_request, "rows": rows}
        await on_progress({"billing_period": f"{days[0]:%Y-%m}", **progress})
    batch = await asyncio.to_thread(to_batch, series, found)
    resources = {s.resource.resource_id for s in series}
    tally.asked |= resources
    tally.seen |= set(batch.column("ResourceId").dictionary.to_pylist())
    store = MetricStore(context.objects)
    for day in days:
        of_day = _of_day(batch, day)
        await publish_day(context, source, account, day, to_us(now), of_day)
        await asyncio.to_thread(store.write, source["id"], day, account, to_us(now), of_day)
        tally.points += of_day.num_rows


def _of_day(batch: pa.RecordBatch, day: date) -> pa.RecordBatch:
    at = batch.column("x_PeriodStart")
    begins = pc.greater_equal(at, pa.scalar(midnight(day), at.type))
    ends = pc.less(at, pa.scalar(midnight(day + timedelta(days=1)), at.type))
    return batch.filter(pc.and_(begins, ends))


def _by_account(series: Sequence[Series]) -> dict[str, list[Series]]:
    found: dict[str, list[Series]] = {}
    for one in series:
        found.setdefault(one.resource.sub_account_id, []).append(one)
    return found


def _report(connector: MetricSource, selection: Selection, tally: _Tally, days: list[date]) -> dict[str, Any]:
    silent = sorted(tally.asked - tally.seen)
    return {
        "metrics": {
            "first_day": days[0].isoformat(),
            "last_day": days[-1].isoformat(),
            "requested": tally.requested,
            "charge": {
                "amount": f"{metric_days.charge(tally.requested, connector.price_per_1000):f}",
                "currency": "USD",
            },
            "resources": len(tally.asked),
            "resources_cut": selection.cut,
            "not_evaluated": len(silent),
            "not_evaluated_ids": silent[:NAMED],
        }
    }


async def _note(context: Context, source_id: str, job_id: str | None, day: date, state: str, reason: str) -> None:
    """A run that fetched nothing; a look of the schedule says so once, and not at all when all is in."""
    period, token, now = f"{day:%Y-%m}", f"to {day}", context.clock.now()
    async with context.database.write() as session:
        is_known = state == "unchanged" or await runs.has_same_outcome(session, source_id, period, token, state)
        if is_known and job_id is None:
            return
        run_id = new_id("run")
        await runs.start(session, run_id, job_id, source_id, period, token, 0, 0, now)
        await runs.finish(session, run_id, state, reason, {}, None, {}, now)
