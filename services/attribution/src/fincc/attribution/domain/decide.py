"""Decides the owner of one class of keys: the ordered rules over value classes, without trying every rule.

A rule is tried only when one of its triggers is met: comparisons of which at least one must hold for its condition to
hold. Rules without such (no condition, or a negation) are always tried. So the work depends on how many rules concern a
key, not on how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fincc.attribution.domain.conditions import AllOf, AnyOf, Comparison, Condition, NotOf, comparisons
from fincc.attribution.domain.resolve import Gift, Outcome, Resolver
from fincc.attribution.domain.rule_set import ACCOUNT, COMPONENTS, GIVES_SERVICE, SERVICE_TAG, TEAM_TAG, Rule
from fincc.attribution.domain.value_classes import ValueClass
from fincc.common.focus import TAG_PREFIX

ACCOUNT_COLUMN = "SubAccountId"
_Test = Callable[[frozenset[int]], bool]


class Shortlist:
    """An ordered list of conditions over numbered comparisons, and which of them given comparisons may fulfil."""

    def __init__(self, conditions: Sequence[Condition | None], number: Mapping[Comparison, int]) -> None:
        uses = Counter(number[c] for condition in conditions if condition for c in set(comparisons(condition)))
        self._tests = [_compile(condition, number) if condition else None for condition in conditions]
        self._always = 0
        self._by_atom: dict[int, int] = {}
        for position, condition in enumerate(conditions):
            triggers = None if condition is None else _triggers(condition, number, uses)
            if triggers is None:
                self._always |= 1 << position
            for atom in triggers or ():
                self._by_atom[atom] = self._by_atom.get(atom, 0) | 1 << position

    def candidates(self, atoms: Iterable[int]) -> int:
        """Bit set of the positions worth trying."""
        bits = self._always
        for atom in atoms:
            bits |= self._by_atom.get(atom, 0)
        return bits

    def holds(self, position: int, atoms: frozenset[int]) -> bool:
        test = self._tests[position]
        return test is None or test(atoms)


def _triggers(condition: Condition, number: Mapping[Comparison, int], uses: Counter[int]) -> frozenset[int] | None:
    """Comparisons of which one must be met for the condition to hold; None when it may hold without any."""
    match condition:
        case Comparison():
            return frozenset((number[condition],))
        case AnyOf(parts):
            found = [_triggers(part, number, uses) for part in parts]
            return None if None in found else frozenset().union(*(f for f in found if f is not None))
        case AllOf(parts):
            usable = [f for part in parts if (f := _triggers(part, number, uses)) is not None]
            return min(usable, key=lambda atoms: sum(uses[a] for a in atoms), default=None)
        case NotOf():
            return None


def _compile(condition: Condition, number: Mapping[Comparison, int]) -> _Test:
    match condition:
        case Comparison():
            atom = number[condition]
            return lambda atoms: atom in atoms
        case AllOf(parts):
            every = [_compile(part, number) for part in parts]
            return lambda atoms: all(test(atoms) for test in every)
        case AnyOf(parts):
            some = [_compile(part, number) for part in parts]
            return lambda atoms: any(test(atoms) for test in some)
        case NotOf(part):
            test = _compile(part, number)
            return lambda atoms: not test(atoms)


class Decider:
    """The owner of a tuple of value classes, one class per column of `columns`."""

    def __init__(self, resolver: Resolver, number: Mapping[Comparison, int], columns: Sequence[str]) -> None:
        self._resolver = resolver
        self._rules = Shortlist(resolver.conditions, number)
        self._components = Shortlist([condition for _, condition in resolver.components], number)
        self._column = {column: position for position, column in enumerate(columns)}
        self._tag_columns = [self._column[TAG_PREFIX + key] for key in resolver.tag_keys(TEAM_TAG, SERVICE_TAG)]
        self._gives_service = sum(1 << i for i, rule in enumerate(resolver.rules) if rule.assign in GIVES_SERVICE)

    def decide(self, classes: Sequence[ValueClass]) -> Outcome:
        atoms = frozenset().union(*(value_class.atoms for value_class in classes))
        candidates = self._rules.candidates(atoms)
        reason = None
        for position in _positions(candidates):
            gift = self._try(position, atoms, classes)
            if gift is not None and gift.team_id is not None:
                later = candidates & self._gives_service & (-2 << position)
                service_id = gift.service_id or self._service_of(gift.team_id, later, atoms, classes)
                return Outcome(gift.team_id, service_id, self._resolver.rules[position].id, None)
            reason = reason or (gift.reason if gift else None)
        has_tag = any(classes[column].is_present for column in self._tag_columns)
        return Outcome(None, None, None, reason or self._resolver.default_reason(has_tag=has_tag))

    def _try(self, position: int, atoms: frozenset[int], classes: Sequence[ValueClass]) -> Gift | None:
        """What a rule gives; None when its condition does not hold."""
        if not self._rules.holds(position, atoms):
            return None
        rule = self._resolver.rules[position]
        target, is_tagged = self._target(rule, atoms, classes)
        return self._resolver.settle(rule, target, is_tagged=is_tagged)

    def _target(self, rule: Rule, atoms: frozenset[int], classes: Sequence[ValueClass]) -> tuple[str | None, bool]:
        if rule.assign in (TEAM_TAG, SERVICE_TAG):
            value = classes[self._column[TAG_PREFIX + rule.target]]
            return value.team_id if rule.assign == TEAM_TAG else value.service_id, value.is_present
        if rule.assign == ACCOUNT:
            return classes[self._column[ACCOUNT_COLUMN]].team_id, False
        return (self._component_of(atoms) if rule.assign == COMPONENTS else rule.target), False

    def _component_of(self, atoms: frozenset[int]) -> str | None:
        """The first service one of whose components is met."""
        for position in _positions(self._components.candidates(atoms)):
            if self._components.holds(position, atoms):
                return self._resolver.components[position][0]
        return None

    def _service_of(self, team_id: str, later: int, atoms: frozenset[int], classes: Sequence[ValueClass]) -> str | None:
        """The first service of the same team that a later rule gives: it refines the owner, never changes the team."""
        for position in _positions(later):
            gift = self._try(position, atoms, classes)
            if gift is not None and gift.service_id is not None and gift.team_id == team_id:
                return gift.service_id
        return None


def _positions(bits: int) -> Iterator[int]:
    """The positions of the set bits, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
