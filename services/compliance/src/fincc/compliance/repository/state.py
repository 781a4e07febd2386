"""SQL over the one row of state, and the policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession


@dataclass(frozen=True)
class State:
    policy_version: int
    basis: str | None
    scanned_at: datetime | None
    duration_s: float | None
    resources: int | None
    scanned_policy: int
    first_day: date | None
    last_day: date | None
    missing: list[str]
    requested: int


_SELECT = (
    "select policy_version, basis, scanned_at, duration_s, resources, scanned_policy, first_day, last_day, missing, "
    "requested from state"
)


async def get(session: ReadSession) -> State:
    row = await session.first(text(_SELECT))
    assert row is not None
    return State(**row)


async def lock(session: WriteSession) -> State:
    row = await session.first(text(_SELECT + " for update"))
    assert row is not None
    return State(**row)


async def note_scan(session: WriteSession, scan: State) -> None:
    await session.execute(
        text(
            "update state set basis = :basis, scanned_at = :scanned_at, duration_s = :duration_s, resources = :resources, "
            "scanned_policy = :scanned_policy, first_day = :first_day, last_day = :last_day, "
            "missing = cast(:missing as jsonb)"
        ),
        {**scan.__dict__, "missing": orjson.dumps(scan.missing).decode()},
    )


async def request_scan(session: WriteSession) -> None:
    await session.execute(text("update state set requested = requested + 1"))


async def publish_policy(session: WriteSession, version: int, content: str, by: str, now: datetime) -> None:
    """The state must be locked."""
    await session.execute(
        text(
            "insert into policies (version, content, published_at, published_by) values (:version, :content, :now, :by)"
        ),
        {"version": version, "content": content, "by": by, "now": now},
    )
    await session.execute(text("update state set policy_version = :version"), {"version": version})


async def find_policy(session: ReadSession, version: int) -> RowMapping | None:
    return await session.first(text("select * from policies where version = :version"), {"version": version})


async def list_policies(session: ReadSession) -> list[RowMapping]:
    return await session.all(
        text("select version, published_at, published_by from policies order by version desc limit 500")
    )
