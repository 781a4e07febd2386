"""Codes of values in order of first use."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

V = TypeVar("V", bound=Hashable)


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
