"""Reduces the values of a column to the few classes that the rules can tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.attribution.domain.conditions import EXISTS, Comparison
from fincc.attribution.domain.matching import Labels, build_matchers
from fincc.common.rules.tags import is_blank

ABSENT = 0  # the class id of null and blank
MEMO_VALUES = 65_536
MEMO_CHARACTERS = 256
_RANGE_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class ValueClass:
    """All that rules can know of a value: which comparisons (by number) it meets, which team and service it means."""

    atoms: frozenset[int]
    team_id: str | None = None
    service_id: str | None = None
    is_present: bool = True


@dataclass(frozen=True, slots=True)
class Meaning:
    """How to read a value as written: the text that comparisons see, and the team and service it means.

    A value whose `text` is blank counts as absent.
    """

    text: Callable[[str], str]
    team: Callable[[str], str | None]
    service: Callable[[str], str | None]


class ColumnClasses:
    """Class ids of one column's values, stable for the life of the object; `classes[id]` is the class.


    Columns with a meaning remember their values across batches: at most MEMO_VALUES of at most MEMO_CHARACTERS each
    (about 25 MB); when full, the memory starts afresh. Other columns are reduced by column kernels, which cost less
    than remembering would. There are never more classes than the rules can tell apart.
    """

    def __init__(self, numbered: Sequence[tuple[int, Comparison]], meaning: Meaning | None = None) -> None:
        self.classes: list[ValueClass] = [ValueClass(frozenset(), is_present=False)]
        self._ids: dict[ValueClass, int] = {}
        self._by_labels: dict[tuple[int, ...], int] = {}
        self._matchers = build_matchers(numbered)
        self._always = frozenset(number for number, comparison in numbered if comparison.operator == EXISTS)
        self._meaning = meaning
        self._memo: dict[str | None, int] = {None: ABSENT}

    def classify(self, values: pa.Array) -> Labels:
        """One class id per value of a string array (null and blank: ABSENT)."""
        if self._meaning is not None:
            return self._recall(values.to_pylist(), self._meaning)
        if values.null_count:
            values = values.fill_null("")
        blank = pc.or_(pc.ascii_is_space(values), pc.equal(pc.binary_length(values), 0))
        out = self._intern_labels([matcher.label(values) for matcher in self._matchers], len(values))
        out[blank.to_numpy(zero_copy_only=False)] = ABSENT
        return out

    def _recall(self, values: list[str | None], meaning: Meaning) -> Labels:
        unknown = -1
        out = np.fromiter(map(self._memo.get, values, repeat(unknown)), np.int32, len(values))
        missing = np.flatnonzero(out == unknown)
        if not len(missing):
            return out
        new = [value for i in missing if (value := values[i]) is not None]
        out[missing] = ids = self._interpret(new, meaning)
        for value, class_id in zip(new, ids.tolist(), strict=True):
            if len(self._memo) >= MEMO_VALUES:
                self._memo = {None: ABSENT}
            if len(value) <= MEMO_CHARACTERS:
                self._memo[value] = class_id
        return out

    def _interpret(self, values: list[str], meaning: Meaning) -> Labels:
        texts = ["" if is_blank(value) else meaning.text(value) for value in values]
        column = pa.array(texts, pa.string())
        met = self._intern_labels([matcher.label(column) for matcher in self._matchers], len(values))
        out = np.empty(len(values), np.int32)
        for i, (value, text, base) in enumerate(zip(values, texts, met.tolist(), strict=True)):
            if is_blank(text):
                out[i] = ABSENT
            else:
                atoms = self.classes[base].atoms
                out[i] = self._intern(ValueClass(atoms, meaning.team(value), meaning.service(value)))
        return out

    def _intern_labels(self, labels: list[Labels], rows: int) -> Labels:
        """Class ids of the combinations of labels."""
        inverse, first = distinct(labels, rows)
        return np.array([self._id_of(labels_met) for labels_met in combinations(labels, first)], np.int32)[inverse]

    def _id_of(self, combination: tuple[int, ...]) -> int:
        known = self._by_labels.get(combination)
        if known is None:
            met = (matcher.atoms[label] for matcher, label in zip(self._matchers, combination, strict=True))
            known = self._by_labels[combination] = self._intern(ValueClass(self._always.union(*met)))
        return known

    def _intern(self, value_class: ValueClass) -> int:
        class_id = self._ids.setdefault(value_class, len(self.classes))
        if class_id == len(self.classes):
            self.classes.append(value_class)
        return class_id


def combinations(columns: Iterable[Labels], rows: npt.NDArray[np.intp]) -> Iterable[tuple[int, ...]]:
    """The values of all columns in each of the given rows."""
    values = [column[rows].tolist() for column in columns]
    return zip(*values, strict=True) if values else [()] * len(rows)


def distinct(columns: Iterable[Labels], rows: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Distinct combinations of non-negative columns: (number of the combination per row, a row of each combination)."""
    if not rows:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    code, size = np.zeros(rows, np.int64), 1
    for column in columns:
        width = int(column.max()) + 1
        if size * width > _RANGE_LIMIT:
            code = _number(code)
            size = int(code.max()) + 1
        if width > 1:
            code = code * width + column
            size *= width
    code = _number(code)
    first = np.zeros(int(code.max()) + 1, np.intp)
    first[code] = np.arange(rows)
    return code, first


def _number(code: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The same column with its distinct values numbered from 0."""
    plain = pa.Array.from_buffers(pa.int64(), len(code), [None, pa.py_buffer(np.ascontiguousarray(code))])
    return plain.dictionary_encode().indices.to_numpy().astype(np.int64)
