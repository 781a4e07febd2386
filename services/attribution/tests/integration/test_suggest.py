"""Suggestions over what was really attributed, and what accepting one moves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fincc.attribution.repository import documents
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.suggest import Acceptance, accept, suggest_owners
from fincc.common.auth import Subject
from fincc.common.problem import BadDocument
from fincc.common.testing.factories import cost_rows

from ..conftest import Reader
from .test_attribute import import_all, send

TESTER = Subject("usr_t", "tester")

ROWS = cost_rows(
    5,
    BilledCost=["1.00", "2.00", "4.00", "8.00", "16.000000000001"],
    **{"Tags/team": ["fraud", "Legder", "nobody", None, "legder"]},
)


async def test_unmatched_costs_are_listed_with_the_team_they_look_like(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS, parts=2)
    found = await suggest_owners(context, 3, 10)
    assert (found.periods, found.missing, found.has_hierarchy) == (["2026-11"], [], True)
    assert found.unattributable == {"USD": Decimal("30.000000000001")}
    groups = found.unmatched["USD"]
    assert [(g.value, g.amount) for g in groups if g.column == "Tags/team"] == [
        ("legder", Decimal("18.000000000001")),
        ("nobody", Decimal(4)),
    ]
    assert [g.team for g in groups if g.value in ("legder", "nobody")] == ["ledger", None]
    assert sum(g.amount for g in groups) == found.unattributable["USD"]


async def test_accepting_one_lowers_what_nobody_owns_by_exactly_what_moved(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    version, moved = await accept(context, Acceptance("Tags/team", "legder", "ledger"), TESTER, 3)
    assert [(m.team_from, m.team_to, m.amount) for _, m in moved.moves] == [
        (None, "ledger", Decimal("18.000000000001"))
    ]
    assert moved.before["USD"] - moved.after["USD"] == Decimal("18.000000000001")
    after = await suggest_owners(context, 3, 10)
    assert after.unattributable == {"USD": Decimal(12)}
    async with context.database.read() as session:
        row = await documents.find(session, "rules", version)
    assert row is not None
    assert "Accepted suggestion: Tags/team legder is ledger" in row["content"]


async def test_nothing_is_published_for_a_team_that_does_not_exist(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    with pytest.raises(BadDocument, match=r"'legder' is not in the hierarchy.*ledger"):
        await accept(context, Acceptance("Tags/team", "nobody", "legder"), TESTER, 3)
    with pytest.raises(BadDocument, match="no rule can be made for costs that say nothing"):
        await accept(context, Acceptance("", "", "ledger"), TESTER, 3)
    assert (await suggest_owners(context, 3, 10)).unattributable == {"USD": Decimal("30.000000000001")}


async def test_without_a_hierarchy_there_is_nobody_to_suggest(context: Context, reader: Reader) -> None:
    await send(context, ROWS)
    found = await suggest_owners(context, 3, 10)
    assert (found.has_hierarchy, found.unmatched) == (False, {"USD": []})
    assert found.unattributable == {"USD": Decimal("31.000000000001")}


async def test_before_any_bill_there_is_nothing_to_suggest(context: Context, reader: Reader) -> None:
    await import_all(context)
    found = await suggest_owners(context, 3, 10)
    assert (found.periods, found.unattributable, found.unmatched) == ([], {}, {})
