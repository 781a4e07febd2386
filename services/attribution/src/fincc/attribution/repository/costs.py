"""SQL over keys, parts and snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession


async def add_keys(session: WriteSession, keys: int, content: bytes) -> None:
    await session.execute(
        text("insert into key_batches (keys, content) values (:keys, :content)"), {"keys": keys, "content": content}
    )


async def key_batches(session: ReadSession, after: int = 0) -> list[RowMapping]:
    return await session.all(
        text("select id, content from key_batches where id > :after order by id"), {"after": after}
    )


async def newest_version(session: ReadSession, source_id: str, period: str) -> int:
    found = await session.scalar(
        text("select version from snapshots where source_id = :source and billing_period = :period"),
        {"source": source_id, "period": period},
    )
    return found or 0


async def open_version(session: WriteSession, source_id: str, period: str, version: int) -> bool:
    """Note that this version is the newest seen; False when a newer one was seen already."""
    done = await session.execute(
        text(
            "insert into snapshots as s (source_id, billing_period, version) values (:source, :period, :version) "
            "on conflict (source_id, billing_period) do update set version = :version, "
            "sealed = s.sealed and s.version = :version where s.version <= :version"
        ),
        {"source": source_id, "period": period, "version": version},
    )
    return done.rowcount == 1


@dataclass(frozen=True)
class PartRow:
    """`totals`: currency → [billed, effective] as decimal text."""

    seq: int
    rows: int
    totals: dict[str, list[str]]


async def upsert_parts(
    session: WriteSession, source_id: str, period: str, version: int, parts: Sequence[PartRow]
) -> None:
    await session.execute(
        text(
            "insert into parts (source_id, billing_period, version, seq, rows, totals) "
            "select :source, :period, :version, seq, rows, totals "
            "from jsonb_to_recordset(cast(:parts as jsonb)) as p (seq integer, rows bigint, totals jsonb) "
            "on conflict (source_id, billing_period, version, seq) do update set rows = excluded.rows, totals = excluded.totals"
        ),
        {
            "source": source_id,
            "period": period,
            "version": version,
            "parts": orjson.dumps(list(parts)).decode(),
        },
    )


async def parts_of(session: ReadSession, source_id: str, period: str, version: int) -> list[RowMapping]:
    return await session.all(
        text(
            "select seq, rows, totals from parts where source_id = :source and billing_period = :period and version = :version"
        ).columns(totals=JSONB),
        {"source": source_id, "period": period, "version": version},
    )


async def seal(session: WriteSession, source_id: str, period: str, version: int, counted: bool) -> None:
    """The version is complete; parts of other versions are of no use any more."""
    key = {"source": source_id, "period": period, "version": version}
    await session.execute(
        text(
            "update snapshots set sealed = true, counted = :counted "
            "where source_id = :source and billing_period = :period and version = :version"
        ),
        {**key, "counted": counted},
    )
    await session.execute(
        text("delete from parts where source_id = :source and billing_period = :period and version < :version"), key
    )


async def set_counted(session: WriteSession, source_id: str, period: str, counted: bool) -> None:
    await session.execute(
        text("update snapshots set counted = :counted where source_id = :source and billing_period = :period"),
        {"source": source_id, "period": period, "counted": counted},
    )


async def counted_snapshots(session: ReadSession, periods: int) -> list[RowMapping]:
    """Sealed and counted snapshots of the newest `periods` billing periods there are."""
    return await session.all(
        text(
            "select source_id, billing_period, version from snapshots where sealed and counted and billing_period in "
            "(select distinct billing_period from snapshots where sealed and counted order by 1 desc limit :periods) "
            "order by billing_period desc, source_id"
        ),
        {"periods": periods},
    )
