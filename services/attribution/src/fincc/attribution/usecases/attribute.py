"""The cost path through attribution: a raw part comes in, the same bytes with an owner stream go out.

Parts are held until there are enough of them to be attributed in one transaction, and forwarded after it. What is held
is in memory only: its messages are delivered again after a crash, and a reader drops a part that it has seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from fincc.attribution.domain.key_sums import KeySums
from fincc.attribution.domain.keys import encode_keys, encode_owners
from fincc.attribution.domain.owner_table import OwnerTable
from fincc.attribution.repository import costs, documents, key_sums
from fincc.attribution.repository.costs import PartRow
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.held import PARTS_AT_ONCE, Held, ReadPart, read_part
from fincc.common import outbox, tracing
from fincc.common.clock import to_us, today
from fincc.common.events.cost_pb2 import CostMessage, Seal, Snapshot
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.ids import derived_id
from fincc.common.key_attributes import NewKeys
from fincc.common.signals import ROWS
from fincc.common.slots import Ids, SlotIndex
from fincc.common.snapshots import Sums, Totals, add_totals, totals_to_wire

TOPIC = "enriched-cost"


async def is_outdated(context: Context, key: str, snapshot: Snapshot) -> bool:
    """Whether a newer version of the month was seen; notes this one as the newest otherwise."""
    if context.newest.get(key, 0) < snapshot.version:
        async with context.database.write() as session:
            if await costs.open_version(session, snapshot.source_id, snapshot.billing_period, snapshot.version):
                context.newest[key] = snapshot.version
    return context.newest.get(key, 0) != snapshot.version


async def take_part(context: Context, key: str, envelope: Envelope) -> bool:
    """Hold a part, or attribute it together with those that are held; whether nothing of its month is held now.

    Raises ControlMismatch when its sums are not what it says. The envelope is enriched in place and must not be used again.
    """
    snapshot = envelope.cost.snapshot
    held = context.held.get(key)
    if held is None or held.snapshot.version != snapshot.version:
        held = context.held[key] = Held(snapshot)
    part = read_part(envelope)
    held.parts[part.seq] = part
    if len(held.parts) < PARTS_AT_ONCE:
        return False
    await forward_held(context, key)
    return key not in context.held


async def forward_held(context: Context, key: str) -> None:
    """Attribute and forward what is held of a month."""
    held = context.held.get(key)
    if held is None:
        return
    parts = list(held.parts.values())
    tracing.link_to(part.taken_in for part in parts)
    async with context.book.lock:
        try:
            owner_ipcs, version = await _decide_and_store(context, held.snapshot, parts)
        except BaseException:
            context.book.forget()
            raise
    for part, owner_ipc in zip(parts, owner_ipcs, strict=True):
        enriched = part.envelope
        enriched.cost.part.batch.owner_ipc = owner_ipc
        enriched.cost.part.ownership_version = version
        await context.bus.publish(TOPIC, key, _address(context, enriched))
        ROWS.labels("attribution", "attributed").inc(part.batch.num_rows)
        if held.parts.get(part.seq) is part:  # a replayed dead letter may have come beside the bus
            del held.parts[part.seq]
    if not held.parts and context.held.get(key) is held:
        del context.held[key]


async def _decide_and_store(context: Context, snapshot: Snapshot, parts: Sequence[ReadPart]) -> tuple[list[bytes], int]:
    """Under the shared state row, so that no rule set is published between the decision and the storing of new keys."""
    book = context.book
    rows = [PartRow(p.seq, p.batch.num_rows, _to_json(p.totals)) for p in parts]
    async with context.database.write() as session:
        version = await documents.share_state(session)
        table = await book.refresh(session, version, today(context.clock))
        found, content, keys = await asyncio.to_thread(_find_keys, table, parts)
        if keys:
            await costs.add_keys(session, keys, content)
        await costs.upsert_parts(session, snapshot.source_id, snapshot.billing_period, snapshot.version, rows)
    sums = book.sums_of(snapshot)
    for part, numbers in zip(parts, found, strict=True):
        sums.add(part.seq, numbers, part.billed)
    return await asyncio.to_thread(_owner_ipcs, table, parts, found), version


def _find_keys(table: OwnerTable, parts: Sequence[ReadPart]) -> tuple[list[Ids], bytes, int]:
    """The numbers of the keys of each part; those that were never seen are learnt, and returned encoded with their number."""
    new, seen = NewKeys(), SlotIndex()
    found = [table.index.find(part.low, part.high) for part in parts]
    for part, numbers in zip(parts, found, strict=True):
        unknown = np.flatnonzero(numbers < 0)
        unknown = unknown[seen.find(part.low[unknown], part.high[unknown]) < 0]
        if len(unknown):
            seen.append(part.low[unknown], part.high[unknown])
            new.add(part.batch, part.key_codes, unknown, part.low[unknown], part.high[unknown])
    if not len(new):
        return found, b"", 0
    batch = new.batch()
    table.learn(batch)
    for part, numbers in zip(parts, found, strict=True):
        unknown = np.flatnonzero(numbers < 0)
        numbers[unknown] = table.index.find(part.low[unknown], part.high[unknown])
    return found, encode_keys(batch), len(new)


def _owner_ipcs(table: OwnerTable, parts: Sequence[ReadPart], found: Sequence[Ids]) -> list[bytes]:
    owners = table.of_numbers(np.concatenate(found))
    ends = np.cumsum([len(numbers) for numbers in found])[:-1]
    return [
        encode_owners(table.columns.of(of_key, part.key_codes))
        for part, of_key in zip(parts, np.split(owners, ends), strict=True)
    ]


def _to_json(totals: Totals) -> dict[str, list[str]]:
    return {c: [f"{s.billed:f}", f"{s.effective:f}"] for c, s in totals.items()}


async def forward_seal(context: Context, key: str, snapshot: Snapshot, seal: Seal) -> None:
    """All parts are out: the ledger row is the sum of what was decoded part by part."""
    await forward_held(context, key)
    sums = context.book.pop_sums(snapshot)
    if sums is not None and sums.parts == set(range(seal.parts)):  # else a worker before this one has seen some of them
        await asyncio.to_thread(_store_sums, context, snapshot, sums)
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
    await forward(context, key, CostMessage(snapshot=snapshot, seal=seal))


def _store_sums(context: Context, snapshot: Snapshot, sums: KeySums) -> None:
    at = (snapshot.source_id, snapshot.billing_period, snapshot.version)
    key_sums.write(context.objects, *at, sums.batches())
    key_sums.delete_others(context.objects, *at)


async def forward_count(context: Context, key: str, message: CostMessage) -> None:
    await forward_held(context, key)
    async with context.database.write() as session:
        await costs.set_counted(
            session, message.snapshot.source_id, message.snapshot.billing_period, message.count.counted
        )
    await forward(context, key, message)


async def forward_abort(context: Context, key: str, message: CostMessage) -> None:
    """What is held of the version is of no use to anybody any more."""
    context.held.pop(key, None)
    context.book.pop_sums(message.snapshot)
    await forward(context, key, message)


async def forward(context: Context, key: str, message: CostMessage) -> None:
    await context.bus.publish(TOPIC, key, _address(context, Envelope(cost=message)))


def _address(context: Context, envelope: Envelope) -> Envelope:
    """The same message as one of ours."""
    cost = envelope.cost
    snapshot, body = cost.snapshot, cost.WhichOneof("body")
    seq = cost.part.seq if body == "part" else ""
    envelope.id = derived_id(TOPIC, snapshot.source_id, snapshot.billing_period, snapshot.version, body, seq)
    envelope.producer = "attribution"
    envelope.at_us = to_us(context.clock.now())
    return envelope
