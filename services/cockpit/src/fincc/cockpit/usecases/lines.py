"""Costs by any dimensions, each from the coarsest store that knows them: running totals, cubes, roll-up rows, facts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fincc.cockpit.domain.change import Line
from fincc.cockpit.domain.columns import GROUP_COLUMNS
from fincc.cockpit.domain.cube import CUBE_DIMENSIONS
from fincc.cockpit.domain.filters import LEVELS, SOURCE, TEAM_DIMENSION, TeamChoice
from fincc.cockpit.domain.pivot import Cell, Key, to_lines
from fincc.cockpit.domain.query import CostView
from fincc.cockpit.domain.running_totals import to_lines as lines_of_totals
from fincc.cockpit.domain.windows import Window
from fincc.cockpit.repository import rollup_reads
from fincc.cockpit.repository.rollup_reads import Selection
from fincc.cockpit.usecases.context import AnswerContext
from fincc.cockpit.usecases.cubes import CubeShelf
from fincc.cockpit.usecases.facts import MAX_CELLS, FactReader, too_wide
from fincc.cockpit.usecases.selection import of_sources
from fincc.cockpit.usecases.stored_keys import KeyShelf
from fincc.common.db import ReadSession
from fincc.common.documents import DocumentShelf
from fincc.common.hierarchy import Hierarchy
from fincc.common.objects import ObjectStore

_IN_ROLLUP = frozenset({*GROUP_COLUMNS, SOURCE, *LEVELS})


@dataclass(frozen=True)
class Asked:
    """What every reading of costs needs to know."""

    context: AnswerContext
    view: CostView
    window: Window
    currency: str
    choice: TeamChoice


class LineReader:
    """Lines by dimensions; the stores differ in speed, never in what they say."""

    def __init__(self, objects: ObjectStore, shelf: DocumentShelf, cubes: CubeShelf, keys: KeyShelf) -> None:
        self.objects, self._shelf, self._cubes, self._keys = objects, shelf, cubes, keys

    async def facts(self, session: ReadSession, context: AnswerContext) -> FactReader:
        document = await self._shelf.ownership(session, context.state.ownership_version)
        return FactReader(self._keys, context, document)

    def forget_replaced(self, context: AnswerContext) -> None:
        self._keys.keep_only({s.facts_path for s in context.snapshots})

    async def read(self, session: ReadSession, asked: Asked, group_by: tuple[str, ...]) -> dict[Key, Line]:
        needed = {*group_by, *(f.dimension for f in asked.view.filters)}
        if needed <= LEVELS.keys():
            by_team = await self._by_team(session, asked)
            return _regroup(by_team, asked, (TEAM_DIMENSION,), group_by)
        if needed <= _IN_ROLLUP:
            columns = tuple(dict.fromkeys(TEAM_DIMENSION if d in LEVELS else d for d in group_by))
            cells = await self._rollup_cells(session, asked, columns)
            return _regroup(to_lines(cells, asked.window), asked, columns, group_by)
        facts = await self.facts(session, asked.context)
        cells = await asyncio.to_thread(facts.cells, asked.view, asked.window, asked.currency, asked.choice, group_by)
        return to_lines(cells, asked.window)

    async def _by_team(self, session: ReadSession, asked: Asked) -> dict[Key, Line]:
        days = [*asked.window.boundaries(), *asked.window.previous_boundaries()]
        totals = await asked.context.totals.at(session, asked.view.metric, asked.currency, days)
        lines = lines_of_totals(totals, asked.window)
        return {(team,): line for team, line in lines.items() if asked.choice.has(team)}

    async def _rollup_cells(self, session: ReadSession, asked: Asked, columns: tuple[str, ...]) -> list[Cell]:
        snapshots = of_sources(asked.context.covering(*asked.window.ranges()), asked.view.filters)
        sets = [s.set_id for s in snapshots if s.set_id is not None]
        teams = None
        if not asked.choice.is_everybody:
            known = await asked.context.totals.teams(session, asked.view.metric, asked.currency)
            teams = [t for t in known if asked.choice.has(t)]
        filters = [f for f in asked.view.other_filters if f.dimension != SOURCE]
        services = asked.context.hierarchy.services
        selection = Selection(sets, asked.currency, asked.view.metric, filters, teams, services)
        cubes = None
        if {*columns, *(f.dimension for f in filters)} <= CUBE_DIMENSIONS:
            cubes = await self._cubes.find(session, sets, asked.currency, asked.view.metric)
        if cubes is None:
            cells = await rollup_reads.sum_rollup(session, selection, asked.window, columns)
        else:
            among = None if teams is None else frozenset(teams)
            cells = [cell for cube in cubes for cell in cube.cells(columns, asked.window, among, filters)]
        if len(cells) > MAX_CELLS:
            raise too_wide()
        if SOURCE not in columns:
            return cells
        source_of: dict[object, str] = {s.set_id: s.source_id for s in snapshots}
        place = columns.index(SOURCE)
        return [((*k[:place], source_of[k[place]], *k[place + 1 :]), start, amount) for k, start, amount in cells]


def _regroup(
    lines: Mapping[Key, Line], asked: Asked, columns: tuple[str, ...], group_by: tuple[str, ...]
) -> dict[Key, Line]:
    """Lines by what was asked for, from lines by what was read: a unit is the sum of its teams."""
    if columns == group_by:
        return dict(lines)
    hierarchy = asked.context.hierarchy

    def key_of(key: Key) -> Key:
        values = dict(zip(columns, key, strict=True))
        return tuple(_level(hierarchy, values[TEAM_DIMENSION], d) if d in LEVELS else values[d] for d in group_by)

    cells = (cell for key, line in lines.items() for cell in _as_cells(key_of(key), line, asked.window))
    return to_lines(cells, asked.window)


def _as_cells(key: Key, line: Line, window: Window) -> Iterable[Cell]:
    yield from ((key, start, amount) for start, amount in zip(window.starts, line.series, strict=True))
    if window.previous is not None and line.previous is not None:
        yield key, window.previous.start, line.previous


def _level(hierarchy: Hierarchy, team: str | None, dimension: str) -> str | None:
    """A team outside the hierarchy is its own id as a team, and has no unit and no group."""
    if dimension == TEAM_DIMENSION:
        return team
    node = hierarchy.ancestor(team, LEVELS[dimension])
    return node.id if node else None
