"""Keeping and judging the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby

from fincc.cockpit.domain.reconciliation import Delivery, HopRow, Verdict, judge
from fincc.cockpit.repository import ledger, state, stored_sums
from fincc.cockpit.repository.ledger import LedgerEntry
from fincc.cockpit.repository.state import SnapshotRow
from fincc.common.clock import Clock
from fincc.common.db import Database, ReadSession
from fincc.common.events.cost_pb2 import Seal
from fincc.common.events.ledger_pb2 import LedgerRow

Applied = Mapping[tuple[str, str], SnapshotRow]

_ACCEPTED = ("sealed", "purged")


async def note(database: Database, clock: Clock, row: LedgerRow) -> None:
    """Store what another hop says; answers name what is pending, so they are built anew."""
    async with database.write() as session:
        await state.lock_state(session)
        if await ledger.put(session, ledger.from_wire(row)):
            await state.bump(session, clock.now(), refreshed=False)


async def reconcile(session: ReadSession) -> list[Verdict]:
    """Every delivery in every currency; the cockpit's amounts are summed over the stored roll-up rows here and now, and
    so are the tables derived from them."""
    snapshots = {s.key: s for s in await state.list_snapshots(session)}
    sets = [s.set_id for s in snapshots.values() if s.set_id is not None]
    sums = await stored_sums.of_rollup(session, sets)
    tables = await stored_sums.differing_tables(session, sums, sets)
    days = await stored_sums.differing_days(session)
    out = []
    for delivery, hops in deliveries(await ledger.list_entries(session), snapshots):
        applied = snapshots.get((delivery.source_id, delivery.billing_period))
        differing: dict[str, str] = {}
        if "cockpit" in hops and applied is not None:
            stored = {currency: billed for (set_id, currency), (billed, *_) in sums.items() if set_id == applied.set_id}
            hops["cockpit"] = HopRow("cockpit", True, applied.swapped_at, stored)
            differing = {currency: "team_prefix" for currency, day in days if _covers(applied, day)}
            differing |= {currency: table for (set_id, currency), table in tables.items() if set_id == applied.set_id}
        out += judge(delivery, hops, differing)
    return out


def _covers(snapshot: SnapshotRow, day: date) -> bool:
    first, last = snapshot.first_day, snapshot.last_day
    return snapshot.counted and first is not None and last is not None and first <= day <= last


def deliveries(entries: Iterable[LedgerEntry], applied: Applied) -> Iterator[tuple[Delivery, dict[str, HopRow]]]:
    """The newest accepted version of each (source, period), or the one being read when none was accepted yet; an empty
    one, which takes the period away, for as long as the period is still shown.

    `entries` come newest version first within a period, as the repository lists them.
    """
    for key, of_period in groupby(entries, key=lambda e: (e.source_id, e.billing_period)):
        shown = applied.get(key)
        versions = [{e.hop: e for e in rows} for _, rows in groupby(of_period, key=lambda e: e.version)]
        accepted = next((v for v in versions if _seal(v) is not None), None)
        if accepted is not None:
            seal = _seal(accepted)
            assert seal is not None
            if seal.parts or (shown is not None and shown.set_id is not None):
                yield _delivery(accepted, seal, shown), _hops(accepted, shown)
        elif "raw" in versions[0] and versions[0]["raw"].status == "open":
            raw = versions[0]["raw"]
            yield Delivery(raw.source_id, raw.source_name, raw.billing_period, raw.version, raw.at, True), {}


def _seal(version: Mapping[str, LedgerEntry]) -> Seal | None:
    """What ingestion says, in its own words or as it reached us."""
    for hop in ("raw", "cockpit"):
        if hop in version and version[hop].seal is not None and version[hop].status in _ACCEPTED:
            return version[hop].seal
    return None


def _delivery(version: Mapping[str, LedgerEntry], seal: Seal, applied: SnapshotRow | None) -> Delivery:
    entry = version.get("raw") or version["cockpit"]
    counts_as_shown = applied is not None and (applied.version == entry.version or not seal.parts)
    return Delivery(
        entry.source_id,
        entry.source_name,
        entry.billing_period,
        entry.version,
        entry.at,
        applied.counted if applied is not None and counts_as_shown else seal.counted,
        seal.billed_basis,
        seal.rows_read,
        seal.rows_quarantined,
        seal.rows,
        {a.currency: Decimal(a.amount) for a in seal.source_billed},
        {a.currency: Decimal(a.amount) for a in seal.quarantined_billed} if seal.quarantined_is_known else None,
    )


def _hops(version: Mapping[str, LedgerEntry], applied: SnapshotRow | None) -> dict[str, HopRow]:
    """Once we have a version, its totals as they reached us stand in for a row of the ledger that is still on its way."""
    out = {h: HopRow(h, e.status in _ACCEPTED, e.at, e.totals) for h, e in version.items() if h != "cockpit"}
    own = version.get("cockpit")
    if own is not None and applied is not None and applied.version == own.version:
        out["cockpit"] = HopRow("cockpit", True, own.at, own.totals)
        for hop in ("raw", "enriched"):
            if hop not in out or not out[hop].is_sealed:
                out[hop] = HopRow(hop, True, own.at, own.totals)
    return out
