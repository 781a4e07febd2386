"""Routes that plan work, ask for it and follow it."""

from __future__ import annotations

from fastapi import APIRouter

from fincc.common.db import Row
from fincc.common.stored_secrets import SecretRotation
from fincc.ingestion import schemas
from fincc.ingestion.api.parameters import READ, WRITE, Operator, Writer
from fincc.ingestion.connectors import Source
from fincc.ingestion.connectors.base import SourceAuthError
from fincc.ingestion.connectors.metrics import MetricSource
from fincc.ingestion.errors import SourceNotReadable, UnknownRun
from fincc.ingestion.repository import jobs, runs, sources
from fincc.ingestion.usecases import jobs as job_cases
from fincc.ingestion.usecases import secrets as secret_cases
from fincc.ingestion.usecases import sources as source_cases
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.metrics import make_plan as make_metric_plan
from fincc.ingestion.usecases.plan import make_plan


def add_routes(router: APIRouter, context: Context) -> None:
    @router.post("/sources/{source}/ingest", status_code=202)
    async def ingest_source(source: str, request: schemas.IngestRequest, subject: Writer) -> schemas.JobAccepted:
        row = await source_cases.get_source(context, source)
        params = request.model_dump(by_alias=True, exclude_none=True)
        return schemas.JobAccepted(job_id=await job_cases.enqueue(context, subject, "ingest", row["id"], params))

    @router.post("/sources/{source}/plan", dependencies=[READ])
    async def plan_source(source: str, request: schemas.PlanRequest) -> schemas.Plan:
        """What an ingest of these periods would read; nothing is read by asking."""
        row = await source_cases.get_source(context, source)
        try:
            connector = await source_cases.connect(context, row)
        except SourceAuthError as failure:
            raise SourceNotReadable(str(failure)) from failure
        return await _planned(context, connector, row, request)

    @router.post("/plans", dependencies=[WRITE])
    async def plan_place(request: schemas.PlacePlanRequest) -> schemas.Plan:
        """The same of a source that is not stored."""
        connector = source_cases.configure(request.kind, request.location, request.options)
        return await _planned(context, connector, None, request)

    @router.post("/rebuilds", status_code=202)
    async def rebuild(request: schemas.RebuildRequest, subject: Operator) -> dict[str, list[str]]:
        async with context.database.read() as session:
            found = await sources.list_all(session)
        if request.source is not None:
            found = [await source_cases.get_source(context, request.source)]
        params = {"period": request.period} if request.period else {}
        return {"job_ids": [await job_cases.enqueue(context, subject, "rebuild", s["id"], params) for s in found]}

    @router.post("/secret-rotations")
    async def rotate_secrets(subject: Operator) -> SecretRotation:
        """Wrap the secrets of all sources with the first key; the others can be removed then."""
        return await secret_cases.rotate(context, subject)

    @router.get("/jobs/{job_id}", dependencies=[READ])
    async def get_job(job_id: str) -> schemas.Job:
        async with context.database.read() as session:
            row = await jobs.find(session, job_id)
            if row is None:
                raise UnknownRun(f"no job {job_id!r}")
            of_job = await runs.of_job(session, job_id)
        return schemas.Job(
            id=row["id"],
            kind=row["kind"],
            state=row["state"],
            error=row["error"],
            progress=row["progress"],
            runs=[schemas.Run.of(r) for r in of_job],
        )


async def _planned(
    context: Context, connector: Source, source: Row | None, request: schemas.PlanRequest
) -> schemas.Plan:
    params = request.model_dump(by_alias=True, exclude_none=True)
    if isinstance(connector, MetricSource):
        return schemas.Plan.of_metrics(await make_metric_plan(context, connector, source, params))
    plan = await make_plan(context, connector, source, params)
    return schemas.Plan.model_validate(plan, from_attributes=True)
