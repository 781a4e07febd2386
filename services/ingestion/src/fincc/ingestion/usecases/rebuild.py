"""Publishing again from the archive, and publishing that nothing is left."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from sqlalchemy.engine import RowMapping

from fincc.common import outbox
from fincc.common.archive import Archive
from fincc.common.batches import decode
from fincc.common.clock import from_us, to_us
from fincc.common.events.cost_pb2 import CostMessage, Seal
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.ingestion.domain.deliveries import next_version
from fincc.ingestion.domain.parts import EncodedPart
from fincc.ingestion.repository import snapshots, sources
from fincc.ingestion.usecases.context import Context, cost_envelope, key_of, ledger_envelope, snapshot_of
from fincc.ingestion.usecases.period import period_held, prune_archive
from fincc.ingestion.usecases.publish import TOPIC, Publication, SealFacts
from fincc.ingestion.usecases.publish_metrics import purge_metrics


class CannotRebuild(Exception):
    """A period has no archive; it has to be ingested again."""


async def rebuild_source(context: Context, source: RowMapping, period: str | None) -> int:
    """Publish the accepted deliveries of a source again under new versions; returns how many."""
    async with context.database.read() as session:
        rows = await snapshots.list_sealed(session, source["id"], period)
    for row in rows:
        await _republish(context, source, row)
    return len(rows)


async def _republish(context: Context, source: RowMapping, row: RowMapping) -> None:
    period, archive = row["billing_period"], Archive(context.objects)
    if not await asyncio.to_thread(archive.exists, source["id"], period, row["version"]):
        raise CannotRebuild(
            f"{source['name']} {period}: the archive of version {row['version']} is gone; run `fincc ingest` again"
        )
    async with period_held(context, source, period) as lease:
        if lease is None:
            raise TimeoutError(f"{source['name']} {period} is being ingested; the rebuild follows when that is done")
        async with context.database.read() as session:
            last = await snapshots.last_version(session, source["id"], period)
        snapshot = snapshot_of(source["id"], source["name"], period, next_version(last, to_us(context.clock.now())))
        publication = await Publication.open(context, snapshot, lease, row["token"], None, row["delivered_at"])
        parts = archive.parts(source["id"], period, row["version"])
        while (found := await asyncio.to_thread(next, parts, None)) is not None:
            data = found[1].to_pybytes()
            await publication.send(await asyncio.to_thread(_part_of, data))
        await publication.seal(_facts_of(Seal.FromString(row["seal"])))
        await prune_archive(context, source["id"], period)


def _part_of(data: bytes) -> EncodedPart:
    return EncodedPart.of(data, decode(data))


def _facts_of(seal: Seal) -> SealFacts:
    return SealFacts(
        rows_read=seal.rows_read,
        rows_quarantined=seal.rows_quarantined,
        source_billed={a.currency: Decimal(a.amount) for a in seal.source_billed},
        quarantined_billed={a.currency: Decimal(a.amount) for a in seal.quarantined_billed},
        quarantined_is_known=seal.quarantined_is_known,
        billed_basis=seal.billed_basis,
        delivered_at=from_us(seal.delivered_at_us),
        is_closed=seal.is_closed,
        restated_by={a.currency: Decimal(a.amount) for a in seal.restated_by},
    )


async def purge_source(context: Context, source: RowMapping) -> int:
    """An empty sealed snapshot for each period, an empty day for each of metrics: readers swap in nothing. Returns how many
    periods."""
    async with context.database.read() as session:
        rows = await snapshots.list_sealed(session, source["id"])
    for row in rows:
        async with period_held(context, source, row["billing_period"]) as lease:
            if lease is None:
                raise TimeoutError(
                    f"{source['name']} {row['billing_period']} is being ingested; it is purged afterwards"
                )
            await _purge(context, source, row)
    await asyncio.to_thread(context.objects.delete_folder, f"ingestion/archive/{source['id']}")
    await purge_metrics(context, source)
    async with context.database.write() as session:
        await sources.mark_removed(session, source["id"], context.clock.now())
    return len(rows)


async def _purge(context: Context, source: RowMapping, row: RowMapping) -> None:
    period, key = row["billing_period"], key_of(source["id"], row["billing_period"])
    async with context.database.read() as session:
        last = await snapshots.last_version(session, source["id"], period)
    now_us = to_us(context.clock.now())
    snapshot = snapshot_of(source["id"], source["name"], period, next_version(last, now_us))
    seal = Seal(delivered_at_us=now_us, quarantined_is_known=True, counted=False)
    await context.bus.publish(TOPIC, key, cost_envelope(context.clock, CostMessage(snapshot=snapshot, seal=seal)))
    await context.bus.flush(key)
    async with context.database.write() as session:
        await snapshots.insert_open(
            session, source["id"], period, snapshot.version, "purged", None, context.clock.now()
        )
        await snapshots.set_state(session, source["id"], period, snapshot.version, "purged")
        await snapshots.set_state(session, source["id"], period, row["version"], "superseded")
        await snapshots.release_counting(session, source["id"], period)
        ledger = LedgerRow(snapshot=snapshot, hop="raw", status="purged", at_us=now_us, seal=seal)
        await outbox.enqueue(session, "cost-ledger", f"raw|{key}", ledger_envelope(context.clock, ledger))
