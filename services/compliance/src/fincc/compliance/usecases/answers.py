"""What is asked of findings: lists with facets, one of them, coverage, and how fresh all that is."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from decimal import Decimal

import orjson
from sqlalchemy.engine import RowMapping

from fincc.common.hierarchy import Hierarchy
from fincc.common.period import Days
from fincc.compliance.errors import UnknownFinding
from fincc.compliance.repository import due, findings
from fincc.compliance.repository.due import Look
from fincc.compliance.repository.findings import Selection
from fincc.compliance.repository.state import State
from fincc.compliance.usecases import basis, documents, find
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


@dataclass(frozen=True)
class Today:
    """How fresh everything is; `made_from` is equal as long as what is answered of findings and coverage is."""

    scan: Scan
    hierarchy: Hierarchy
    made_from: Hashable


async def look(context: Context) -> Today:
    now = context.clock.now()
    seen = await due.look(context.database, find.JOB, now)
    hierarchy = await hierarchy_of(context, seen.catalog)
    scan = _scan(seen, basis.text_of(seen, context.settings.scan_days))
    told = orjson.dumps(replace(scan, last=replace(scan.last, basis=None)), default=str)
    return Today(scan, hierarchy, (now.date(), hierarchy.version, told, seen.changes))


async def scan_state(context: Context) -> Scan:
    seen = await due.look(context.database, find.JOB, context.clock.now())
    return _scan(seen, basis.text_of(seen, context.settings.scan_days))


def _scan(seen: Look, due_text: str | None) -> Scan:
    last = seen.state
    if seen.is_running:
        return Scan(last, "scanning", "resources are being judged")
    if due_text is None:
        why = "no tag policy is published" if not last.policy_version else "no bill and no cloud has been read yet"
        return Scan(last, "waiting" if last.scanned_at is None else "stale", why)
    if last.basis is None:
        return Scan(last, "waiting", "the first scan is about to begin")
    if due_text != last.basis:
        is_other = last.scanned_policy != last.policy_version
        return Scan(last, "stale", "the policy has changed" if is_other else "newer data is there")
    return Scan(last, "current", None)


async def hierarchy_of(context: Context, version: int | None = None) -> Hierarchy:
    """Of today; with the version of the newest document, where it was just seen."""
    known = None if version is None else context.shelf.known_catalog(version)
    catalog = known or await documents.newest_catalog(context)
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
        of_all = await findings.summarize(session, asked, FACET_VALUES)
    return Page(items, of_all.total, of_all.cost, of_all.facets, currency, currencies, wanted.permitted)


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
