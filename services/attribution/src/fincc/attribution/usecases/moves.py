"""What a change of the documents moves between teams, in money, over the newest billing periods."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.key_sums import KeySums, sums_by_key
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.domain.moves import Move, RuleCost, list_moves, list_rule_costs
from fincc.attribution.domain.owner_table import OwnerTable
from fincc.attribution.repository import costs, key_sums
from fincc.attribution.usecases.book import Documents, evaluator_of
from fincc.attribution.usecases.context import Context
from fincc.common.archive import Archive
from fincc.common.clock import today
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import words_of
from fincc.common.money import Lanes
from fincc.common.projection import EncodedBatch
from fincc.common.slots import SlotIndex
from fincc.common.snapshots import COST_COLUMNS

UNATTRIBUTABLE = "Unattributable"


@dataclass(frozen=True)
class Moved:
    """`missing`: periods whose records are no longer in the archive, so that nothing can be said of them."""

    periods: list[str]
    missing: list[str]
    moves: list[tuple[str, Move]]  # (currency, move)
    before: dict[str, Decimal]  # currency → Unattributable
    after: dict[str, Decimal]


async def compare(context: Context, old: Documents, new: Documents, periods: int) -> Moved:
    """Owners under `old` against owners under `new`, weighted with the exact billed costs of each key."""
    async with context.database.read() as session:
        snapshots = await costs.counted_snapshots(session, periods)
        contents = [row["content"] for row in await costs.key_batches(session)]
    return await asyncio.to_thread(_compare, context, old, new, snapshots, contents)


@dataclass(frozen=True)
class Matched:
    """What each rule decides over the newest periods; `missing` as in Moved."""

    periods: list[str]
    missing: list[str]
    rules: list[tuple[str, RuleCost]]  # (currency, cost)


async def matched(context: Context, found: Documents, periods: int) -> Matched:
    """The exact billed costs that each rule gives an owner, and what none does."""
    async with context.database.read() as session:
        snapshots = await costs.counted_snapshots(session, periods)
        contents = [row["content"] for row in await costs.key_batches(session)]
    return await asyncio.to_thread(_matched, context, found, snapshots, contents)


def _matched(context: Context, found: Documents, snapshots: Sequence[RowMapping], contents: list[bytes]) -> Matched:
    (owners,), index = _decide([found], contents, today(context.clock))
    sums, missing = sum_up(context, index, snapshots)
    rules = [(c, cost) for c, lanes in sums.by_currency().items() for cost in list_rule_costs(owners, lanes)]
    return Matched(periods_of(snapshots), missing, rules)


def _compare(
    context: Context, old: Documents, new: Documents, snapshots: Sequence[RowMapping], contents: list[bytes]
) -> Moved:
    (before, after), index = _decide([old, new], contents, today(context.clock))
    sums, missing = sum_up(context, index, snapshots)
    moved = Moved(periods_of(snapshots), missing, [], {}, {})
    for currency, lanes in sums.by_currency().items():
        moved.moves.extend((currency, move) for move in list_moves(before, after, lanes))
        moved.before[currency], moved.after[currency] = unattributable(before, lanes), unattributable(after, lanes)
    return moved


def _decide(versions: list[Documents], contents: list[bytes], day: date) -> tuple[list[Owners], SlotIndex]:
    """The owners of all keys under each of several documents, over one numbering of the keys."""
    index = SlotIndex()
    tables = [OwnerTable(evaluator_of(found, day), (), index) for found in versions]
    for batch in map(decode_keys, contents):
        for table in tables:
            table.learn(batch)
    return [table.owners() for table in tables], index


def sum_up(context: Context, index: SlotIndex, snapshots: Sequence[RowMapping]) -> tuple[KeySums, list[str]]:
    """The sums of some snapshots by key, and the periods of which nothing is left. `index` has all keys."""
    sums, missing = KeySums(index), []
    for snapshot in snapshots:
        stored = _sums_of(context, index, (snapshot["source_id"], snapshot["billing_period"], snapshot["version"]))
        if stored is None:
            missing.append(snapshot["billing_period"])
        else:
            sums.take(stored)
    return sums, missing


def periods_of(snapshots: Sequence[RowMapping]) -> list[str]:
    """Newest first."""
    return sorted({s["billing_period"] for s in snapshots}, reverse=True)


def _sums_of(context: Context, index: SlotIndex, at: tuple[str, str, int]) -> Iterable[pa.RecordBatch] | None:
    """Those that were kept when the snapshot was attributed; else from the archive, None when it is gone as well."""
    found = key_sums.find(context.objects, *at)
    archive = Archive(context.objects)
    if found is not None or not archive.exists(*at):
        return found
    sums = KeySums(index)
    for seq, data in archive.parts(*at):
        part = EncodedBatch(data)
        keys = part.dictionary(KEY_COLUMN)
        numbers = index.find(*words_of(keys))
        if (numbers < 0).any():
            raise LookupError(
                "the archive holds an attribution key that was never attributed; run `fincc rebuild attribution`"
            )
        sums.add(seq, numbers, sums_by_key(part.select(COST_COLUMNS), part.codes(KEY_COLUMN), len(keys)))
    key_sums.write(context.objects, *at, sums.batches())
    return key_sums.find(context.objects, *at)


def unattributable(owners: Owners, lanes: Lanes) -> Decimal:
    """What nobody owns of amounts by key."""
    unowned = np.array([o.team_id is None for o in owners.outcomes], bool)[owners.codes]
    return Lanes(lanes.hi[unowned], lanes.lo[unowned]).total()
