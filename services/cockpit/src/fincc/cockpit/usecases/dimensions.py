"""What one can group and filter by, and the values there are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from fincc.cockpit.domain.columns import GROUP_FIELDS, METRICS, RESOURCE_COLUMNS, is_tag
from fincc.cockpit.domain.filters import LEVELS, SOURCE, TEAM_DIMENSION
from fincc.cockpit.domain.query import CostView
from fincc.cockpit.domain.windows import free_window
from fincc.cockpit.repository import facts_files, rollup_reads
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.usecases.context import AnswerContext
from fincc.cockpit.usecases.costs import label_names
from fincc.cockpit.usecases.lines import Asked, LineReader
from fincc.cockpit.usecases.selection import Permitted
from fincc.common.db import ReadSession
from fincc.common.focus import TAG_PREFIX
from fincc.common.objects import ObjectStore
from fincc.common.period import Days

LABELS = {
    "x_BusinessGroupId": "Business group",
    "x_BusinessUnitId": "Business unit",
    "x_TeamId": "Team",
    "x_ServiceId": "Service",
    "BillingAccountId": "Billing account",
    "SubAccountId": "Account",
    "ServiceProviderName": "Provider",
    "ServiceName": "Cloud service",
    "RegionId": "Region",
    "ChargeCategory": "Charge category",
    "x_AttributionRuleId": "Attribution rule",
    "x_SourceId": "Source",
    "ResourceId": "Resource",
    "ResourceType": "Resource type",
}
RECENT_MONTHS = 3
RECENT = timedelta(days=92)


async def list_dimensions(
    session: ReadSession, context: AnswerContext, reader: LineReader, permitted: Permitted
) -> list[tuple[str, str]]:
    """The fixed dimensions, then the tags seen in the newest months on what the asker may see."""
    facts = await reader.facts(session, context)
    choice = context.teams(CostView(), permitted)
    tags = await asyncio.to_thread(facts.tag_names, _recent(context), choice)
    return [*LABELS.items(), *((f"{TAG_PREFIX}{t}", f"Tag {t}") for t in sorted(tags))]


def _recent(context: AnswerContext) -> list[SnapshotRow]:
    months = sorted({s.billing_period for s in context.counted}, reverse=True)[:RECENT_MONTHS]
    return [s for s in context.counted if s.billing_period in months and s.facts_path is not None]


async def list_values(
    session: ReadSession,
    context: AnswerContext,
    reader: LineReader,
    dimension: str,
    q: str,
    limit: int,
    permitted: Permitted,
) -> list[tuple[str, str]]:
    """Values whose id or name contains `q`, by name; of those that the asker's own cost has."""
    names = label_names(context).get(dimension, {})
    if permitted is None:
        values = await _values(session, context, reader.objects, dimension)
    else:
        values = await _permitted_values(session, context, reader, dimension, permitted)
    wanted = q.lower()
    found = {(v, names.get(v, v)) for v in values if wanted in v.lower() or wanted in names.get(v, v).lower()}
    return sorted(found, key=lambda item: (item[1].lower(), item[0]))[:limit]


async def _permitted_values(
    session: ReadSession, context: AnswerContext, reader: LineReader, dimension: str, permitted: frozenset[str]
) -> Iterable[str]:
    """Nodes of the hierarchy in scope, and of other dimensions what the teams in scope had cost for lately."""
    if dimension in LEVELS:
        return {n.id for n in context.hierarchy.visible(permitted) if n.type == LEVELS[dimension]}
    days = [d for s in context.counted for d in (s.first_day, s.last_day) if d is not None]
    if not days:
        return set()
    window = free_window(Days(max(min(days), max(days) - RECENT), max(days) + timedelta(days=1)), "none", False)
    out: set[str] = set()
    for currency in context.currencies:
        view = CostView(currency=currency)
        asked = Asked(context, view, window, currency, context.teams(view, permitted))
        out |= {value for (value,) in await reader.read(session, asked, (dimension,)) if value is not None}
    return out


async def _values(session: ReadSession, context: AnswerContext, objects: ObjectStore, dimension: str) -> Iterable[str]:
    if dimension == SOURCE:
        return {s.source_id for s in context.snapshots}
    if dimension in LEVELS:
        known = {n.id for n in context.hierarchy.of_type(LEVELS[dimension])}
        if dimension == TEAM_DIMENSION:
            for currency in context.currencies:
                known |= {t for t in await context.totals.teams(session, METRICS[0], currency) if t is not None}
        return known
    if dimension in GROUP_FIELDS:
        return await rollup_reads.list_group_values(session, dimension)
    out: set[str] = set()
    for snapshot in _recent(context):
        assert snapshot.facts_path is not None
        out |= await asyncio.to_thread(_stored_values, objects, snapshot.facts_path, dimension)
    return out


def _stored_values(objects: ObjectStore, path: str, dimension: str) -> set[str]:
    keys, _ = facts_files.read_keys(objects, path)
    if dimension == RESOURCE_COLUMNS[0]:
        return {v for v in keys.resource.unique().to_pylist() if v is not None}
    if dimension == RESOURCE_COLUMNS[1]:
        return set(keys.resource_type.values.to_pylist())
    assert is_tag(dimension)
    name = dimension.removeprefix(TAG_PREFIX)
    return {value for tags in keys.tags for value in tags.values_of(tags.rows(name)).unique().to_pylist()}
