"""The dearest resources of the bills that are in: one pass over the columns of the archive, with bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fincc.common.archive import Archive
from fincc.common.batches import codes
from fincc.common.focus import MONEY
from fincc.common.objects import ObjectStore
from fincc.common.period import BillingPeriod, Days
from fincc.ingestion.connectors.metrics import BilledResource
from fincc.ingestion.repository import snapshots
from fincc.ingestion.usecases.context import Context

DAYS = 30
MOST_GROUPS = (
    200_000  # resources in memory; beyond that the cheaper half is forgotten, far below any that is asked about
)

Knows = Callable[[pa.Array], pa.Array]
"""Which of some ids are those of resources to look for, as booleans."""

_IDS = ("ResourceId", "SubAccountId", "RegionId")
_COLUMNS = (*_IDS, "EffectiveCost", "ChargePeriodStart")


async def dearest_resources(context: Context, knows: Knows) -> list[BilledResource]:
    """Resources that `knows` accepts, by their cost in the last 30 days of the counted bills, dearest first; empty when
    no bill is in. Billing periods are those of the archive, days those of the records."""
    async with context.database.read() as session:
        rows = await snapshots.list_sealed(session)
    counted = [(r["source_id"], r["billing_period"], r["version"]) for r in rows if r["counted"] and r["rows"]]
    today = context.clock.now().date()
    return await asyncio.to_thread(_dearest, context.objects, counted, today, knows)


def _dearest(
    objects: ObjectStore, bills: list[tuple[str, str, int]], today: date, knows: Knows
) -> list[BilledResource]:
    archive = Archive(objects)
    newest = sorted({period for _, period, _ in bills if period <= str(BillingPeriod.of(today))})[-1:]
    ends = [archive.last_day(*bill) for bill in bills if bill[1] in newest]
    last = max((min(day, today) for day in ends if day is not None), default=None)
    if last is None:
        return []
    days = Days.ending_at(last, DAYS)
    empty = pa.table({name: pa.array([], pa.string()) for name in _IDS} | {"cost": pa.array([], MONEY)})
    sums, waiting, rows = empty, list[pa.Table](), 0
    for bill in bills:
        if BillingPeriod.parse(bill[1]).end > days.start:
            for piece in _pieces(archive, bill, days, knows):
                waiting.append(piece)
                rows += piece.num_rows
                if rows >= MOST_GROUPS:  # summing up often would go through all groups again and again
                    sums, waiting, rows = _added(sums, waiting), [], 0
    return _merged(_added(sums, waiting))


def _pieces(archive: Archive, bill: tuple[str, str, int], days: Days, knows: Knows) -> Iterator[pa.Table]:
    for batch in archive.records(*bill, days, _COLUMNS):
        if "ResourceId" not in batch.schema.names:
            continue
        resources = batch.column("ResourceId")
        known = np.append(knows(resources.dictionary).to_numpy(zero_copy_only=False), False)
        kept = batch.filter(pa.array(known[codes(resources)]))
        if kept.num_rows:
            texts = {
                name: pc.fill_null(kept.column(name).cast(pa.string()), "")
                if name in kept.schema.names
                else pa.array([""] * kept.num_rows)
                for name in _IDS
            }
            yield pa.table(texts | {"cost": kept.column("EffectiveCost")})


def _added(sums: pa.Table, pieces: list[pa.Table]) -> pa.Table:
    whole = pa.concat_tables([sums, *pieces]).group_by(_IDS, use_threads=False).aggregate([("cost", "sum")])
    whole = whole.rename_columns([*_IDS, "cost"])
    if whole.num_rows > MOST_GROUPS:
        whole = whole.take(pc.select_k_unstable(whole, MOST_GROUPS // 2, [("cost", "descending")]))
    return whole


def _merged(sums: pa.Table) -> list[BilledResource]:
    """A resource whose rows name more than one place, or none in some, is in the one where it costs most."""
    found: dict[str, BilledResource] = {}
    for row in sums.sort_by([("cost", "descending"), ("ResourceId", "ascending")]).to_pylist():
        before = found.get(row["ResourceId"])
        found[row["ResourceId"]] = BilledResource(
            row["ResourceId"],
            (before and before.sub_account_id) or row["SubAccountId"],
            (before and before.region_id) or row["RegionId"],
            (before.cost if before else Decimal(0)) + row["cost"],
        )
    return sorted(found.values(), key=lambda r: (-r.cost, r.resource_id))
