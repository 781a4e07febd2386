"""A day of metrics of one account on its way out: fetched just now, again from what is kept, or as nothing."""

from __future__ import annotations

import asyncio
from datetime import date

import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.common.batches import cut, encode
from fincc.common.clock import to_us
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.events.metric_pb2 import MetricMessage
from fincc.common.ids import derived_id
from fincc.common.metrics import SCHEMA, SCHEMA_ID
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.metric_store import MetricStore

TOPIC = "metrics"
PART_ROWS = 30_000  # even values that do not compress stay below the limit of a message
NO_POINTS = pa.RecordBatch.from_pylist([], SCHEMA)


async def publish_day(
    context: Context, source: RowMapping, account: str, day: date, version: int, batch: pa.RecordBatch
) -> None:
    """One day of one account, in parts; returns when it is safe."""
    key, parts = f"{source['id']}|{account}", max(1, -(-batch.num_rows // PART_ROWS))
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    for seq in range(parts):
        rows = min(PART_ROWS, batch.num_rows - seq * PART_ROWS)
        part = cut(columns, seq * PART_ROWS, rows) if rows else NO_POINTS
        message = MetricMessage(
            source_id=source["id"],
            source_name=source["name"],
            sub_account_id=account,
            day=day.isoformat(),
            version=version,
            seq=seq,
            parts=parts,
            rows=rows,
            metric_ipc=encode(part),
            schema_id=SCHEMA_ID,
        )
        envelope = Envelope(
            id=derived_id(TOPIC, source["id"], account, day, version, seq),
            producer="ingestion",
            at_us=to_us(context.clock.now()),
            metric=message,
        )
        await context.bus.publish(TOPIC, key, envelope)
    await context.bus.flush(key)


async def republish_metrics(context: Context, source: RowMapping, period: str | None) -> int:
    """Publish what is kept again, under the versions it had; returns how many days of accounts."""
    store = MetricStore(context.objects)
    found = [
        (day, account)
        for day, account in await asyncio.to_thread(store.days, source["id"])
        if period is None or f"{day:%Y-%m}" == period
    ]
    for day, account in found:
        version, batch = await asyncio.to_thread(store.read, source["id"], day, account)
        await publish_day(context, source, account, day, version, batch)
    return len(found)


async def purge_metrics(context: Context, source: RowMapping) -> None:
    """Readers get an empty day for each that is kept; then the folder goes."""
    store = MetricStore(context.objects)
    for day, account in await asyncio.to_thread(store.days, source["id"]):
        await publish_day(context, source, account, day, to_us(context.clock.now()), NO_POINTS)
    await asyncio.to_thread(store.forget, source["id"])
