"""Suggestions for what nobody owns, from the newest billing periods; accepting one publishes a rule."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy.engine import RowMapping

from fincc.attribution.domain import rule_files
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.domain.owner_table import OwnerTable
from fincc.attribution.domain.resolve import Resolver
from fincc.attribution.domain.rule_set import starter_document
from fincc.attribution.domain.suggestions import Unmatched, list_unmatched, rule_for
from fincc.attribution.repository import costs, documents
from fincc.attribution.usecases.book import Documents, evaluator_of
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.moves import Moved, periods_of, sum_up, unattributable
from fincc.attribution.usecases.publish import Upload, active, publish_rules
from fincc.common.auth import Subject
from fincc.common.clock import today
from fincc.common.key_attributes import KEY, Attributes
from fincc.common.keys import words_of
from fincc.common.money import Lanes
from fincc.common.problem import BadDocument


@dataclass(frozen=True)
class Suggested:
    """`missing`: periods whose records are no longer in the archive. `unattributable` and `unmatched` by currency."""

    periods: list[str]
    missing: list[str]
    has_hierarchy: bool
    unattributable: dict[str, Decimal]
    unmatched: dict[str, list[Unmatched]]


async def suggest_owners(context: Context, periods: int, limit: int) -> Suggested:
    """The `limit` largest groups of costs without owner, and whose they may be."""
    found = await active(context)
    async with context.database.read() as session:
        snapshots = await costs.counted_snapshots(session, periods)
        contents = [row["content"] for row in await costs.key_batches(session)]
    return await asyncio.to_thread(_suggest, context, found, snapshots, contents, limit)


def _suggest(
    context: Context, found: Documents, snapshots: Sequence[RowMapping], contents: list[bytes], limit: int
) -> Suggested:
    day = today(context.clock)
    batches = [decode_keys(content) for content in contents]
    evaluator = evaluator_of(found, day)
    table = OwnerTable(evaluator, batches)
    numbers = [table.index.find(*words_of(batch.column(KEY))) for batch in batches]
    of_row = np.concatenate(numbers) if numbers else np.zeros(0, np.int32)
    again = np.ones(len(of_row), bool)  # a key may stand in two stored batches, and costs once
    again[np.unique(of_row, return_index=True)[1]] = False
    sums, missing = sum_up(context, table.index, snapshots)
    suggested = Suggested(periods_of(snapshots), missing, bool(found.hierarchy), {}, {})
    attributes, owners = Attributes(batches), table.owners()
    owners_of_rows = type(owners)(owners.outcomes, owners.codes[of_row])
    for currency, lanes in sums.by_currency().items():
        hi, lo = (np.where(again, 0, lane[of_row]) for lane in (lanes.hi, lanes.lo))
        suggested.unattributable[currency] = unattributable(owners, lanes)
        suggested.unmatched[currency] = (
            list_unmatched(
                attributes, owners_of_rows, Lanes(hi, lo), evaluator.resolver, found.hierarchy.as_of(day), limit
            )
            if found.hierarchy
            else []
        )
    return suggested


@dataclass(frozen=True)
class Acceptance:
    """A group, as `Unmatched` names it, and whose it is."""

    column: str
    value: str
    team: str


async def accept(context: Context, acceptance: Acceptance, by: Subject, periods: int) -> tuple[int, Moved]:
    """Publish the active rules with one more after all others; returns the version and what moved.

    Raises Outdated when somebody publishes others meanwhile, BadDocument for a team that does not exist and for costs
    that no rule can tell from others.
    """
    found = await active(context)
    async with context.database.read() as session:
        row = await documents.find(session, "rules", found.versions[2])
    resolver = Resolver(found.rules, found.catalog, found.hierarchy, today(context.clock))
    try:
        rule = rule_for(acceptance.column, acceptance.value, acceptance.team, resolver)
    except ValueError as error:
        raise BadDocument(str(error)) from error
    text = rule_files.with_rule(row["content"] if row else starter_document(), rule)
    upload = Upload(text.encode(), "application/yaml", by, found.versions[2], {"accepted": asdict(acceptance)})
    return await publish_rules(context, upload, periods)
