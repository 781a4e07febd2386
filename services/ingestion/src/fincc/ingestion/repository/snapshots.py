"""SQL over snapshots and over which source counts for a billing account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession


async def last_version(session: ReadSession, source_id: str, period: str) -> int:
    found = await session.scalar(
        text("select max(version) from snapshots where source_id = :source and billing_period = :period"),
        {"source": source_id, "period": period},
    )
    return found or 0


async def find_sealed(session: ReadSession, source_id: str, period: str) -> RowMapping | None:
    return await session.first(
        text("select * from snapshots where source_id = :source and billing_period = :period and state = 'sealed'"),
        {"source": source_id, "period": period},
    )


async def list_open(session: ReadSession, source_id: str, period: str) -> list[RowMapping]:
    return await session.all(
        text(
            "select * from snapshots where source_id = :source and billing_period = :period and state = 'open' order by version"
        ),
        {"source": source_id, "period": period},
    )


async def insert_open(
    session: WriteSession,
    source_id: str,
    period: str,
    version: int,
    token: str,
    run_id: str | None,
    delivered_at: datetime,
) -> None:
    await session.execute(
        text(
            "insert into snapshots (source_id, billing_period, version, token, state, run_id, delivered_at) "
            "values (:source, :period, :version, :token, 'open', :run, :delivered)"
        ),
        {
            "source": source_id,
            "period": period,
            "version": version,
            "token": token,
            "run": run_id,
            "delivered": delivered_at,
        },
    )


async def set_state(session: WriteSession, source_id: str, period: str, version: int, state: str) -> None:
    await session.execute(
        text(
            "update snapshots set state = :state where source_id = :source and billing_period = :period and version = :version"
        ),
        {"source": source_id, "period": period, "version": version, "state": state},
    )


async def seal(
    session: WriteSession,
    source_id: str,
    period: str,
    version: int,
    *,
    seal: bytes,
    accounts: list[str],
    rows: int,
    is_closed: bool,
    counted: bool,
    archived: bool,
) -> None:
    """Make the open version the accepted one; the one before becomes superseded."""
    key = {"source": source_id, "period": period, "version": version}
    await session.execute(
        text(
            "update snapshots set state = 'superseded' "
            "where source_id = :source and billing_period = :period and state = 'sealed' and version < :version"
        ),
        key,
    )
    await session.execute(
        text(
            "update snapshots set state = 'sealed', seal = :seal, accounts = :accounts, rows = :rows, is_closed = :closed, "
            "counted = :counted, archived = :archived "
            "where source_id = :source and billing_period = :period and version = :version"
        ),
        {
            **key,
            "seal": seal,
            "accounts": accounts,
            "rows": rows,
            "closed": is_closed,
            "counted": counted,
            "archived": archived,
        },
    )


async def outdated_archives(session: ReadSession, source_id: str, period: str) -> list[int]:
    """Archived versions older than the last superseded one."""
    rows = await session.all(
        text(
            "select version from snapshots where source_id = :source and billing_period = :period and archived "
            "and state = 'superseded' order by version desc offset 1"
        ),
        {"source": source_id, "period": period},
    )
    return [r["version"] for r in rows]


async def forget_archive(session: WriteSession, source_id: str, period: str, version: int) -> None:
    await session.execute(
        text(
            "update snapshots set archived = false where source_id = :source and billing_period = :period and version = :version"
        ),
        {"source": source_id, "period": period, "version": version},
    )


async def list_sealed(
    session: ReadSession, source_id: str | None = None, period: str | None = None
) -> list[RowMapping]:
    return await session.all(
        text(
            "select n.*, s.name as source from snapshots n join sources s on s.id = n.source_id where n.state = 'sealed' "
            "and (cast(:source as text) is null or n.source_id = :source) "
            "and (cast(:period as text) is null or n.billing_period = :period) order by s.name, n.source_id, n.billing_period"
        ),
        {"source": source_id, "period": period},
    )


async def set_counted(session: WriteSession, source_id: str, period: str, counted: bool) -> None:
    await session.execute(
        text(
            "update snapshots set counted = :counted where source_id = :source and billing_period = :period and state = 'sealed'"
        ),
        {"source": source_id, "period": period, "counted": counted},
    )


async def claim_counting(session: WriteSession, source_id: str, period: str, accounts: list[str]) -> dict[str, str]:
    """Claim the accounts of a period for this source where nobody counts yet; returns account → source of those others hold."""
    if not accounts:
        return {}
    await session.execute(
        text(
            "insert into counting (billing_account_id, billing_period, source_id) values (:account, :period, :source) "
            "on conflict (billing_account_id, billing_period) do nothing"
        ),
        [{"account": a, "period": period, "source": source_id} for a in sorted(accounts)],
    )
    rows = await session.all(
        text(
            "select billing_account_id, source_id from counting where billing_period = :period "
            "and billing_account_id = any(:accounts) and source_id <> :source"
        ),
        {"period": period, "accounts": accounts, "source": source_id},
    )
    return {r["billing_account_id"]: r["source_id"] for r in rows}


async def release_counting(session: WriteSession, source_id: str, period: str | None = None) -> None:
    await session.execute(
        text(
            "delete from counting where source_id = :source and (cast(:period as text) is null or billing_period = :period)"
        ),
        {"source": source_id, "period": period},
    )


async def take_counting(session: WriteSession, source_id: str, period: str, accounts: list[str]) -> list[str]:
    """Make this source count for the accounts; returns the sources that counted before."""
    rows = await session.all(
        text(
            "select distinct source_id from counting where billing_period = :period and billing_account_id = any(:accounts) "
            "and source_id <> :source"
        ),
        {"period": period, "accounts": accounts, "source": source_id},
    )
    others = [r["source_id"] for r in rows]
    for other in others:
        await release_counting(session, other, period)
    await claim_counting(session, source_id, period, accounts)
    return others
