"""Codes of values in order of first use, and what rows of codes have in common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

V = TypeVar("V", bound=Hashable)
Ints = npt.NDArray[np.integer[Any]]


class Vocabulary(Generic[V]):
    """Values and their codes; None is -1 and has no entry."""

    def __init__(self, values: Iterable[V] = ()) -> None:
        self.values: list[V] = []
        self._codes: dict[V | None, int] = {None: -1}
        for value in values:
            self.code(value)

    def __len__(self) -> int:
        return len(self.values)

    def code(self, value: V | None) -> int:
        known = self._codes.get(value)
        if known is None:
            known = self._codes[value] = len(self.values)
            assert value is not None
            self.values.append(value)
        return known

    def codes(self, values: Iterable[V | None]) -> npt.NDArray[np.int32]:
        get, code = self._codes.get, self.code
        return np.array([known if (known := get(v)) is not None else code(v) for v in values], np.int32)


def number_rows(columns: Sequence[Ints]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Numbers the distinct rows of code columns (-1 is a code like any other): the first row of each number, each row's number."""
    number = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        size = int(column.max(initial=-1)) + 2
        if int(number.max(initial=0)) * size > 2**62:
            _, number = np.unique(number, return_inverse=True)
        number = number * size + column + 1
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    return first, inverse


def first_rows(codes: Ints, n: int) -> npt.NDArray[np.intp]:
    """The first row of each of `n` codes, all of which occur."""
    first = np.zeros(n, np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # the last assignment, the first row, stays
    return first
