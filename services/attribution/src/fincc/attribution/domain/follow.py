"""Lets all rows of a batch follow their plans at once: one pass per position in the plans, on integer columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from fincc.attribution.domain.matching import Labels
from fincc.attribution.domain.plan import Planner, Source
from fincc.attribution.domain.resolve import ACCOUNT_COLUMN, Gift, Outcome, Resolver
from fincc.attribution.domain.rule_set import ACCOUNT, SERVICE_TAG, TEAM_TAG, TO_TEAM
from fincc.attribution.domain.value_classes import ColumnClasses, ValueClass
from fincc.common.focus import TAG_PREFIX

NOTHING = -1
_TEAM, _SERVICE, _REASON, _RULE = range(4)
Ownership = npt.NDArray[np.int32]  # shape (4, rows): numbers of team, service, reason and rule, or NOTHING


class Follower:
    """Follows plans over the classes of `columns`."""

    def __init__(self, resolver: Resolver, columns: Mapping[str, ColumnClasses], planner: Planner) -> None:
        self._resolver = resolver
        self._columns = columns
        self._planner = planner
        self._numbers: tuple[dict[str | None, int], ...] = ({}, {}, {})
        self._tables: dict[Source | None, Ownership] = {}
        gifts = [Gift(rule.target if rule.assign == TO_TEAM else None) for rule in resolver.rules]
        self._rule_table = self._table(gifts, range(len(gifts)))
        self._tag_columns = [TAG_PREFIX + key for key in resolver.tag_keys(TEAM_TAG, SERVICE_TAG)]
        self.columns_read = list(dict.fromkeys(self._column(source) for source in planner.sources))

    def follow(self, classes: Mapping[str, Labels], plan: Labels, rule: Labels) -> Ownership:
        """The owner of every row, given its plan, its first rule decided by one column, and its class ids in every one
        of `columns_read`.

        The first step that gives a team decides, or that rule when it comes first; a later step may add a service of
        that team.
        """
        owned = np.full((4, len(plan)), NOTHING, np.int32)
        path = _padded(self._planner.plans)
        steps = self._planner.steps
        fixed, by_rule = self._step_table(), self._rule_table
        source_of_step = np.array([step.source for step in steps], np.int32)
        by_source = [self._source_table(source) for source in self._planner.sources]
        rows = np.arange(len(plan))
        for position in range(path.shape[1]):
            step = path[plan[rows], position]
            rows, step = rows[step != NOTHING], step[step != NOTHING]
            due = rows[rule[rows] < fixed[_RULE, step]]
            _take(owned, due, by_rule[:, rule[due]])
            gift, source = fixed[:, step], source_of_step[step]
            for number in np.unique(source_of_step[path[:, position]]).tolist():
                if number != NOTHING:
                    reading = np.flatnonzero(source == number)
                    ids = classes[self._column(self._planner.sources[number])][rows[reading]]
                    gift[:_RULE, reading] = by_source[number][:_RULE, ids]
            _take(owned, rows, gift)
            rows = rows[(owned[_TEAM, rows] == NOTHING) | (owned[_SERVICE, rows] == NOTHING)]
        late = np.flatnonzero((owned[_TEAM] == NOTHING) & (rule != self._planner.no_rule))
        _take(owned, late, by_rule[:, rule[late]])
        self._give_reasons(owned, classes)
        return owned

    def outcome(self, numbers: tuple[int, ...]) -> Outcome:
        """The ids that one row's numbers stand for."""
        *found, rule = numbers
        team_id, service_id, why = (
            None if number == NOTHING else list(names)[number]
            for number, names in zip(found, self._numbers, strict=True)
        )
        return Outcome(team_id, service_id, None if rule == NOTHING else self._resolver.rules[rule].id, why)

    def _give_reasons(self, owned: Ownership, classes: Mapping[str, Labels]) -> None:
        """Rows without an owner for which no rule had a reason of its own get the general one."""
        rows = np.flatnonzero((owned[_TEAM] == NOTHING) & (owned[_REASON] == NOTHING))
        has_tag = np.zeros(len(rows), bool)
        for column in self._tag_columns:
            is_present = np.array([value_class.is_present for value_class in self._columns[column].classes])
            has_tag |= is_present[classes[column][rows]]
        reasons = [Gift(reason=self._resolver.default_reason(has_tag=flag)) for flag in (False, True)]
        owned[_REASON, rows] = self._table(reasons, [0, 0])[_REASON, has_tag.astype(np.intp)]

    def _column(self, source: Source) -> str:
        return ACCOUNT_COLUMN if source.assign == ACCOUNT else TAG_PREFIX + source.key

    def _source_table(self, source: Source) -> Ownership:
        """What the source gives for every class of its column."""
        classes = self._columns[self._column(source)].classes
        table = self._tables.get(source)
        if table is None or table.shape[1] < len(classes):
            rules = [NOTHING] * len(classes)
            table = self._tables[source] = self._table([self._read(source, c) for c in classes], rules)
        return table

    def _step_table(self) -> Ownership:
        """What every step without a source gives, and the rule of every step."""
        steps = self._planner.steps
        table = self._tables.get(None)
        if table is None or table.shape[1] < len(steps):
            table = self._tables[None] = self._table([s.gift for s in steps], [s.rule for s in steps])
        return table

    def _read(self, source: Source, value: ValueClass) -> Gift:
        target = value.service_id if source.assign == SERVICE_TAG else value.team_id
        return self._resolver.settle(source.assign, source.key, target, is_tagged=value.is_present)

    def _table(self, gifts: Iterable[Gift], rules: Sequence[int]) -> Ownership:
        out = np.empty((4, len(rules)), np.int32)
        for i, gift in enumerate(gifts):
            values = (gift.team_id, gift.service_id, gift.reason)
            for row, value, numbers in zip(range(3), values, self._numbers, strict=True):
                out[row, i] = NOTHING if value is None else numbers.setdefault(value, len(numbers))
        out[_RULE] = rules
        return out


def _take(owned: Ownership, rows: npt.NDArray[np.intp], gift: Ownership) -> None:
    """Adds what one step gives to the ownership of its rows."""
    team, reason = owned[_TEAM, rows], owned[_REASON, rows]
    is_open, gives_team = team == NOTHING, gift[_TEAM] != NOTHING
    wins = is_open & gives_team
    owned[:, rows[wins]] = gift[:, wins]
    refuses = is_open & ~gives_team & (reason == NOTHING)
    owned[_REASON, rows[refuses]] = gift[_REASON, refuses]
    adds = ~is_open & (gift[_TEAM] == team)
    owned[_SERVICE, rows[adds]] = gift[_SERVICE, adds]


def _padded(plans: Sequence[tuple[int, ...]]) -> npt.NDArray[np.int32]:
    """Plans as rows of one matrix, NOTHING after their ends."""
    out = np.full((len(plans), max(map(len, plans), default=0)), NOTHING, np.int32)
    for i, plan in enumerate(plans):
        out[i, : len(plan)] = plan
    return out
