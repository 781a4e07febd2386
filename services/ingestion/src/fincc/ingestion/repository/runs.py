"""SQL over runs and their quarantine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import TextualSelect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession


def _select(condition: str) -> TextualSelect:
    sql = "select r.*, s.name as source from runs r left join sources s on s.id = r.source_id "
    return text(sql + condition).columns(counts=JSONB, billed=JSONB, report=JSONB)


async def start(
    session: WriteSession,
    run_id: str,
    job_id: str | None,
    source_id: str,
    period: str,
    token: str,
    files: int,
    size_bytes: int,
    now: datetime,
) -> None:
    await session.execute(
        text(
            "insert into runs (id, job_id, source_id, billing_period, token, state, files, bytes, started_at) "
            "values (:id, :job, :source, :period, :token, 'running', :files, :bytes, :now)"
        ),
        {
            "id": run_id,
            "job": job_id,
            "source": source_id,
            "period": period,
            "token": token,
            "files": files,
            "bytes": size_bytes,
            "now": now,
        },
    )


async def set_version(session: WriteSession, run_id: str, version: int) -> None:
    await session.execute(text("update runs set version = :version where id = :id"), {"id": run_id, "version": version})


async def finish(
    session: WriteSession,
    run_id: str,
    state: str,
    reason: str | None,
    counts: dict[str, int],
    billed: dict[str, str] | None,
    report: dict[str, Any],
    now: datetime,
) -> None:
    await session.execute(
        text(
            "update runs set state = :state, reason = :reason, counts = cast(:counts as jsonb), billed = cast(:billed as jsonb), "
            "report = cast(:report as jsonb), finished_at = :now where id = :id"
        ),
        {
            "id": run_id,
            "state": state,
            "reason": reason,
            "counts": json.dumps(counts),
            "now": now,
            "billed": None if billed is None else json.dumps(billed),
            "report": json.dumps(report),
        },
    )


async def fail_running(session: WriteSession, source_id: str, period: str, reason: str, now: datetime) -> None:
    """Runs of this period that a dead worker left behind."""
    await session.execute(
        text(
            "update runs set state = 'failed', reason = :reason, finished_at = :now "
            "where source_id = :source and billing_period = :period and state = 'running'"
        ),
        {"source": source_id, "period": period, "reason": reason, "now": now},
    )


async def has_same_outcome(session: ReadSession, source_id: str, period: str, token: str, state: str) -> bool:
    """Whether the newest run of the period said the same of the same delivery, so that polling does not fill the history."""
    row = await session.first(
        text(
            "select token, state from runs where source_id = :source and billing_period = :period "
            "order by started_at desc, id desc limit 1"
        ),
        {"source": source_id, "period": period},
    )
    return row is not None and row["token"] == token and row["state"] == state


async def page(
    session: ReadSession, source_id: str | None, state: str | None, limit: int, after: tuple[datetime, str] | None
) -> list[RowMapping]:
    """Newest first; `after`: (started_at, id) of the last run of the page before."""
    at, run_id = after or (None, None)
    return await session.all(
        _select(
            "where (cast(:source as text) is null or r.source_id = :source) "
            "and (cast(:state as text) is null or r.state = :state) "
            "and (cast(:at as timestamptz) is null or (r.started_at, r.id) < (cast(:at as timestamptz), cast(:id as text))) "
            "order by r.started_at desc, r.id desc limit :limit"
        ),
        {"source": source_id, "state": state, "limit": limit, "at": at, "id": run_id},
    )


async def find(session: ReadSession, run_id: str) -> RowMapping | None:
    return await session.first(_select("where r.id = :id"), {"id": run_id})


async def newest_of_periods(session: ReadSession, source_id: str) -> list[RowMapping]:
    """The newest run of each billing period of a source, newest run first."""
    return await session.all(
        _select(
            "where r.id in (select distinct on (billing_period) id from runs where source_id = :source "
            "order by billing_period, started_at desc, id desc) order by r.started_at desc, r.id desc"
        ),
        {"source": source_id},
    )


async def last_success_at(session: ReadSession, source_id: str) -> datetime | None:
    """When a run of the source last ended well: its delivery came in, or was in already."""
    found: datetime | None = await session.scalar(
        text(
            "select max(finished_at) from runs where source_id = :source "
            "and state in ('complete', 'overlapping', 'unchanged', 'superseded')"
        ),
        {"source": source_id},
    )
    return found


async def recent_speed(session: ReadSession, kind: str, limit: int) -> tuple[int, float]:
    """Bytes and seconds that the last deliveries of a kind of source took together; zeros when none has been read."""
    row = await session.first(
        text(
            "select coalesce(sum(bytes), 0) as bytes, coalesce(sum(took_s), 0) as took_s from ("
            "select r.bytes, extract(epoch from r.finished_at - r.started_at) as took_s "
            "from runs r join sources s on s.id = r.source_id where s.kind = :kind "
            "and r.state in ('complete', 'overlapping') and r.bytes > 0 order by r.finished_at desc limit :limit) recent"
        ),
        {"kind": kind, "limit": limit},
    )
    assert row is not None
    return int(row["bytes"]), float(row["took_s"])


async def of_job(session: ReadSession, job_id: str) -> list[RowMapping]:
    return await session.all(_select("where r.job_id = :job order by r.billing_period, r.started_at"), {"job": job_id})


async def add_quarantine(
    session: WriteSession, run_id: str, start_at: int, bad: Sequence[tuple[str, int, str, str]]
) -> None:
    """`bad`: (file, line, reason, content) of each row."""
    if bad:
        await session.execute(
            text(
                "insert into quarantine (run_id, n, file, line, reason, content) "
                "values (:run, :n, :file, :line, :reason, :content)"
            ),
            [
                {
                    "run": run_id,
                    "n": start_at + i,
                    "file": file,
                    "line": line,
                    "reason": _storable(reason),
                    "content": _storable(content),
                }
                for i, (file, line, reason, content) in enumerate(bad)
            ],
        )


def _storable(text: str) -> str:
    """PostgreSQL keeps every character but the zero byte."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


async def quarantine_page(session: ReadSession, run_id: str, limit: int, after: int) -> list[RowMapping]:
    return await session.all(
        text(
            "select n, file, line, reason, content from quarantine where run_id = :run and n > :after order by n limit :limit"
        ),
        {"run": run_id, "limit": limit, "after": after},
    )


async def quarantine_total(session: ReadSession, run_id: str) -> int:
    return int(await session.scalar(text("select count(*) from quarantine where run_id = :run"), {"run": run_id}))
