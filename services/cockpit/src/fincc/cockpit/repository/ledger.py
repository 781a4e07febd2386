"""The ledger: what each hop has seen of each version of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import orjson
from sqlalchemy import text

from fincc.common.clock import from_us
from fincc.common.db import ReadSession, WriteSession
from fincc.common.events.cost_pb2 import Seal, Snapshot
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.snapshots import totals_from_wire

KEEP_VERSIONS = 3


@dataclass(frozen=True)
class LedgerEntry:
    source_id: str
    billing_period: str
    version: int
    hop: str
    source_name: str
    status: str
    rows: int
    totals: dict[str, Decimal]
    """Currency → billed."""
    seal: Seal | None
    at: datetime


def from_wire(row: LedgerRow) -> LedgerEntry:
    totals = {c: s.billed for c, s in totals_from_wire(list(row.totals)).items()}
    return _entry(
        row.snapshot,
        row.hop,
        row.status,
        row.rows,
        totals,
        row.seal if row.HasField("seal") else None,
        from_us(row.at_us),
    )


def own(snapshot: Snapshot, seal: Seal, now: datetime) -> LedgerEntry:
    """Our own row of an applied snapshot."""
    totals = {c: s.billed for c, s in totals_from_wire(list(seal.totals)).items()}
    status = "sealed" if seal.parts else "purged"
    return _entry(snapshot, "cockpit", status, seal.rows, totals, seal, now)


def _entry(
    snapshot: Snapshot, hop: str, status: str, rows: int, totals: dict[str, Decimal], seal: Seal | None, at: datetime
) -> LedgerEntry:
    return LedgerEntry(
        snapshot.source_id,
        snapshot.billing_period,
        snapshot.version,
        hop,
        snapshot.source_name,
        status,
        rows,
        totals,
        seal,
        at,
    )


async def put(session: WriteSession, entry: LedgerEntry) -> bool:
    """Store a row unless a later one is there; returns whether it was stored. Rows of long superseded versions are deleted."""
    stored = await session.scalar(
        text(
            "insert into ledger as l (source_id, billing_period, version, hop, source_name, status, rows, totals, seal, at) "
            "values (:source, :period, :version, :hop, :name, :status, :rows, cast(:totals as jsonb), :seal, :at) "
            "on conflict (source_id, billing_period, version, hop) do update set source_name = excluded.source_name, "
            "status = excluded.status, rows = excluded.rows, totals = excluded.totals, "
            "seal = coalesce(excluded.seal, l.seal), at = excluded.at where excluded.at > l.at returning version"
        ),
        {
            "source": entry.source_id,
            "period": entry.billing_period,
            "version": entry.version,
            "hop": entry.hop,
            "name": entry.source_name,
            "status": entry.status,
            "rows": entry.rows,
            "totals": orjson.dumps({c: f"{v:f}" for c, v in entry.totals.items()}).decode(),
            "seal": entry.seal.SerializeToString() if entry.seal is not None else None,
            "at": entry.at,
        },
    )
    if stored:
        await session.execute(
            text(
                "delete from ledger where source_id = :source and billing_period = :period and version < (select min(version) "
                "from (select distinct version from ledger where source_id = :source and billing_period = :period "
                "order by version desc limit :keep) newest) and version < (select version from snapshots "
                "where source_id = :source and billing_period = :period)"
            ),
            {"source": entry.source_id, "period": entry.billing_period, "keep": KEEP_VERSIONS},
        )
    return stored is not None


async def list_entries(session: ReadSession) -> list[LedgerEntry]:
    rows = await session.all(
        text(
            "select source_id, billing_period, version, hop, source_name, status, rows, totals, seal, at from ledger "
            "order by billing_period desc, source_id, version desc, hop"
        )
    )
    return [
        LedgerEntry(
            r["source_id"],
            r["billing_period"],
            r["version"],
            r["hop"],
            r["source_name"],
            r["status"],
            r["rows"],
            {c: Decimal(v) for c, v in r["totals"].items()},
            Seal.FromString(r["seal"]) if r["seal"] is not None else None,
            r["at"],
        )
        for r in rows
    ]
