"""Attributes of keys, column by column, for everything that looks at them during a scan."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fincc.common.focus import TAG_PREFIX
from fincc.common.key_attributes import Attributes
from fincc.common.rules.guess import Numbers

Codes = npt.NDArray[np.int32]


class Columns:
    """Columns of the attributes, read once; one that no key has is null throughout."""

    def __init__(self, attributes: Attributes) -> None:
        self._attributes, self.names = attributes, attributes.names
        self._known: dict[str, tuple[Codes, list[str]]] = {}

    def __getitem__(self, name: str) -> tuple[Codes, list[str]]:
        if name not in self._known:
            self._known[name] = self._attributes.column(name)
        return self._known[name]

    @property
    def tags(self) -> list[str]:
        return [n.removeprefix(TAG_PREFIX) for n in self.names if n.startswith(TAG_PREFIX)]

    def texts(self, name: str, rows: Numbers) -> list[str | None]:
        codes, values = self[name]
        return [values[code] if code >= 0 else None for code in codes[rows].tolist()]
