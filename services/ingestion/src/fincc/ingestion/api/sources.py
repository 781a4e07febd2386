"""Routes of sources: what kinds there are, add, change, check, remove, choose which one counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from fincc.common.db import Row
from fincc.common.stored_secrets import SetSecret, without_key
from fincc.ingestion import connectors, schemas
from fincc.ingestion.api.parameters import READ, WRITE, Writer, billing_period
from fincc.ingestion.connectors.base import CheckStep
from fincc.ingestion.repository import jobs, runs, snapshots, sources
from fincc.ingestion.repository.secrets import of_sources
from fincc.ingestion.usecases import jobs as job_cases
from fincc.ingestion.usecases import secrets as secret_cases
from fincc.ingestion.usecases import sources as source_cases
from fincc.ingestion.usecases.context import Context


def add_routes(router: APIRouter, context: Context) -> None:
    @router.get("/kinds", dependencies=[READ])
    async def list_kinds() -> schemas.KindList:
        return schemas.KindList(items=[schemas.Kind(**k) for k in connectors.kinds()])

    @router.get("/sources", dependencies=[READ])
    async def list_sources() -> schemas.SourceList:
        async with context.database.read() as session:
            found = await sources.list_all(session)
        return schemas.SourceList(items=[await _source(context, s) for s in found])

    @router.post("/sources", status_code=201)
    async def add_source(new: schemas.NewSource, subject: Writer) -> schemas.Source:
        row = await source_cases.add_source(context, subject, new.kind, new.name, new.location, new.options)
        return await _source(context, row)

    @router.get("/sources/{source}", dependencies=[READ])
    async def get_source(source: str) -> schemas.Source:
        return await _source(context, await source_cases.get_source(context, source))

    @router.patch("/sources/{source}")
    async def change_source(source: str, change: schemas.SourceChange, subject: Writer) -> schemas.Source:
        """Its schedule, and what it gets in with."""
        row = await source_cases.get_source(context, source)
        if change.options:
            row = await source_cases.change_access(context, subject, source, change.options)
        every_s = change.poll_every_s if "poll_every_s" in change.model_fields_set else row["poll_every_s"]
        changed = await source_cases.set_schedule(context, subject, source, change.paused, every_s)
        return await _source(context, changed)

    @router.delete("/sources/{source}", responses={202: {"model": schemas.JobAccepted}, 204: {}})
    async def remove_source(source: str, mode: Literal["keep", "purge"], subject: Writer) -> Response:
        if mode == "keep":
            await source_cases.keep_and_remove(context, subject, source)
            return Response(status_code=204)
        row = await source_cases.get_source(context, source)
        job_id = await job_cases.enqueue(context, subject, "purge", row["id"], {})
        return Response(schemas.JobAccepted(job_id=job_id).model_dump_json(), 202, media_type="application/json")

    @router.post("/sources/{source}/check", dependencies=[WRITE])
    async def check_source(source: str) -> schemas.CheckResult:
        return _checked(await source_cases.check_source(context, source))

    @router.post("/checks", dependencies=[WRITE])
    async def check_place(place: schemas.Place) -> schemas.CheckResult:
        """Can it be reached and read? Nothing is stored."""
        connector = source_cases.configure(place.kind, place.location, place.options)
        return _checked(await source_cases.check(context, connector))

    @router.post("/sources/{source}/periods/{period}/count")
    async def choose_counted(source: str, period: str, choice: schemas.CountChoice, subject: Writer) -> schemas.Source:
        await source_cases.choose_counted(context, subject, source, billing_period(period), choice.counted)
        return await _source(context, await source_cases.get_source(context, source))


def _checked(steps: list[CheckStep]) -> schemas.CheckResult:
    return schemas.CheckResult(
        ok=all(s.ok for s in steps), steps=[schemas.Step(step=s.step, ok=s.ok, detail=s.detail) for s in steps]
    )


async def _source(context: Context, row: Row) -> schemas.Source:
    async with context.database.read() as session:
        newest = await runs.newest_of_periods(session, row["id"])
        sealed = await snapshots.list_sealed(session, row["id"])
        success_at = await runs.last_success_at(session, row["id"])
        job = await jobs.open_of(session, row["id"])
        ended = await jobs.last_ingest(session, row["id"])
        stored = await of_sources.list_of(session, row["id"])
    state, reason = source_cases.health(newest, ended)
    if locked_out := without_key(context.keyring, stored):
        state, reason = "failing", locked_out
    every_s = row["poll_every_s"] or context.settings.poll_every_s
    next_look = (row["looked_at"] or row["created_at"]) + timedelta(seconds=every_s)
    periods = [schemas.Period(**{k: s[k] for k in schemas.Period.model_fields}) for s in sealed]
    plain = {k: row[k] for k in ("id", "kind", "name", "location", "created_at", "paused", "poll_every_s")}
    options, unsealed = secret_cases.split(row["kind"], row["options"])
    set_at = {**dict.fromkeys(unsealed, row["created_at"]), **{s["field"]: s["set_at"] for s in stored}}
    return schemas.Source(
        **plain,
        options=options,
        secrets=[SetSecret(field=field, set_at=set_at[field]) for field in sorted(set_at)],
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
