"""Arrays that grow at their end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class Growing:
    """An array with cheap appends along its first axis; `values` is a view of what is there."""

    def __init__(self, dtype: npt.DTypeLike, width: int | None = None) -> None:
        self._data: npt.NDArray[Any] = np.zeros(1024 if width is None else (1024, width), dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[Any]:
        return self._data[: self._size]

    def append(self, rows: npt.NDArray[Any]) -> None:
        self.extend(len(rows))
        self._data[self._size - len(rows) : self._size] = rows

    def extend(self, rows: int) -> None:
        """Add zeros."""
        needed = self._size + rows
        if needed > len(self._data):
            grown = np.zeros((max(needed, 2 * len(self._data)), *self._data.shape[1:]), self._data.dtype)
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        self._size = needed
