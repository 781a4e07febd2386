"""What is asked of findings: lists with facets, one of them, coverage, and how fresh all that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.engine import RowMapping

from fincc.common import leases
from fincc.common.hierarchy import Hierarchy
from fincc.common.period import Days
from fincc.compliance.errors import UnknownFinding
from fincc.compliance.repository import findings, state
from fincc.compliance.repository.findings import Selection
from fincc.compliance.repository.state import State
from fincc.compliance.usecases import documents, find
from fincc.compliance.usecases.context import Context

FACET_VALUES = 100


@dataclass(frozen=True)
class Scan:
    """`state`: waiting, scanning, stale, current."""

    last: State
    state: str
    why: str | None

    @property
    def days(self) -> Days | None:
        if self.last.first_day is None or self.last.last_day is None:
            return None
        return Days.ending_at(self.last.last_day, (self.last.last_day - self.last.first_day).days + 1)


async def scan_state(context: Context) -> Scan:
    async with context.database.read() as session:
        last = await state.get(session)
        is_running = await leases.is_taken(session, find.JOB, context.clock.now())
    due = await find.basis(context)
    if is_running:
        return Scan(last, "scanning", "resources are being judged")
    if due is None:
        why = "no tag policy is published" if not last.policy_version else "no bill and no cloud has been read yet"
        return Scan(last, "waiting" if last.scanned_at is None else "stale", why)
    if last.basis is None:
        return Scan(last, "waiting", "the first scan is about to begin")
    if due.text != last.basis:
        is_other = last.scanned_policy != last.policy_version
        return Scan(last, "stale", "the policy has changed" if is_other else "newer data is there")
    return Scan(last, "current", None)


async def hierarchy_of(context: Context) -> Hierarchy:
    catalog = await documents.newest_catalog(context)
    return catalog.as_of(context.clock.now().date())


def permitted(hierarchy: Hierarchy, scope: frozenset[str] | None) -> frozenset[str] | None:
    """The teams within what the asker may see; None for all."""
    return None if scope is None else hierarchy.teams_below(scope)


def names(hierarchy: Hierarchy, scope: frozenset[str] | None) -> list[str] | None:
    """What the asker may see, in words; None for everything."""
    return None if scope is None else [n.name for n in hierarchy.nodes.values() if n.id in scope]


@dataclass(frozen=True)
class Page:
    items: list[RowMapping]
    total: int
    cost: Decimal | None
    facets: dict[str, list[RowMapping]]
    currency: str | None
    currencies: list[str]
    permitted: frozenset[str] | None


async def search(context: Context, wanted: Selection, sort: str, limit: int, offset: int) -> Page:
    """A page, its total, and the values of every dimension under the other filters; one consistent view."""
    async with context.database.read() as session:
        currencies = await findings.currencies(session)
        currency = wanted.currency or (currencies[0] if currencies else None)
        asked = replace(wanted, currency=currency)
        items = await findings.search(session, asked, sort, limit, offset)
        total, cost = await findings.totals(session, asked)
        facets = await findings.facets(session, asked, FACET_VALUES)
    return Page(items, total, cost, facets, currency, currencies, wanted.permitted)


async def last_event(context: Context) -> int | None:
    """The newest entry in the histories of findings: all that becomes of one between two scans is written down there."""
    found: int | None = await context.database.fetch_value(findings.LAST_EVENT)
    return found


async def get(context: Context, finding_id: str, teams: frozenset[str] | None) -> tuple[RowMapping, list[RowMapping]]:
    """A finding and its history. Raises UnknownFinding, also for what the asker may not see."""
    async with context.database.read() as session:
        row = await findings.find(session, finding_id, teams)
        if row is None:
            raise UnknownFinding(f"no finding {finding_id!r}")
        return row, await findings.history(session, finding_id)


@dataclass(frozen=True)
class Covered:
    """The lines of the newest scan, what of the violating ones is exempt today, and the currencies, the largest first."""

    lines: list[RowMapping]
    exempt: list[RowMapping]
    currencies: list[str]


async def coverage(context: Context) -> Covered:
    async with context.database.read() as session:
        return Covered(
            await findings.list_coverage(session),
            await findings.exempt_sums(session, context.clock.now().date()),
            await findings.currencies(session),
        )
