"""Which metrics would be fetched, of which resources and days, what that costs, and what is in already."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.ingestion.connectors.base import CheckStep
from fincc.ingestion.connectors.metrics import MetricSource, Series
from fincc.ingestion.domain import metric_days
from fincc.ingestion.usecases.billed import dearest_resources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.metric_store import MetricStore

NO_BILL = "no resource of an ingested bill has metrics here; bring in a bill first"


@dataclass(frozen=True)
class Selection:
    """What would be asked: `series` of `resources` resources, dearest first; `cut` resources are beyond the limits."""

    series: list[Series]
    resources: int
    cut: int


@dataclass(frozen=True)
class MetricPlan:
    """`days`: not in yet. `monthly_charge`, in dollars, is None where `reason` says why."""

    selection: Selection
    days: list[date]
    monthly_charge: str | None
    price_per_1000: str
    reason: str | None


async def select(context: Context, connector: MetricSource) -> Selection:
    """The series of the dearest resources, whole resources only, within the limits of the source."""
    found = await dearest_resources(context, connector.knows)
    of_each = [series for r in found if (series := connector.series_of(r))]
    wanted = of_each[: connector.max_resources]
    kept = wanted[: metric_days.affordable([len(s) for s in wanted], connector.max_series)]
    return Selection([s for series in kept for s in series], len(kept), len(of_each) - len(kept))


async def check(context: Context, connector: MetricSource) -> list[CheckStep]:
    selection = await select(context, connector)
    resources = list(dict.fromkeys(s.resource for s in selection.series))
    return await asyncio.to_thread(lambda: list(connector.check(resources, context.clock.now())))


async def make_plan(
    context: Context, connector: MetricSource, source: RowMapping | None, params: dict[str, Any]
) -> MetricPlan:
    """What a pull would ask for and what asking daily costs; nothing is asked. `source`: None for one that is not stored."""
    selection = await select(context, connector)
    days = await due_days(context, connector, source["id"] if source else None, params)
    price = f"{connector.price_per_1000:f}"
    if not selection.series:
        return MetricPlan(selection, [], None, price, NO_BILL)
    monthly = metric_days.monthly_charge(len(selection.series), connector.price_per_1000)
    return MetricPlan(selection, days, f"{monthly:f}", price, None)


async def due_days(
    context: Context, connector: MetricSource, source_id: str | None, params: dict[str, Any]
) -> list[date]:
    """The whole days that are not in yet. `source_id`: None for a source that is not stored."""
    asked = metric_days.days_asked(
        context.clock.now(),
        connector.look_back_days,
        params.get("period") or params.get("from"),
        params.get("period") or params.get("to"),
    )
    days = [asked.start + timedelta(days=n) for n in range(asked.count)]
    if source_id is None:
        return days
    store = MetricStore(context.objects)
    return await asyncio.to_thread(lambda: [d for d in days if not store.day(source_id, d).is_complete])


async def series_of_resource(
    context: Context, source_ids: Sequence[str], start: date, end: date, resource_id: str
) -> list[tuple[str, pa.RecordBatch]]:
    """(source id, batch) of what is kept of a resource, oldest day first."""
    store = MetricStore(context.objects)

    def read() -> list[tuple[str, pa.RecordBatch]]:
        return [(s, b) for s in source_ids for b in store.of_resource(s, start, end, resource_id)]

    return await asyncio.to_thread(read)
