"""One version of one (source, billing period) on its way out: open, parts, then Seal or Abort."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from fincc.common import leases, outbox
from fincc.common.archive import ArchiveWriter
from fincc.common.clock import to_us
from fincc.common.db import WriteSession
from fincc.common.events.cost_pb2 import Abort, Amount, CostBatch, CostMessage, Part, Seal, Snapshot
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.focus import SCHEMA_ID
from fincc.common.leases import Lease
from fincc.common.signals import ROWS
from fincc.common.snapshots import Sums, add_totals, totals_to_wire
from fincc.ingestion.domain.parts import EncodedPart
from fincc.ingestion.repository import runs, snapshots
from fincc.ingestion.usecases.context import Context, cost_envelope, key_of, ledger_envelope

TOPIC = "raw-cost"


class LeaseLost(Exception):
    """Another worker took over this period; this one must publish nothing more."""


@dataclass
class SealFacts:
    """What the Seal says besides what the publication counted itself."""

    rows_read: int
    rows_quarantined: int
    source_billed: dict[str, Decimal]
    quarantined_billed: dict[str, Decimal]
    quarantined_is_known: bool
    billed_basis: str
    delivered_at: datetime
    is_closed: bool
    restated_by: dict[str, Decimal] = field(default_factory=dict)


class Publication:
    """Sends parts and archives them as sent. After an error the caller aborts; a crash is aborted by whoever comes next."""

    def __init__(self, context: Context, snapshot: Snapshot, lease: Lease) -> None:
        self._context, self.snapshot, self._lease = context, snapshot, lease
        self.key = key_of(snapshot.source_id, snapshot.billing_period)
        self.parts, self.rows = 0, 0
        self.totals: dict[str, Sums] = {}
        self.accounts: set[str] = set()
        self._archive = ArchiveWriter(context.objects, snapshot.source_id, snapshot.billing_period, snapshot.version)

    @classmethod
    async def open(
        cls, context: Context, snapshot: Snapshot, lease: Lease, token: str, run_id: str | None, delivered_at: datetime
    ) -> Publication:
        async with context.database.write() as session:
            await snapshots.insert_open(
                session, snapshot.source_id, snapshot.billing_period, snapshot.version, token, run_id, delivered_at
            )
            if run_id is not None:
                await runs.set_version(session, run_id, snapshot.version)
            await _ledger(
                context,
                session,
                LedgerRow(snapshot=snapshot, hop="raw", status="open", at_us=to_us(context.clock.now())),
            )
        return cls(context, snapshot, lease)

    async def send(self, part: EncodedPart) -> None:
        await asyncio.to_thread(self._archive.append, self.parts, part.data, part.contents)
        message = CostMessage(
            snapshot=self.snapshot,
            part=Part(
                seq=self.parts,
                rows=part.contents.rows,
                totals=totals_to_wire(part.totals),
                batch=CostBatch(focus_ipc=part.data, schema_id=SCHEMA_ID),
            ),
        )
        await self._context.bus.publish(TOPIC, self.key, cost_envelope(self._context.clock, message))
        self.parts += 1
        self.rows += part.contents.rows
        add_totals(self.totals, part.totals)
        self.accounts.update(part.billing_accounts)

    async def seal(self, facts: SealFacts) -> bool:
        """Publish the Seal and return when the readers have it; returns whether the snapshot counts."""
        await asyncio.to_thread(self._archive.close)
        context, snapshot = self._context, self.snapshot
        async with context.database.write() as session:
            if not await leases.is_held(session, self._lease, context.clock.now()):
                raise LeaseLost(f"{self.key}: another worker holds the lease")
            others = await snapshots.claim_counting(
                session, snapshot.source_id, snapshot.billing_period, sorted(self.accounts)
            )
            if others:
                await snapshots.release_counting(session, snapshot.source_id, snapshot.billing_period)
        seal = self._seal(facts, counted=not others)
        await context.bus.publish(
            TOPIC, self.key, cost_envelope(context.clock, CostMessage(snapshot=snapshot, seal=seal))
        )
        await context.bus.flush(self.key)
        async with context.database.write() as session:
            await snapshots.seal(
                session,
                snapshot.source_id,
                snapshot.billing_period,
                snapshot.version,
                seal=seal.SerializeToString(),
                accounts=sorted(self.accounts),
                rows=self.rows,
                is_closed=facts.is_closed,
                counted=seal.counted,
                archived=True,
            )
            await _ledger(context, session, _sealed_row(snapshot, seal, to_us(context.clock.now())))
        ROWS.labels("ingestion", "ingested").inc(self.rows)
        ROWS.labels("ingestion", "quarantined").inc(facts.rows_quarantined)
        return seal.counted

    def _seal(self, facts: SealFacts, counted: bool) -> Seal:
        return Seal(
            parts=self.parts,
            rows=self.rows,
            totals=totals_to_wire(self.totals),
            rows_read=facts.rows_read,
            rows_quarantined=facts.rows_quarantined,
            source_billed=amounts(facts.source_billed),
            quarantined_billed=amounts(facts.quarantined_billed),
            quarantined_is_known=facts.quarantined_is_known,
            billed_basis=facts.billed_basis,
            counted=counted,
            delivered_at_us=to_us(facts.delivered_at),
            is_closed=facts.is_closed,
            restated_by=amounts(facts.restated_by),
        )

    async def drop_archive(self) -> None:
        """What is half written must not take the room that the next attempt needs."""
        await asyncio.to_thread(self._archive.discard)

    async def abort(self, reason: str) -> None:
        """Give the version up: its archive goes, readers drop what they have of it."""
        await self.drop_archive()
        await abort(self._context, self.snapshot, reason)


async def abort(context: Context, snapshot: Snapshot, reason: str) -> None:
    """Publish the Abort of an open version and remember it."""
    message = CostMessage(snapshot=snapshot, abort=Abort(reason=reason[:1000]))
    await context.bus.publish(
        TOPIC, key_of(snapshot.source_id, snapshot.billing_period), cost_envelope(context.clock, message)
    )
    async with context.database.write() as session:
        await snapshots.set_state(session, snapshot.source_id, snapshot.billing_period, snapshot.version, "aborted")
        row = LedgerRow(
            snapshot=snapshot, hop="raw", status="aborted", at_us=to_us(context.clock.now()), reason=reason[:1000]
        )
        await _ledger(context, session, row)


def amounts(values: dict[str, Decimal]) -> list[Amount]:
    return [Amount(currency=c, amount=f"{v:f}") for c, v in sorted(values.items())]


def _sealed_row(snapshot: Snapshot, seal: Seal, at_us: int) -> LedgerRow:
    return LedgerRow(
        snapshot=snapshot, hop="raw", status="sealed", rows=seal.rows, totals=seal.totals, at_us=at_us, seal=seal
    )


async def _ledger(context: Context, session: WriteSession, row: LedgerRow) -> None:
    key = f"{row.hop}|{key_of(row.snapshot.source_id, row.snapshot.billing_period)}"
    await outbox.enqueue(session, "cost-ledger", key, ledger_envelope(context.clock, row))
