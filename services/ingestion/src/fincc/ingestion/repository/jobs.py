"""SQL over jobs: work somebody asked for, taken by any worker."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import TextualSelect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping

from fincc.common import tracing
from fincc.common.db import ReadSession, WriteSession


def _select(sql: str) -> TextualSelect:
    return text(sql).columns(params=JSONB, progress=JSONB)


async def insert(session: WriteSession, job_id: str, kind: str, source_id: str, params: dict[str, Any]) -> None:
    await session.execute(
        text(
            "insert into jobs (id, kind, source_id, params, state, traceparent) "
            "values (:id, :kind, :source, cast(:params as jsonb), 'queued', :traceparent)"
        ),
        {
            "id": job_id,
            "kind": kind,
            "source": source_id,
            "params": json.dumps(params),
            "traceparent": tracing.traceparent(),
        },
    )


async def open_jobs(session: ReadSession) -> list[RowMapping]:
    """Unfinished jobs, oldest first; a running one whose worker died is among them and taken again when its lease ends."""
    return await session.all(_select("select * from jobs where finished_at is null order by created_at, id limit 50"))


async def open_of(session: ReadSession, source_id: str) -> RowMapping | None:
    """The oldest unfinished job of a source."""
    return await session.first(
        _select("select * from jobs where finished_at is null and source_id = :source order by created_at, id limit 1"),
        {"source": source_id},
    )


async def last_ingest(session: ReadSession, source_id: str) -> RowMapping | None:
    """The ingest of a source that ended last."""
    return await session.first(
        _select(
            "select * from jobs where finished_at is not null and source_id = :source and kind = 'ingest' "
            "order by finished_at desc, id desc limit 1"
        ),
        {"source": source_id},
    )


async def find(session: ReadSession, job_id: str) -> RowMapping | None:
    return await session.first(_select("select * from jobs where id = :id"), {"id": job_id})


async def set_progress(session: WriteSession, job_id: str, progress: dict[str, Any]) -> None:
    await session.execute(
        text("update jobs set state = 'running', progress = cast(:progress as jsonb) where id = :id"),
        {"id": job_id, "progress": json.dumps(progress)},
    )


async def finish(session: WriteSession, job_id: str, error: str | None, now: datetime) -> None:
    await session.execute(
        text("update jobs set state = :state, error = :error, finished_at = :now where id = :id"),
        {"id": job_id, "state": "done" if error is None else "failed", "error": error, "now": now},
    )
