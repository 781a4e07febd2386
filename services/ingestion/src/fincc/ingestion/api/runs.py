"""Routes of runs and their quarantine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from fincc.common.csv_text import BOM, lines
from fincc.common.db import Row
from fincc.common.http import CSV_MEDIA, CSV_TOO, attachment
from fincc.common.problem import Invalid
from fincc.ingestion import schemas
from fincc.ingestion.api.parameters import HEALTH, Writer
from fincc.ingestion.errors import UnknownRun
from fincc.ingestion.repository import runs
from fincc.ingestion.usecases import jobs as job_cases
from fincc.ingestion.usecases import sources as source_cases
from fincc.ingestion.usecases.context import Context

CSV_PAGE = 500
Format = Literal["json", "csv"]


def add_routes(router: APIRouter, context: Context) -> None:
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

    @router.post("/runs/{run_id}/retry", status_code=202)
    async def retry_run(run_id: str, subject: Writer) -> schemas.JobAccepted:
        row = await _run(context, run_id)
        params = {"period": row["billing_period"], "now": True}
        return schemas.JobAccepted(job_id=await job_cases.enqueue(context, subject, "ingest", row["source_id"], params))

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
