"""What the conditions of the rules say about a record, before anything is looked up: its plan.

A rule whose condition looks at one column and which names its team is decided by that column alone; the first such
rule of a row is a minimum over columns. All other rules are planned jointly, once for each combination of the
comparisons that they share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fincc.attribution.domain.conditions import Comparison, comparisons
from fincc.attribution.domain.matching import Labels
from fincc.attribution.domain.resolve import Gift, Resolver
from fincc.attribution.domain.rule_set import (
    ACCOUNT,
    COMPONENTS,
    GIVES_SERVICE,
    SERVICE_TAG,
    TEAM_TAG,
    TO_TEAM,
    Rule,
)
from fincc.attribution.domain.shortlist import Shortlist
from fincc.attribution.domain.value_classes import ColumnClasses, combinations, distinct

NO_SOURCE = -1
MEMO_PLANS = 131_072


@dataclass(frozen=True, slots=True)
class Source:
    """Where rules read a team or service: a canonical tag key, or ("" as key) the account."""

    assign: str
    key: str


@dataclass(frozen=True, slots=True)
class Step:
    """A rule (by position) whose condition holds: it gives what its source (by position) says, without one its gift."""

    rule: int
    source: int
    gift: Gift


class _Column:
    """For every class of a column: the first rule that it alone decides, and the comparisons it shares with others."""

    def __init__(self, classes: ColumnClasses, alone: Shortlist, joint: frozenset[int], no_rule: int) -> None:
        self._classes = classes
        self._alone = alone
        self._joint = joint
        self._no_rule = no_rule
        self._first: list[int] = []
        self._set_of_class: list[int] = []
        self._numbers: dict[frozenset[int], int] = {frozenset(): 0}
        self.sets: list[frozenset[int]] = [frozenset()]

    def read(self, ids: Labels) -> tuple[Labels, Labels]:
        """(first rule, number of the set of shared comparisons) per row."""
        for value_class in self._classes.classes[len(self._first) :]:
            self._first.append(next(self._alone.holding(value_class.atoms), self._no_rule))
            shared = value_class.atoms & self._joint
            number = self._numbers.setdefault(shared, len(self.sets))
            if number == len(self.sets):
                self.sets.append(shared)
            self._set_of_class.append(number)
        return np.array(self._first, np.int32)[ids], np.array(self._set_of_class, np.int32)[ids]


class Planner:
    """Plans rows of value classes.

    `plans` lists every plan: positions in `steps`, which lists every step. There are at most as many steps as rules,
    times the services for rules about components. Remembered are MEMO_PLANS combinations and those of one batch.
    """

    def __init__(
        self, resolver: Resolver, columns: Mapping[str, ColumnClasses], number: Mapping[Comparison, int]
    ) -> None:
        self._resolver = resolver
        self.no_rule = len(resolver.rules)
        joint = dict(enumerate(resolver.conditions))
        alone = {position: column for position in joint if (column := self._deciding_column(position)) is not None}
        self._rules = Shortlist({p: c for p, c in joint.items() if p not in alone}, number)
        self._components = Shortlist({p: c for p, (_, c) in enumerate(resolver.components)}, number)
        shared = [c for p, c in joint.items() if c and p not in alone] + [c for _, c in resolver.components]
        atoms = frozenset(number[comparison] for condition in shared for comparison in comparisons(condition))
        self._columns = {
            column: _Column(
                classes, Shortlist({p: joint[p] for p in alone if alone[p] == column}, number), atoms, self.no_rule
            )
            for column, classes in columns.items()
        }
        reading = (rule for rule in resolver.rules if rule.assign in (TEAM_TAG, SERVICE_TAG, ACCOUNT))
        self.sources = list(dict.fromkeys(Source(rule.assign, rule.target) for rule in reading))
        self.steps: list[Step] = []
        self.plans: list[tuple[int, ...]] = []
        self._step_numbers: dict[Step, int] = {}
        self._plan_numbers: dict[tuple[int, ...], int] = {}
        self._known: dict[tuple[int, ...], int] = {}

    def _deciding_column(self, position: int) -> str | None:
        """The column that decides a rule alone; None for rules that need more than one, or a look-up."""
        rule, condition = self._resolver.rules[position], self._resolver.conditions[position]
        if condition is None or rule.assign != TO_TEAM or rule.target not in self._resolver.teams:
            return None
        columns = {comparison.column for comparison in comparisons(condition)}
        return columns.pop() if len(columns) == 1 else None

    def plan(self, classes: Mapping[str, Labels], rows: int) -> tuple[Labels, Labels]:
        """Per row its plan, and the first rule decided by one column (`no_rule` without one)."""
        if len(self._known) >= MEMO_PLANS:
            self._known.clear()
            self._plan_numbers.clear()
            self.plans.clear()
        first = np.full(rows, self.no_rule, np.int32)
        sets = []
        for name, column in self._columns.items():
            alone, shared = column.read(classes[name])
            np.minimum(first, alone, out=first)
            sets.append(shared)
        combination, example = distinct(sets, rows)
        plans = [self._plan_of(numbers) for numbers in combinations(sets, example)]
        return np.array(plans, np.int32)[combination], first

    def _plan_of(self, combination: tuple[int, ...]) -> int:
        """The plan for a combination of sets of shared comparisons, one set per column."""
        known = self._known.get(combination)
        if known is None:
            met = (column.sets[i] for column, i in zip(self._columns.values(), combination, strict=True))
            plan = self._steps(frozenset().union(*met))
            known = self._known[combination] = self._plan_numbers.setdefault(plan, len(self.plans))
            if known == len(self.plans):
                self.plans.append(plan)
        return known

    def _steps(self, atoms: frozenset[int]) -> tuple[int, ...]:
        """The steps that can matter; once a team is certain, only those about services."""
        out = []
        has_team = False
        for position in self._rules.holding(atoms):
            rule = self._resolver.rules[position]
            if has_team and rule.assign not in GIVES_SERVICE:
                continue
            step = self._step(position, rule, atoms)
            if step.source == NO_SOURCE and step.gift == Gift():
                continue
            out.append(self._number(step))
            has_team = has_team or step.gift.team_id is not None
        return tuple(out)

    def _step(self, position: int, rule: Rule, atoms: frozenset[int]) -> Step:
        if rule.assign in (TEAM_TAG, SERVICE_TAG, ACCOUNT):
            return Step(position, self.sources.index(Source(rule.assign, rule.target)), Gift())
        target: str | None = rule.target
        if rule.assign == COMPONENTS:
            first = next(self._components.holding(atoms), None)
            target = None if first is None else self._resolver.components[first][0]
        return Step(position, NO_SOURCE, self._resolver.settle(rule.assign, rule.target, target, is_tagged=False))

    def _number(self, step: Step) -> int:
        number = self._step_numbers.setdefault(step, len(self.steps))
        if number == len(self.steps):
            self.steps.append(step)
        return number
