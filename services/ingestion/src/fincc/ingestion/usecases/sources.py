"""Sources: add, check, remove, choose which one counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy.engine import RowMapping

from fincc.common import audit, outbox
from fincc.common.auth import Subject
from fincc.common.events.cost_pb2 import CostMessage, Count
from fincc.common.ids import new_id
from fincc.common.problem import Conflict
from fincc.ingestion import connectors
from fincc.ingestion.connectors import Source
from fincc.ingestion.connectors.base import CheckStep, SourceAuthError
from fincc.ingestion.connectors.metrics import MetricSource
from fincc.ingestion.errors import BadSource, NotThisPeriod, SourceExists, UnknownSource
from fincc.ingestion.repository import snapshots, sources
from fincc.ingestion.usecases import metrics, secrets
from fincc.ingestion.usecases.context import Context, cost_envelope, key_of, snapshot_of
from fincc.ingestion.usecases.publish import TOPIC

_FAILING = ("failed", "refused")


async def connect(context: Context, source: RowMapping) -> Source:
    """The connector of a stored source. Raises SourceAuthError when one of its secrets cannot be decrypted."""
    async with context.database.read() as session:
        options = {**source["options"], **await secrets.open_all(session, context, source["id"])}
    return connectors.create_source(source["kind"], source["location"], options)


def configure(kind: str, location: str, options: dict[str, Any]) -> Source:
    """The connector of a source that is not stored. Raises BadSource with the field."""
    try:
        return connectors.create_source(kind, location, options)
    except ValidationError as error:
        fields = [
            {
                "field": ".".join(str(p) for p in e["loc"]) or "options",
                "message": e["msg"].removeprefix("Value error, "),
            }
            for e in error.errors()
        ]
        detail = "; ".join(f"{f['field']}: {f['message']}" for f in fields)
        raise BadSource(detail, errors=fields) from error
    except (KeyError, ValueError) as error:
        raise BadSource(str(error.args[0] if error.args else error)) from error


async def add_source(
    context: Context, by: Subject, kind: str, name: str, location: str, options: dict[str, Any]
) -> RowMapping:
    """Validate and store a source. Raises BadSource with the field, SourceExists, NoSecretKey."""
    configure(kind, location, options)
    source_id = new_id("src")
    plain, given = secrets.split(kind, options)
    async with context.database.write() as session:
        if not await sources.insert(session, source_id, kind, name, location, plain):
            raise SourceExists(f"a source named {name!r} exists; choose another name or remove it first")
        await secrets.store(session, context, source_id, given)
        row = await sources.find(session, source_id)
        assert row is not None
        told = {**_told(row), **given}
        await audit.record(session, context.clock, by, "source.created", source_id, after=told, secrets=given)
    return row


def _told(source: RowMapping) -> dict[str, Any]:
    """What the audit record says of a source."""
    told = {name: source[name] for name in ("kind", "name", "location")}
    return {**told, "options": secrets.split(source["kind"], source["options"])[0]}


async def get_source(context: Context, id_or_name: str) -> RowMapping:
    async with context.database.read() as session:
        row = await sources.find(session, id_or_name)
        if row is None:
            names = ", ".join(s["name"] for s in await sources.list_all(session)) or "none yet"
            raise UnknownSource(f"no source {id_or_name!r}; there are: {names}")
    return row


async def set_schedule(
    context: Context, by: Subject, id_or_name: str, paused: bool | None, poll_every_s: int | None
) -> RowMapping:
    """Pause or resume the looks of the schedule (None leaves that as it is) and set their distance (None: the service's).

    Raises UnknownSource. An ingest that somebody asks for works on a paused source, too.
    """
    source = await get_source(context, id_or_name)
    is_paused = source["paused"] if paused is None else paused
    before, after = audit.changes(dict(source), {"paused": is_paused, "poll_every_s": poll_every_s})
    if not after:
        return source
    async with context.database.write() as session:
        await sources.set_schedule(session, source["id"], is_paused, poll_every_s)
        await audit.record(session, context.clock, by, "source.schedule_changed", source["id"], before, after)
    return await get_source(context, source["id"])


async def change_access(context: Context, by: Subject, id_or_name: str, changes: dict[str, Any]) -> RowMapping:
    """Options that say how the source gets in, secrets among them: what is not named stays, what is empty goes.

    Raises UnknownSource, NoSecretKey, and BadSource with the field: also for an option that says what is read.
    """
    source = await get_source(context, id_or_name)
    kind, changeable = source["kind"], connectors.access_fields(source["kind"])
    fixed = [name for name in changes if name not in changeable]
    if fixed:
        message = "cannot be changed, since it says what is read or from where; add another source"
        errors = [{"field": name, "message": message} for name in fixed]
        raise BadSource(f"{', '.join(fixed)}: {message}", errors=errors)
    async with context.database.write() as session:
        found = await sources.find_locked(session, source["id"])
        if found is None:
            raise UnknownSource(f"no source {id_or_name!r}")
        kept = {name: value for name, value in found["options"].items() if name not in changes}
        try:
            stored = await secrets.open_all(session, context, found["id"], but_for=changes)
        except SourceAuthError as error:
            raise BadSource(f"{error}; in the same change") from error
        options = {**kept, **{name: value for name, value in changes.items() if value not in (None, "")}}
        configure(kind, found["location"], {**options, **stored})
        plain, given = secrets.split(kind, options)
        await sources.set_options(session, found["id"], plain)
        gone = await secrets.store(session, context, found["id"], given, instead_of=changes)
        was = {**found["options"], **dict.fromkeys(gone, True)}  # which is no secret's value: all of them are text
        before, after = audit.changes(was, {**dict.fromkeys(was), **plain, **given})
        if after:
            hidden, action = connectors.secret_fields(kind), "source.access_changed"
            await audit.record(session, context.clock, by, action, found["id"], before, after, secrets=hidden)
    return await get_source(context, source["id"])


def health(
    newest: Sequence[RowMapping], ended: RowMapping | None
) -> tuple[Literal["new", "ok", "failing"], str | None]:
    """The state of a source and, when it is failing, why.

    `newest`: the newest run of each billing period, newest first. `ended`: the ingest that ended last; one that could not
    even list the deliveries has no run to say so.
    """
    if ended is not None and ended["state"] == "failed":
        return "failing", ended["error"]
    for run in newest:
        if run["state"] in _FAILING:
            return "failing", f"{run['billing_period']}: {run['reason']}"
    return ("ok" if newest else "new"), None


async def check_source(context: Context, id_or_name: str) -> list[CheckStep]:
    """Raises UnknownSource."""
    source = await get_source(context, id_or_name)
    try:
        connector = await connect(context, source)
    except SourceAuthError as failure:
        return [CheckStep("secrets", False, str(failure))]
    return await check(context, connector)


async def check(context: Context, connector: Source) -> list[CheckStep]:
    if isinstance(connector, MetricSource):
        return await metrics.check(context, connector)
    return await asyncio.to_thread(lambda: list(connector.check()))


async def keep_and_remove(context: Context, by: Subject, id_or_name: str) -> None:
    """The source goes, its costs stay visible."""
    source = await get_source(context, id_or_name)
    async with context.database.write() as session:
        await sources.mark_removed(session, source["id"], context.clock.now())
        await audit.record(session, context.clock, by, "source.removed", source["id"], before=_told(source))


async def choose_counted(context: Context, by: Subject, id_or_name: str, period: str, counted: bool) -> None:
    """Of overlapping sources one counts; making this one count stops the others of the same billing accounts."""
    source = await get_source(context, id_or_name)
    async with context.database.write() as session:
        row = await snapshots.find_sealed(session, source["id"], period)
        if row is None:
            raise NotThisPeriod(f"{source['name']} has no accepted delivery of {period}")
        if row["counted"] == counted:
            raise Conflict(f"{source['name']} {period} is already {'counted' if counted else 'not counted'}")
        changes = [(source["id"], counted)]
        if counted:
            others = await snapshots.take_counting(session, source["id"], period, list(row["accounts"]))
            changes = [(other, False) for other in others] + changes
        else:
            await snapshots.release_counting(session, source["id"], period)
        for source_id, value in changes:
            await snapshots.set_counted(session, source_id, period, value)
            sealed = await snapshots.find_sealed(session, source_id, period)
            if sealed is not None:
                snapshot = snapshot_of(source_id, "", period, sealed["version"])
                message = CostMessage(snapshot=snapshot, count=Count(counted=value))
                await outbox.enqueue(session, TOPIC, key_of(source_id, period), cost_envelope(context.clock, message))
        told = {"source": source["name"], "billing_period": period}
        before = {**told, "counted": {source_id: not value for source_id, value in changes}}
        after = {**told, "counted": dict(changes)}
        await audit.record(session, context.clock, by, "source.count_chosen", source["id"], before, after)
