"""Routes of ingestion: sources, checks, jobs, runs, quarantine, export, rebuild."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, Response, StreamingResponse

from fincc.common.auth import needs
from fincc.common.csv_text import BOM, lines
from fincc.common.db import Row
from fincc.common.focus import VERSIONS
from fincc.common.http import CSV_MEDIA, CSV_TOO, attachment
from fincc.common.period import BillingPeriod
from fincc.common.problem import Invalid
from fincc.ingestion import connectors, schemas
from fincc.ingestion.errors import NothingToExport, UnknownRun
from fincc.ingestion.repository import jobs, runs, snapshots, sources
from fincc.ingestion.usecases import jobs as job_cases
from fincc.ingestion.usecases import sources as source_cases
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.export import write_export

READ, WRITE, HEALTH, OPERATE = (needs(p) for p in ("sources:read", "sources:write", "health:read", "operations:write"))
CSV_PAGE = 500
Format = Literal["json", "csv"]


def make_router(context: Context) -> APIRouter:
    router = APIRouter(tags=["ingestion"])
    _add_sources(router, context)
    _add_work(router, context)
    _add_runs(router, context)
    _add_export(router, context)
    return router


def _add_sources(router: APIRouter, context: Context) -> None:
    @router.get("/kinds", dependencies=[READ])
    async def list_kinds() -> schemas.KindList:
        return schemas.KindList(items=[schemas.Kind(**k) for k in connectors.kinds()])

    @router.get("/sources", dependencies=[READ])
    async def list_sources() -> schemas.SourceList:
        async with context.database.read() as session:
            found = await sources.list_all(session)
        return schemas.SourceList(items=[await _source(context, s) for s in found])

    @router.post("/sources", status_code=201, dependencies=[WRITE])
    async def add_source(new: schemas.NewSource) -> schemas.Source:
        row = await source_cases.add_source(context, new.kind, new.name, new.location, new.options)
        return await _source(context, row)

    @router.get("/sources/{source}", dependencies=[READ])
    async def get_source(source: str) -> schemas.Source:
        return await _source(context, await source_cases.get_source(context, source))

    @router.patch("/sources/{source}", dependencies=[WRITE])
    async def change_schedule(source: str, schedule: schemas.Schedule) -> schemas.Source:
        row = await source_cases.get_source(context, source)
        every_s = schedule.poll_every_s if "poll_every_s" in schedule.model_fields_set else row["poll_every_s"]
        return await _source(context, await source_cases.set_schedule(context, source, schedule.paused, every_s))

    @router.delete("/sources/{source}", dependencies=[WRITE], responses={202: {"model": schemas.JobAccepted}, 204: {}})
    async def remove_source(source: str, mode: Literal["keep", "purge"]) -> Response:
        if mode == "keep":
            await source_cases.keep_and_remove(context, source)
            return Response(status_code=204)
        row = await source_cases.get_source(context, source)
        job_id = await job_cases.enqueue(context, "purge", row["id"], {})
        return Response(schemas.JobAccepted(job_id=job_id).model_dump_json(), 202, media_type="application/json")

    @router.post("/sources/{source}/check", dependencies=[WRITE])
    async def check_source(source: str) -> schemas.CheckResult:
        steps = await source_cases.check_source(context, source)
        return schemas.CheckResult(
            ok=all(s.ok for s in steps), steps=[schemas.Step(step=s.step, ok=s.ok, detail=s.detail) for s in steps]
        )

    @router.post("/sources/{source}/periods/{period}/count", dependencies=[WRITE])
    async def choose_counted(source: str, period: str, choice: schemas.CountChoice) -> schemas.Source:
        await source_cases.choose_counted(context, source, _period(period), choice.counted)
        return await _source(context, await source_cases.get_source(context, source))


def _add_work(router: APIRouter, context: Context) -> None:
    @router.post("/sources/{source}/ingest", status_code=202, dependencies=[WRITE])
    async def ingest_source(source: str, request: schemas.IngestRequest) -> schemas.JobAccepted:
        row = await source_cases.get_source(context, source)
        params = request.model_dump(by_alias=True, exclude_none=True)
        return schemas.JobAccepted(job_id=await job_cases.enqueue(context, "ingest", row["id"], params))

    @router.post("/rebuilds", status_code=202, dependencies=[OPERATE])
    async def rebuild(request: schemas.RebuildRequest) -> dict[str, list[str]]:
        async with context.database.read() as session:
            found = await sources.list_all(session)
        if request.source is not None:
            found = [await source_cases.get_source(context, request.source)]
        params = {"period": request.period} if request.period else {}
        return {"job_ids": [await job_cases.enqueue(context, "rebuild", s["id"], params) for s in found]}

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


def _add_runs(router: APIRouter, context: Context) -> None:
    @router.get("/runs", response_model=schemas.RunPage, responses=CSV_TOO, dependencies=[HEALTH])
    async def list_runs(
        source: str | None = None,
        state: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        cursor: Annotated[str | None, Query(description="The `next_cursor` of the page before.")] = None,
        format: Format = "json",
    ) -> Response | schemas.RunPage:
        """Newest first; as CSV all of them, whatever `limit` and `cursor` say."""
        source_id = (await source_cases.get_source(context, source))["id"] if source else None
        if format == "csv":
            return _csv_file("runs.csv", _runs_csv(context, source_id, state))
        async with context.database.read() as session:
            rows = await runs.page(session, source_id, state, limit, _after(cursor))
        more = f"{rows[-1]['started_at'].isoformat()}~{rows[-1]['id']}" if len(rows) == limit else None
        return schemas.RunPage(items=[schemas.Run.of(r) for r in rows], next_cursor=more)

    @router.get("/runs/{run_id}", dependencies=[HEALTH])
    async def get_run(run_id: str) -> schemas.Run:
        return schemas.Run.of(await _run(context, run_id))

    @router.post("/runs/{run_id}/retry", status_code=202, dependencies=[WRITE])
    async def retry_run(run_id: str) -> schemas.JobAccepted:
        row = await _run(context, run_id)
        params = {"period": row["billing_period"], "now": True}
        return schemas.JobAccepted(job_id=await job_cases.enqueue(context, "ingest", row["source_id"], params))

    @router.get(
        "/runs/{run_id}/quarantine", response_model=schemas.QuarantinePage, responses=CSV_TOO, dependencies=[HEALTH]
    )
    async def get_quarantine(
        run_id: str,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: int = -1,
        format: Format = "json",
    ) -> Response | schemas.QuarantinePage:
        await _run(context, run_id)
        if format == "csv":
            return _csv_file(f"quarantine-{run_id}.csv", _quarantine_csv(context, run_id))
        async with context.database.read() as session:
            rows = await runs.quarantine_page(session, run_id, limit, cursor)
            total = await runs.quarantine_total(session, run_id)
        items = [schemas.BadRowOut(**{k: r[k] for k in ("file", "line", "reason", "content")}) for r in rows]
        more = str(rows[-1]["n"]) if len(rows) == limit else None
        return schemas.QuarantinePage(items=items, next_cursor=more, total=total)


def _add_export(router: APIRouter, context: Context) -> None:
    @router.get("/exports/focus", dependencies=[needs("costs:read")], response_class=FileResponse)
    async def export_focus(version: str, period: str, format: Literal["parquet", "csv"] = "parquet") -> FileResponse:
        if version not in VERSIONS:
            raise Invalid(f"version {version!r}: expected one of {', '.join(VERSIONS)}")
        async with context.database.read() as session:
            rows = await snapshots.list_sealed(session, period=_period(period))
        wanted = [(r["source_id"], r["billing_period"], r["version"]) for r in rows if r["counted"]]
        if not wanted:
            raise NothingToExport(f"no counted delivery covers {period}")
        folder = tempfile.TemporaryDirectory(prefix="fincc-export-")
        target = Path(folder.name) / f"focus-{version}-{period}.{format}"
        await asyncio.to_thread(write_export, context.objects, wanted, version, format, target)
        media = "text/csv" if format == "csv" else "application/vnd.apache.parquet"
        return _Temporary(folder, target, media_type=media, filename=target.name)


class _Temporary(FileResponse):
    """A file that goes when it has been sent."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], path: Path, *, media_type: str, filename: str) -> None:
        super().__init__(path, media_type=media_type, filename=filename)
        self._folder = folder

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._folder.cleanup()


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    """(started_at, id) of the last run of the page before."""
    if cursor is None:
        return None
    started_at, _, run_id = cursor.partition("~")
    try:
        at = datetime.fromisoformat(started_at)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not run_id:
        raise Invalid("the cursor is not one that we gave", errors=[{"field": "cursor", "message": "unknown"}])
    return at, run_id


def _csv_file(name: str, content: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(content, media_type=CSV_MEDIA, headers={**attachment(name), "Cache-Control": "no-store"})


async def _runs_csv(context: Context, source_id: str | None, state: str | None) -> AsyncIterator[str]:
    """The columns are the fields of a run; what is more than one value is written as JSON."""
    columns = list(schemas.Run.model_fields)
    after: tuple[datetime, str] | None = None
    yield BOM + lines([columns])
    while True:
        async with context.database.read() as session:
            rows = await runs.page(session, source_id, state, CSV_PAGE, after)
        of_page = [schemas.Run.of(r).model_dump(mode="json") for r in rows]
        yield lines([_cell(run[c]) for c in columns] for run in of_page)
        if len(rows) < CSV_PAGE:
            return
        after = rows[-1]["started_at"], rows[-1]["id"]


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


async def _quarantine_csv(context: Context, run_id: str) -> AsyncIterator[str]:
    columns, after = ("file", "line", "reason", "content"), -1
    yield BOM + lines([columns])
    while True:
        async with context.database.read() as session:
            rows = await runs.quarantine_page(session, run_id, CSV_PAGE, after)
        if not rows:
            return
        yield lines([r[c] for c in columns] for r in rows)
        after = rows[-1]["n"]


async def _run(context: Context, run_id: str) -> Row:
    async with context.database.read() as session:
        row = await runs.find(session, run_id)
    if row is None:
        raise UnknownRun(f"no run {run_id!r}")
    return row


async def _source(context: Context, row: Row) -> schemas.Source:
    async with context.database.read() as session:
        newest = await runs.newest_of_periods(session, row["id"])
        sealed = await snapshots.list_sealed(session, row["id"])
        success_at = await runs.last_success_at(session, row["id"])
        job = await jobs.open_of(session, row["id"])
        ended = await jobs.last_ingest(session, row["id"])
    state, reason = source_cases.health(newest, ended)
    every_s = row["poll_every_s"] or context.settings.poll_every_s
    next_look = (row["looked_at"] or row["created_at"]) + timedelta(seconds=every_s)
    periods = [schemas.Period(**{k: s[k] for k in schemas.Period.model_fields}) for s in sealed]
    plain = {k: row[k] for k in ("id", "kind", "name", "location", "options", "created_at", "paused", "poll_every_s")}
    return schemas.Source(
        **plain,
        state=state,
        reason=reason,
        looks_every_s=every_s,
        next_look_at=None if row["paused"] else next_look,
        last_success_at=success_at,
        newest_period=periods[-1] if periods else None,
        job=schemas.OpenJob(**{k: job[k] for k in schemas.OpenJob.model_fields}) if job else None,
        last_run=schemas.Run.of(newest[0]) if newest else None,
        periods=periods,
    )


def _period(text: str) -> str:
    try:
        return str(BillingPeriod.parse(text))
    except ValueError as error:
        raise Invalid(str(error)) from error
