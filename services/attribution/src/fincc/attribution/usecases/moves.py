"""What a change of the documents moves between teams, in money, over the newest billing periods."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.attribution.domain.evaluate import Evaluator, Owners
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.domain.moves import Move, list_moves
from fincc.attribution.repository import costs
from fincc.attribution.usecases.book import Documents
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
    position: dict[bytes, int] = {}
    decoded = [decode_keys(content) for content in contents]
    for batch in decoded:
        for key in batch.column("key").to_pylist():
            position.setdefault(key, len(position))
    sums, missing = _sum_by_key(Archive(context.objects), snapshots, position, metric)
    day = today(context.clock)
    before, after = (_owners_of(documents, decoded, position, day) for documents in (old, new))
    moved = Moved(sorted({s["billing_period"] for s in snapshots}, reverse=True), missing, [], {}, {})
    for currency, lanes in sorted(sums.items()):
        moved.moves.extend((currency, move) for move in list_moves(before, after, lanes))
        moved.before[currency], moved.after[currency] = _unattributable(before, lanes), _unattributable(after, lanes)
    return moved


def _owners_of(
    documents: Documents, decoded: Sequence[pa.RecordBatch], position: dict[bytes, int], day: date
) -> Owners:
    evaluator = Evaluator(documents.rules, documents.catalog, documents.hierarchy, day)
    codes = np.zeros(len(position), np.int32)
    outcomes = Owners((), codes).outcomes
    for batch in decoded:
        owners = evaluator.evaluate(batch)
        outcomes = owners.outcomes
        codes[[position[k] for k in batch.column("key").to_pylist()]] = owners.codes
    return Owners(outcomes, codes)


def _sum_by_key(
    archive: Archive, snapshots: Sequence[RowMapping], position: dict[bytes, int], metric: str
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
            _add_part(sums, batches.decode(data, (KEY_COLUMN, "BillingCurrency", metric)), position, metric)
    return sums, missing


def _add_part(sums: dict[str, Lanes], batch: pa.RecordBatch, position: dict[bytes, int], metric: str) -> None:
    keys, currency = batch.column(KEY_COLUMN), batch.column("BillingCurrency")
    index = np.array([position[k] for k in keys.dictionary.to_pylist()], np.int64)
    key_codes, currency_codes, lanes = batches.codes(keys), batches.codes(currency), money.lanes(batch.column(metric))
    for code, name in enumerate(currency.dictionary.to_pylist()):
        chosen = currency_codes == code
        found = money.group_sum(key_codes[chosen], len(index), Lanes(lanes.hi[chosen], lanes.lo[chosen]))
        total = sums.setdefault(name, Lanes.zeros(len(position)))
        total.hi[index] += found.hi
        total.lo[index] += found.lo


def _unattributable(owners: Owners, lanes: Lanes) -> Decimal:
    unowned = np.array([o.team_id is None for o in owners.outcomes], bool)[owners.codes]
    return Lanes(lanes.hi[unowned], lanes.lo[unowned]).total()
