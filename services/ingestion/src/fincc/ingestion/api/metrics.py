"""Route of the series of one resource."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from fincc.common.auth import needs
from fincc.common.period import Days
from fincc.common.problem import Invalid
from fincc.ingestion import schemas
from fincc.ingestion.repository import sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.metrics import series_of_resource

LONGEST_DAYS = 93


def add_routes(router: APIRouter, context: Context) -> None:
    @router.get("/metrics", dependencies=[needs("costs:read")])
    async def list_metrics(
        resource_id: Annotated[str, Query(min_length=1, description="ResourceId as the bill writes it.")],
        from_: Annotated[date, Query(alias="from", description="First UTC day.")],
        to: Annotated[date, Query(description="Last UTC day, included; at most 93 days.")],
    ) -> schemas.MetricAnswer:
        """What is kept of one resource, hour by hour; no series where nothing is."""
        if to < from_ or (to - from_).days >= LONGEST_DAYS:
            raise Invalid(f"{from_} to {to}: expected 1 to {LONGEST_DAYS} days")
        days = Days.ending_at(to, (to - from_).days + 1)
        async with context.database.read() as session:
            ids = [s["id"] for s in await sources.list_all(session)]
        found: dict[tuple[object, ...], schemas.MetricSeries] = {}
        for source_id, batch in await series_of_resource(context, ids, days.start, days.end, resource_id):
            for row in batch.to_pylist():
                names = [row[c] for c in ("x_MetricNamespace", "x_MetricName", "x_Statistic", "x_MetricUnit")]
                series = found.setdefault(
                    (source_id, *names),
                    schemas.MetricSeries(
                        source_id=source_id,
                        namespace=names[0],
                        metric=names[1],
                        statistic=names[2],
                        unit=names[3],
                        period_s=row["x_PeriodSeconds"],
                        points=[],
                    ),
                )
                series.points.append(schemas.MetricPoint(at=row["x_PeriodStart"], value=row["x_Value"]))
        return schemas.MetricAnswer(resource_id=resource_id, from_=from_, to=to, series=list(found.values()))
