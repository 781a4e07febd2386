"""Answers at the level of resources and tags, from the stored facts; work for a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np

from fincc.cockpit.domain.fact_query import FactQuery, Sums, TooWide
from fincc.cockpit.domain.filters import TeamChoice
from fincc.cockpit.domain.key_columns import NAMELESS, key_texts, passing
from fincc.cockpit.domain.pivot import Cell
from fincc.cockpit.domain.query import CostView, ResourcesQuery
from fincc.cockpit.domain.windows import Window, free_window
from fincc.cockpit.repository.facts_files import TooManyKeys
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.usecases.context import AnswerContext, meta, money
from fincc.cockpit.usecases.selection import Permitted, days_of, of_sources, range_of, unattributable
from fincc.cockpit.usecases.stored_keys import KeyShelf, StoredKeys
from fincc.common.db import ReadSession
from fincc.common.ownership import OwnershipMap
from fincc.common.problem import Invalid

MAX_CELLS = 250_000
MAX_RESOURCE_CELLS = 8_000_000
RESOURCE_COLUMNS = (
    "ResourceId",
    "ResourceType",
    "ServiceName",
    "SubAccountId",
    "RegionId",
    "x_TeamId",
    "x_ServiceId",
    "x_AttributionRuleId",
)


def too_wide() -> Invalid:
    return Invalid(f"this would be more than {MAX_CELLS} cells: add a filter, take a coarser grain or fewer days")


class FactReader:
    """Where the facts are, and who owns the keys at the revision being answered."""

    def __init__(self, shelf: KeyShelf, context: AnswerContext, document: OwnershipMap) -> None:
        self._shelf, self._context, self._document = shelf, context, document

    def sums(
        self, view: CostView, window: Window, currency: str, choice: TeamChoice, dimensions: Sequence[str], limit: int
    ) -> Sums:
        """Sums by period and `dimensions` of everything that passes. Raises TooWide above `limit` cells."""
        query = FactQuery(dimensions, window, limit)
        for snapshot in of_sources(self._context.covering(*window.ranges()), view.filters):
            self._add(query, snapshot, view, currency, choice, dimensions)
        return query.sums()

    def _add(
        self,
        query: FactQuery,
        snapshot: SnapshotRow,
        view: CostView,
        currency: str,
        choice: TeamChoice,
        dimensions: Sequence[str],
    ) -> None:
        stored = self.stored(snapshot)
        if currency not in stored.currencies:
            return
        keys, columns = stored.keys, stored.columns
        mask = passing(columns.__getitem__, len(keys), view.other_filters, choice)
        facts = stored.facts.read([view.metric], mask)
        asked = [columns[d] for d in dimensions]
        query.add(asked, mask, (keys.low, keys.high), facts, view.metric, stored.currencies.index(currency))

    def stored(self, snapshot: SnapshotRow) -> StoredKeys:
        return self._shelf.find(snapshot, self._document, self._context.hierarchy)

    def prepare(self, snapshot: SnapshotRow) -> None:
        """What the first list of resources would have to wait for; of bills whose keys stay: to read others now would take
        memory and help nobody."""
        try:
            stored = self._shelf.find(snapshot, self._document, self._context.hierarchy, to_stay=True)
        except TooManyKeys:
            return
        for name in (*RESOURCE_COLUMNS, NAMELESS):
            stored.columns[name]
        _ = stored.facts.held

    def tag_names(self, snapshots: Sequence[SnapshotRow], choice: TeamChoice) -> set[str]:
        """Tags of the records that the teams of `choice` own."""
        names: set[str] = set()
        for snapshot in snapshots:
            stored = self.stored(snapshot)
            keys = stored.keys
            if choice.is_everybody:
                names |= keys.tag_names
                continue
            mask = passing(stored.columns.__getitem__, len(keys), (), choice)
            for tags in keys.tags:
                names.update(tags.names[n] for n in np.unique(tags.name[mask[tags.key]]))
        return names

    def cells(
        self, view: CostView, window: Window, currency: str, choice: TeamChoice, dimensions: Sequence[str]
    ) -> list[Cell]:
        """The same shape as sums over roll-up rows."""
        try:
            sums = self.sums(view, window, currency, choice, dimensions, MAX_CELLS)
        except TooWide:
            raise too_wide() from None
        starts = window.thresholds()
        rows = sums.of_rows(np.arange(len(sums)))
        return [
            (sums.key(i), start, amount)
            for i, row in enumerate(rows)
            for start, amount in zip(starts, row, strict=True)
        ]


async def resources(
    session: ReadSession,
    context: AnswerContext,
    query: ResourcesQuery,
    permitted: Permitted,
    reader: FactReader,
) -> dict[str, Any]:
    """Resources by cost, the largest first; a charge without a resource is an item of its own per attribution key."""
    currency = context.currency(query.view)
    choice = context.teams(query.view, permitted)
    window = free_window(days_of(context, query.first, query.last), "none", compared=True)
    dimensions = (*RESOURCE_COLUMNS, NAMELESS)
    sums = await asyncio.to_thread(reader.sums, query.view, window, currency, choice, dimensions, MAX_RESOURCE_CELLS)
    starts = window.thresholds()
    now, before = starts.index(window.days.start), 0
    order = np.lexsort((np.arange(len(sums)), -sums.approximate(now)))
    page = order[query.offset : query.offset + query.limit]
    texts = key_texts(sums.low[page], sums.high[page])
    items = [
        {
            **dict(zip(RESOURCE_COLUMNS, sums.key(int(row)), strict=False)),
            "key": text,
            "cost": money(amounts[now], currency),
            "previous_cost": money(amounts[before], currency),
        }
        for row, text, amounts in zip(page, texts, sums.of_rows(page), strict=True)
    ]
    unallocated = await unattributable(session, context, query.view, window.days, currency, choice)
    end = query.offset + len(items)
    return {
        "meta": meta(context, query, currency, window.ranges(), unallocated, permitted),
        "range": range_of(window.days),
        "previous_range": range_of(window.previous),
        "items": items,
        "next_cursor": str(end) if end < len(sums) else None,
        "total": len(sums),
    }
