"""The cost path through attribution: a raw part comes in, the same bytes with an owner stream go out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain.keys import columns_to_read, encode_keys, key_attributes, owner_columns
from fincc.attribution.repository import costs, documents
from fincc.attribution.usecases.context import Context
from fincc.common import batches, outbox
from fincc.common.clock import to_us, today
from fincc.common.events.cost_pb2 import CostMessage, Part, Seal, Snapshot
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.focus import KEY_COLUMN
from fincc.common.ids import derived_id
from fincc.common.snapshots import ControlMismatch, Sums, add_totals, totals_from_wire, totals_of, totals_to_wire

TOPIC = "enriched-cost"
_COSTS = ("BillingCurrency", "BilledCost", "EffectiveCost")


@dataclass(frozen=True)
class _Decoded:
    keys: pa.Array  # binary(16), distinct
    key_codes: npt.NDArray[np.int32]  # per row
    rows: int
    totals: dict[str, Sums]


async def is_outdated(context: Context, key: str, snapshot: Snapshot) -> bool:
    """Whether a newer version of the month was seen; notes this one as the newest otherwise."""
    if context.newest.get(key, 0) < snapshot.version:
        async with context.database.write() as session:
            if await costs.open_version(session, snapshot.source_id, snapshot.billing_period, snapshot.version):
                context.newest[key] = snapshot.version
    return context.newest.get(key, 0) != snapshot.version


async def attribute_part(context: Context, key: str, snapshot: Snapshot, part: Part) -> None:
    """Decide the owner of every record of a part and forward it. Raises ControlMismatch when its sums are not what it says."""
    decoded = await asyncio.to_thread(_decode, part)
    claimed = totals_from_wire(list(part.totals))
    if decoded.totals != claimed or decoded.rows != part.rows:
        raise ControlMismatch(f"part {part.seq}: its rows do not sum to what its header says")
    async with context.book.lock:
        try:
            owner_ipc, version = await _decide_and_store(context, snapshot, part, decoded)
        except BaseException:
            context.book.forget()
            raise
    enriched = Part(seq=part.seq, rows=part.rows, totals=part.totals, batch=part.batch, ownership_version=version)
    enriched.batch.owner_ipc = owner_ipc
    await context.bus.publish(TOPIC, key, _envelope(context, CostMessage(snapshot=snapshot, part=enriched)))


async def _decide_and_store(context: Context, snapshot: Snapshot, part: Part, decoded: _Decoded) -> tuple[bytes, int]:
    """Under the shared state row, so that no rule set is published between the decision and the storing of new keys."""
    book = context.book
    async with context.database.write() as session:
        version = await documents.share_state(session)
        table = await book.refresh(session, version, today(context.clock))
        owners = table.find(decoded.keys)
        unknown = np.flatnonzero(owners < 0)
        if len(unknown):
            new = await asyncio.to_thread(_new_keys, part, unknown)
            await asyncio.to_thread(table.learn, new)
            await costs.add_keys(session, new.num_rows, encode_keys(new))
            owners = table.find(decoded.keys)
        totals = {c: [f"{s.billed:f}", f"{s.effective:f}"] for c, s in decoded.totals.items()}
        await costs.upsert_part(
            session, snapshot.source_id, snapshot.billing_period, snapshot.version, part.seq, decoded.rows, totals
        )
        outcomes = table.owners().outcomes
    owner_ipc = await asyncio.to_thread(lambda: batches.encode(owner_columns(outcomes, owners[decoded.key_codes])))
    return owner_ipc, version


def _decode(part: Part) -> _Decoded:
    batch = batches.decode(part.batch.focus_ipc, (KEY_COLUMN, *_COSTS))
    column = batch.column(KEY_COLUMN)
    return _Decoded(column.dictionary, batches.codes(column), batch.num_rows, totals_of(batch))


def _new_keys(part: Part, unknown: npt.NDArray[np.intp]) -> pa.RecordBatch:
    data = part.batch.focus_ipc
    return key_attributes(batches.decode(data, columns_to_read(batches.names(data))), unknown)


async def forward_seal(context: Context, key: str, snapshot: Snapshot, seal: Seal) -> None:
    """All parts are out: the ledger row is the sum of what was decoded part by part."""
    async with context.database.write() as session:
        rows = await costs.parts_of(session, snapshot.source_id, snapshot.billing_period, snapshot.version)
        await costs.seal(session, snapshot.source_id, snapshot.billing_period, snapshot.version, seal.counted)
        totals: dict[str, Sums] = {}
        for row in rows:
            add_totals(totals, {c: Sums(*map(Decimal, pair)) for c, pair in row["totals"].items()})
        ledger = LedgerRow(
            snapshot=snapshot,
            hop="enriched",
            status="sealed",
            rows=sum(r["rows"] for r in rows),
            totals=totals_to_wire(totals),
            at_us=to_us(context.clock.now()),
        )
        envelope = Envelope(
            id=derived_id("cost-ledger", "enriched", key, snapshot.version),
            producer="attribution",
            at_us=to_us(context.clock.now()),
            ledger=ledger,
        )
        await outbox.enqueue(session, "cost-ledger", f"enriched|{key}", envelope)
    await context.bus.publish(TOPIC, key, _envelope(context, CostMessage(snapshot=snapshot, seal=seal)))


async def forward_count(context: Context, key: str, message: CostMessage) -> None:
    async with context.database.write() as session:
        await costs.set_counted(
            session, message.snapshot.source_id, message.snapshot.billing_period, message.count.counted
        )
    await forward(context, key, message)


async def forward(context: Context, key: str, message: CostMessage) -> None:
    await context.bus.publish(TOPIC, key, _envelope(context, message))


def _envelope(context: Context, message: CostMessage) -> Envelope:
    snapshot, body = message.snapshot, message.WhichOneof("body")
    seq = message.part.seq if body == "part" else ""
    return Envelope(
        id=derived_id(TOPIC, snapshot.source_id, snapshot.billing_period, snapshot.version, body, seq),
        producer="attribution",
        at_us=to_us(context.clock.now()),
        cost=message,
    )
