"""What every answer needs to know besides its costs; read once per revision and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fincc.cockpit.domain.filters import TeamChoice
from fincc.cockpit.domain.freshness import Delivered, Freshness, freshness
from fincc.cockpit.domain.query import CostView, Query, query_hash
from fincc.cockpit.domain.reconciliation import judge
from fincc.cockpit.errors import NoSuchNode
from fincc.cockpit.repository import costs, documents, ledger, state
from fincc.cockpit.repository.state import ReadState, SnapshotRow
from fincc.cockpit.usecases.reconcile import deliveries
from fincc.cockpit.usecases.totals import RunningTotals
from fincc.common.db import ReadSession
from fincc.common.documents import DocumentShelf
from fincc.common.hierarchy import Hierarchy
from fincc.common.money import units_to_text
from fincc.common.period import Days
from fincc.common.problem import Invalid

DEFAULT_CURRENCY = "USD"


@dataclass(frozen=True)
class Pending:
    source: str
    billing_period: str
    since: datetime
    hop: str


@dataclass(frozen=True)
class AnswerContext:
    """`snapshots`: the applied ones that have rows."""

    state: ReadState
    today: date
    hierarchy: Hierarchy
    snapshots: tuple[SnapshotRow, ...]
    totals: RunningTotals
    fresh: Freshness
    pending: tuple[Pending, ...]
    refused: tuple[str, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The largest first."""
        return tuple(self.totals.axis)

    @property
    def counted(self) -> list[SnapshotRow]:
        return [s for s in self.snapshots if s.counted]

    def currency(self, view: CostView) -> str:
        if view.currency is None:
            return self.currencies[0] if self.currencies else DEFAULT_CURRENCY
        if self.currencies and view.currency not in self.currencies:
            known = ", ".join(self.currencies)
            raise Invalid(f"there is no cost in {view.currency!r}; there is {known}", errors=[_at("currency", known)])
        return view.currency

    def teams(self, view: CostView, permitted: frozenset[str] | None) -> TeamChoice:
        """The teams a question is about, within what the asker may see."""
        scope = permitted
        if view.scope is not None:
            if view.scope not in {n.id for n in self.hierarchy.visible(permitted)}:
                raise NoSuchNode(f"the hierarchy of {self.hierarchy.day} has no node {view.scope!r}")
            scope = frozenset({view.scope})
        in_scope = None if scope is None else self.hierarchy.teams_below(scope)
        if permitted is not None and in_scope is not None:
            in_scope &= self.hierarchy.teams_below(permitted)
        return TeamChoice(self.hierarchy, in_scope, view.level_filters)

    def covering(self, *ranges: Days | None) -> list[SnapshotRow]:
        """Counted snapshots that may have rows on these days."""
        wanted = [r for r in ranges if r is not None]
        return [
            s
            for s in self.counted
            if s.first_day is not None
            and s.last_day is not None
            and any(s.first_day < r.end and s.last_day >= r.start for r in wanted)
        ]


def _at(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": f"expected one of {message}"}


async def load_context(
    session: ReadSession, current: ReadState, shelf: DocumentShelf, today: date, late_after_days: int
) -> AnswerContext:
    catalog = await shelf.catalog(session, current.catalog_version)
    rows = await state.list_snapshots(session)
    shown = tuple(s for s in rows if s.set_id is not None)
    delivered = [Delivered(s.source_name, s.usage_through, s.last_day) for s in shown if s.counted and s.last_day]
    pending = [
        Pending(d.source, d.billing_period, verdict.pending_since, verdict.pending_hop)
        for d, hops in deliveries(await ledger.list_entries(session), {s.key: s for s in rows})
        for verdict in judge(d, hops)[:1]
        if verdict.pending_hop is not None and verdict.pending_since is not None
    ]
    return AnswerContext(
        current,
        today,
        catalog.as_of(today),
        shown,
        RunningTotals(await costs.load_axis(session)),
        freshness(delivered, late_after_days),
        tuple(pending),
        tuple(await documents.list_refused(session)),
    )


def money(units: int, currency: str) -> dict[str, str]:
    return {"amount": units_to_text(units), "currency": currency}


def meta(
    context: AnswerContext,
    query: Query,
    currency: str,
    ranges: Iterable[Days | None],
    unallocated: int | None,
    permitted: frozenset[str] | None,
    as_of: date | None = None,
    warnings: Iterable[str] = (),
) -> dict[str, Any]:
    """What an answer says about itself. `unallocated` is None where it is not included in the asker's scope.

    Amounts and counts of whole bills are left out for who may see a part of the hierarchy only.
    """
    sees_all = permitted is None
    view = query.view
    covered = {s.key for s in context.covering(*ranges)}
    by_name = {s.key: s for s in context.snapshots}
    restated = [
        {
            "source": s.source_name,
            "billing_period": s.billing_period,
            "at": s.swapped_at,
            "difference": {"amount": s.restated_by[currency], "currency": currency} if sees_all else None,
        }
        for key, s in by_name.items()
        if key in covered and currency in s.restated_by
    ]
    return {
        "as_of": as_of or context.fresh.data_through,
        "data_through": context.fresh.data_through,
        "partial_from": context.fresh.partial_from,
        "refreshed_at": context.state.refreshed_at,
        "cost_metric": view.metric,
        "currency": currency,
        "other_currencies": [c for c in context.currencies if c != currency],
        "scope_path": [{"id": n.id, "name": n.name} for n in context.hierarchy.path(view.scope)],
        "unallocated_amount": None if unallocated is None else money(unallocated, currency),
        "not_included": unallocated is None,
        "limited_to": None if permitted is None else _named(context.hierarchy, permitted),
        "ownership_version": context.state.ownership_version,
        "restated": restated,
        "pending": [
            {"source": p.source, "billing_period": p.billing_period, "since": p.since, "hop": p.hop}
            for p in context.pending
        ],
        "late_sources": [{"source": name, "data_through": day} for name, day in context.fresh.late],
        "overlapping": [
            {"source": s.source_name, "billing_period": s.billing_period} for s in context.snapshots if not s.counted
        ],
        "warnings": [*context.refused, *_unlisted(context, query, covered, sees_all), *warnings],
        "filters": [str(f) for f in view.filters],
        "query_hash": query_hash(query, currency=currency, as_of=as_of or context.fresh.data_through),
    }


def _named(hierarchy: Hierarchy, permitted: frozenset[str]) -> list[dict[str, str]]:
    """The permitted nodes that there are today, as the hierarchy is read."""
    return [{"id": n.id, "name": n.name} for n in hierarchy.nodes.values() if n.id in permitted]


def _unlisted(context: AnswerContext, query: Query, covered: set[tuple[str, str]], sees_all: bool) -> list[str]:
    """Records without a list cost count as 0 in a sum of list costs; that has to be said."""
    if query.view.metric != "ListCost":
        return []
    return [
        f"{s.source_name} {s.billing_period}: "
        f"{s.rows_without_list_cost if sees_all else 'some'} records have no ListCost and count as 0"
        for s in context.snapshots
        if s.key in covered and s.rows_without_list_cost
    ]
