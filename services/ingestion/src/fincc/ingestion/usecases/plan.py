"""What an ingest would do, without doing it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy.engine import RowMapping

from fincc.ingestion.connectors.base import (
    BadDelivery,
    Connector,
    Delivery,
    DeliveryChanged,
    SourceAuthError,
    SourceUnavailable,
)
from fincc.ingestion.domain.deliveries import Sealed, Verdict, judge
from fincc.ingestion.errors import SourceNotReadable
from fincc.ingestion.repository import runs, sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.ingest import find_sealed

RECENT_RUNS = 20

PlanVerdict = Literal["new", "newer", "unchanged", "superseded", "waiting"]


@dataclass(frozen=True)
class PlannedPeriod:
    """`new`: nothing of the period is in; `newer`: it replaces what is in. The others are not read, `reason` says why."""

    billing_period: str
    files: int
    bytes: int
    verdict: PlanVerdict
    reason: str | None

    @property
    def is_read(self) -> bool:
        return self.verdict in ("new", "newer")


@dataclass(frozen=True)
class Plan:
    """`duration_s` is None where this installation has read nothing yet that tells; `duration_reason` says so."""

    periods: list[PlannedPeriod]
    bytes_to_read: int
    duration_s: float | None
    duration_reason: str | None


async def list_deliveries(connector: Connector, params: dict[str, Any]) -> list[Delivery]:
    """What the source offers of the billing periods asked for: `period`, or `from`…`to`, both included; all without."""
    first = params.get("period") or params.get("from")
    last = params.get("period") or params.get("to")
    found = await asyncio.to_thread(connector.deliveries, first)
    return [d for d in found if (not first or d.billing_period >= first) and (not last or d.billing_period <= last)]


async def make_plan(context: Context, connector: Connector, source: RowMapping | None, params: dict[str, Any]) -> Plan:
    """`source`: None for one that is not stored. Raises SourceNotReadable when its deliveries cannot be listed."""
    try:
        wanted = await list_deliveries(connector, params)
    except (BadDelivery, DeliveryChanged, SourceAuthError, SourceUnavailable) as failure:
        raise SourceNotReadable(str(failure)) from failure
    periods = [await _judged(context, source, d, bool(params.get("now"))) for d in wanted]
    size = sum(p.bytes for p in periods if p.is_read)
    async with context.database.read() as session:
        read_bytes, took_s = await runs.recent_speed(session, connector.kind, RECENT_RUNS)
    if not size:
        return Plan(periods, size, 0.0, None)
    if not read_bytes or not took_s:
        return Plan(periods, size, None, "no delivery of this kind has been read here yet")
    return Plan(periods, size, size / (read_bytes / took_s), None)


async def _judged(context: Context, source: RowMapping | None, delivery: Delivery, now: bool) -> PlannedPeriod:
    sealed: Sealed | None = None
    seen = None
    if source is not None:
        sealed = await find_sealed(context, source["id"], delivery.billing_period)
        async with context.database.read() as session:
            seen = await sources.find_seen(session, source["id"], delivery.billing_period, delivery.token)
    at = context.clock.now()
    settle = timedelta(seconds=0 if now else context.settings.settle_s)
    verdict, reason = judge(
        delivery.token, delivery.delivered_at, delivery.has_manifest, sealed, seen or at, at, settle
    )
    words: dict[Verdict, PlanVerdict] = {
        Verdict.INGEST: "newer" if sealed else "new",
        Verdict.UNCHANGED: "unchanged",
        Verdict.OLDER: "superseded",
        Verdict.WAIT: "waiting",
    }
    return PlannedPeriod(
        delivery.billing_period, len(delivery.files), delivery.size_bytes, words[verdict], reason or None
    )
