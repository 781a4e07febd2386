"""Which of many conditions hold for a record, without trying every one.

A condition is tried only when one of its triggers is met: comparisons of which at least one must hold for the whole to
hold. Conditions without such (negations, none at all) are always tried. So the work depends on how many conditions
concern a record, not on how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from fincc.attribution.domain.conditions import AllOf, AnyOf, Comparison, Condition, NotOf, comparisons

_Test = Callable[[frozenset[int]], bool]


class Shortlist:
    """Conditions by position, over numbered comparisons; None holds always."""

    def __init__(self, conditions: Mapping[int, Condition | None], number: Mapping[Comparison, int]) -> None:
        known = {position: condition for position, condition in conditions.items() if condition is not None}
        uses = Counter(number[c] for condition in known.values() for c in set(comparisons(condition)))
        self._tests = {position: _compile(condition, number) for position, condition in known.items()}
        self._always = 0
        self._by_atom: dict[int, int] = {}
        for position, condition in conditions.items():
            triggers = None if condition is None else _triggers(condition, number, uses)
            if triggers is None:
                self._always |= 1 << position
            for atom in triggers or ():
                self._by_atom[atom] = self._by_atom.get(atom, 0) | 1 << position

    def holding(self, atoms: frozenset[int]) -> Iterator[int]:
        """Positions of the conditions that hold when exactly these comparisons are met, lowest first."""
        candidates = self._always
        for atom in atoms:
            candidates |= self._by_atom.get(atom, 0)
        while candidates:
            lowest = candidates & -candidates
            candidates ^= lowest
            position = lowest.bit_length() - 1
            test = self._tests.get(position)
            if test is None or test(atoms):
                yield position


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
