"""Which days, sources and teams an answer is about, and what it shows of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from fincc.cockpit.domain.filters import SOURCE, Filter, TeamChoice
from fincc.cockpit.domain.query import CostView
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.usecases.context import AnswerContext
from fincc.common.db import ReadSession
from fincc.common.period import Days
from fincc.common.problem import Invalid

DEFAULT_DAYS = 30

Permitted = frozenset[str] | None
"""Hierarchy nodes that the asker may see; None is everything."""


def days_of(context: AnswerContext, first: date | None, last: date | None) -> Days:
    """The days asked for; by default the 30 that end with the last complete day. Raises Invalid for days of which nothing
    is complete yet."""
    last = last or context.fresh.data_through or context.today
    if first is not None and first > last:
        detail = f"from {first} is after the last complete day, {last}; an earlier day is expected, or `to` as well"
        raise Invalid(detail, errors=[{"field": "from", "message": detail}])
    return Days(first, last + timedelta(days=1)) if first else Days.ending_at(last, DEFAULT_DAYS)


def range_of(days: Days | None) -> dict[str, date] | None:
    return None if days is None else {"from": days.start, "to": days.last}


def of_sources(snapshots: Iterable[SnapshotRow], filters: Iterable[Filter]) -> list[SnapshotRow]:
    """Snapshots of sources that pass every filter on sources; a source may be named by its id or by its name."""

    def passes(wanted: Filter, snapshot: SnapshotRow) -> bool:
        hits = wanted.matches(snapshot.source_id), wanted.matches(snapshot.source_name)
        return all(hits) if wanted.op == "not_in" else any(hits)

    on_sources = [f for f in filters if f.dimension == SOURCE]
    return [s for s in snapshots if all(passes(f, s) for f in on_sources)]


async def unattributable(
    session: ReadSession, context: AnswerContext, view: CostView, days: Days, currency: str, choice: TeamChoice
) -> int | None:
    """What no team owns in these days, whatever the filters; None where the scope does not include it."""
    if choice.in_scope is not None:
        return None
    before = days.start - timedelta(days=1)
    totals = await context.totals.at(session, view.metric, currency, [before, days.last])
    return totals[days.last].get(None, 0) - totals[before].get(None, 0)
