"""What a change of the documents moves between teams, in money, over the newest billing periods."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.moves import Move, list_moves
from fincc.attribution.domain.owner_table import OwnerTable
from fincc.attribution.repository import costs
from fincc.attribution.usecases.book import Documents, decide
from fincc.attribution.usecases.context import Context
from fincc.common import batches, money
from fincc.common.archive import Archive
from fincc.common.clock import today
from fincc.common.focus import KEY_COLUMN
from fincc.common.money import Lanes

UNATTRIBUTABLE = "Unattributable"


@dataclass(frozen=True)
class Moved:
    """`missing`: periods whose records are no longer in the archive, so that nothing can be said of them."""

    periods: list[str]
    missing: list[str]
    moves: list[tuple[str, Move]]  # (currency, move)
    before: dict[str, Decimal]  # currency → Unattributable
    after: dict[str, Decimal]


async def compare(context: Context, old: Documents, new: Documents, periods: int, metric: str = "BilledCost") -> Moved:
    """Owners under `old` against owners under `new`, weighted with the exact costs of each key."""
    async with context.database.read() as session:
        snapshots = await costs.counted_snapshots(session, periods)
        contents = [row["content"] for row in await costs.key_batches(session)]
    return await asyncio.to_thread(_compare, context, old, new, snapshots, contents, metric)


def _compare(
    context: Context,
    old: Documents,
    new: Documents,
    snapshots: Sequence[RowMapping],
    contents: list[bytes],
    metric: str,
) -> Moved:
    day = today(context.clock)
    tables = [decide(found, contents, day) for found in (old, new)]
    before, after = (table.owners() for table in tables)
    sums, missing = _sum_by_key(Archive(context.objects), snapshots, tables[0], metric)
    moved = Moved(sorted({s["billing_period"] for s in snapshots}, reverse=True), missing, [], {}, {})
    for currency, lanes in sorted(sums.items()):
        moved.moves.extend((currency, move) for move in list_moves(before, after, lanes))
        moved.before[currency], moved.after[currency] = _unattributable(before, lanes), _unattributable(after, lanes)
    return moved


def _sum_by_key(
    archive: Archive, snapshots: Sequence[RowMapping], table: OwnerTable, metric: str
) -> tuple[dict[str, Lanes], list[str]]:
    """Exact cost per key and currency, read from the archive; and the periods it no longer holds."""
    sums: dict[str, Lanes] = {}
    missing = []
    for snapshot in snapshots:
        at = (snapshot["source_id"], snapshot["billing_period"], snapshot["version"])
        if not archive.exists(*at):
            missing.append(snapshot["billing_period"])
            continue
        for _, data in archive.parts(*at):
            _add_part(sums, batches.decode(data, (KEY_COLUMN, "BillingCurrency", metric)), table, metric)
    return sums, missing


def _add_part(sums: dict[str, Lanes], batch: pa.RecordBatch, table: OwnerTable, metric: str) -> None:
    keys, currency = batch.column(KEY_COLUMN), batch.column("BillingCurrency")
    numbers = table.number(keys.dictionary)
    if (numbers < 0).any():
        raise LookupError(
            "the archive holds an attribution key that was never attributed; run `fincc rebuild attribution`"
        )
    key_codes, currency_codes, lanes = batches.codes(keys), batches.codes(currency), money.lanes(batch.column(metric))
    for code, name in enumerate(currency.dictionary.to_pylist()):
        chosen = currency_codes == code
        found = money.group_sum(key_codes[chosen], len(numbers), Lanes(lanes.hi[chosen], lanes.lo[chosen]))
        total = sums.setdefault(name, Lanes.zeros(len(table)))
        total.hi[numbers] += found.hi
        total.lo[numbers] += found.lo


def _unattributable(owners: Owners, lanes: Lanes) -> Decimal:
    unowned = np.array([o.team_id is None for o in owners.outcomes], bool)[owners.codes]
    return Lanes(lanes.hi[unowned], lanes.lo[unowned]).total()
