"""Finds, for many values of one column, which comparisons each meets; more comparisons hardly cost more.

A matcher gives every value an int32 label, 0 for "meets none"; `atoms[label]` is the set of comparison numbers that
values of this label meet. Cost per value: one hash look-up for equals and in; a walk along shared stems for prefix and
suffix; one scan for all contains; about 1.5 µs for regular expressions when there are too many to filter by first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2

from fincc.attribution.domain.conditions import (
    CONTAINS,
    EQUALS,
    IN,
    PREFIX,
    REGEX,
    SUFFIX,
    Comparison,
)
from fincc.common.rules.patterns import compile_regex, regex_options

Labels = npt.NDArray[np.int32]
Atoms = frozenset[int]
NONE: Atoms = frozenset()
_AUTOMATON_BYTES = 64 << 20
# A joint filter beyond this may outgrow the automaton's memory and fall back to a search hundreds of times slower.
_FILTER_PATTERNS, _FILTER_CHARACTERS = 100, 2500


class Matcher(Protocol):
    atoms: list[Atoms]

    def label(self, values: pa.Array) -> Labels:
        """One label per value of a string array without nulls."""
        ...


def build_matchers(numbered: Iterable[tuple[int, Comparison]]) -> list[Matcher]:
    """Matchers for all comparisons of one column but `exists`, numbered as the caller likes."""
    exact: dict[str, set[int]] = {}
    stems: dict[str, dict[str, set[int]]] = {PREFIX: {}, SUFFIX: {}}
    contains: list[tuple[int, str]] = []
    regexes: list[tuple[int, str]] = []
    for number, comparison in numbered:
        for operand in comparison.operands:
            if comparison.operator in (EQUALS, IN):
                exact.setdefault(operand, set()).add(number)
            elif comparison.operator in (PREFIX, SUFFIX):
                stems[comparison.operator].setdefault(operand, set()).add(number)
            elif comparison.operator == CONTAINS:
                contains.append((number, re2.escape(operand)))
            elif comparison.operator == REGEX:
                regexes.append((number, operand))
    matchers: list[Matcher] = []
    if exact:
        matchers.append(_Exact(exact))
    matchers += [_Stems(operands, at_end=kind == SUFFIX) for kind, operands in stems.items() if operands]
    if contains:
        matchers += _automata(contains, is_filtered=True)
    if regexes:
        length = sum(len(pattern) for _, pattern in regexes)
        is_filtered = len(regexes) <= _FILTER_PATTERNS and length <= _FILTER_CHARACTERS
        matchers += _automata(regexes, is_filtered=is_filtered)
    return matchers


class _Interned:
    """Labels of atom sets; label 0 is the empty set."""

    def __init__(self) -> None:
        self.atoms: list[Atoms] = [NONE]
        self._labels: dict[Atoms, int] = {NONE: 0}

    def intern(self, atoms: Iterable[int]) -> int:
        key = frozenset(atoms)
        label = self._labels.setdefault(key, len(self.atoms))
        if label == len(self.atoms):
            self.atoms.append(key)
        return label


class _Exact(_Interned):
    def __init__(self, operands: Mapping[str, Iterable[int]]) -> None:
        super().__init__()
        self._operands = pa.array(operands, pa.string())
        # The extra last element is where -1, "not found", points to.
        self._label_of = np.array([self.intern(numbers) for numbers in operands.values()] + [0], np.int32)

    def label(self, values: pa.Array) -> Labels:
        return self._label_of[_positions(values, self._operands)]


class _Stems(_Interned):
    """Prefixes or suffixes as a tree by length: values leave it at the first length at which they fit no operand."""

    def __init__(self, operands: Mapping[str, set[int]], *, at_end: bool) -> None:
        super().__init__()
        self._at_end = at_end
        self._levels: list[tuple[int, pa.Array, Labels]] = []
        met: dict[str, set[int]] = {"": set()}
        previous = 0
        for length in sorted({len(operand) for operand in operands}):
            longer = {self._stem(operand, length) for operand in operands if len(operand) >= length}
            met = {stem: met[self._stem(stem, previous)] | operands.get(stem, set()) for stem in longer}
            labels = np.array([self.intern(numbers) for numbers in met.values()], np.int32)
            self._levels.append((length, pa.array(list(met), pa.string()), labels))
            previous = length

    def _stem(self, text: str, length: int) -> str:
        return text[len(text) - length :] if self._at_end else text[:length]

    def label(self, values: pa.Array) -> Labels:
        out = np.zeros(len(values), np.int32)
        alive = np.arange(len(values))
        for length, stems, labels in self._levels:
            start, stop = (-length, None) if self._at_end else (0, length)
            found = _positions(pc.utf8_slice_codeunits(values, start, stop), stems)
            fitting = np.flatnonzero(found >= 0)
            if not len(fitting):
                break
            alive = alive[fitting]
            out[alive] = labels[found[fitting]]
            values = values.take(pa.array(fitting))
        return out


class _Patterns(_Interned):
    """Many regular expressions in one automaton, run over the values that a joint filter lets through."""

    def __init__(self, patterns: Sequence[tuple[int, str]], *, is_filtered: bool) -> None:
        """Raises re2.error when the patterns are too much for one automaton."""
        super().__init__()
        self._patterns = patterns
        self._filter = "|".join(f"(?:{pattern})" for _, pattern in patterns) if is_filtered else None
        options = regex_options()
        options.max_mem = _AUTOMATON_BYTES
        self._automaton = re2.Set.SearchSet(options)
        self._automaton.Add("")  # always found; its absence tells that the automaton ran out of memory
        for _, pattern in patterns:
            self._automaton.Add(pattern)
        self._automaton.Compile()
        self._label_of: dict[tuple[int, ...], int] = {}

    def label(self, values: pa.Array) -> Labels:
        out = np.zeros(len(values), np.int32)
        rows = self._candidates(values)
        texts = values.take(pa.array(rows)).to_pylist()
        out[rows] = np.fromiter(map(self._search, texts), np.int32, len(texts))
        return out

    def _candidates(self, values: pa.Array) -> npt.NDArray[np.intp]:
        if self._filter is not None:
            try:
                return np.flatnonzero(pc.match_substring_regex(values, self._filter).to_numpy(zero_copy_only=False))
            except pa.ArrowInvalid:  # the joint expression is too large for the filter, though each one alone is not
                self._filter = None
        return np.arange(len(values))

    def _search(self, text: str) -> int:
        found = tuple(self._automaton.Match(text))
        label = self._label_of.get(found)
        if label is not None:
            return label
        if 0 not in found:
            return self.intern(n for n, pattern in self._patterns if compile_regex(pattern).search(text) is not None)
        label = self._label_of[found] = self.intern(self._patterns[i - 1][0] for i in found if i)
        return label


def _automata(patterns: Sequence[tuple[int, str]], *, is_filtered: bool) -> list[_Patterns]:
    """As few automata as hold the patterns."""
    try:
        return [_Patterns(patterns, is_filtered=is_filtered)]
    except re2.error:
        if len(patterns) == 1:
            raise
        half = len(patterns) // 2
        return [p for part in (patterns[:half], patterns[half:]) for p in _automata(part, is_filtered=is_filtered)]


def _positions(values: pa.Array, among: pa.Array) -> Labels:
    """The position of each value in `among`, -1 where it is not there."""
    found = pc.index_in(values, value_set=among)
    return (found.fill_null(-1) if found.null_count else found).to_numpy(zero_copy_only=False)
