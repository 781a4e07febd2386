"""The rows of a batch by canonical column name; every column may be absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.ingestion.connectors.base import NativeBatch
from fincc.ingestion.connectors.columns.amounts import Amounts
from fincc.ingestion.connectors.columns.texts import Rows, Text
from fincc.ingestion.connectors.columns.times import Times

Warnings = Counter[tuple[str, str]]


@dataclass
class NativeRows:
    """A view of the rows `picked` (all of them when None), in that order. Warns of cells that cannot be read."""

    native: NativeBatch
    canonical: Callable[[str], str]
    warnings: Warnings
    null_words: Sequence[str] = ("",)
    picked: Rows | None = None
    places: dict[str, int] = field(default_factory=dict)
    """The column of each name; the first one where a file has several. May be given."""
    _amounts: dict[str, Amounts] = field(default_factory=dict)
    _texts: dict[str, Text] = field(default_factory=dict)
    _numbers: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.places:
            for i, name in enumerate(self.native.table.column_names):
                self.places.setdefault(self.canonical(name), i)

    def __len__(self) -> int:
        return self.native.table.num_rows if self.picked is None else len(self.picked)

    def has(self, name: str) -> bool:
        return name in self.places

    def pick(self, rows: Rows | None) -> NativeRows:
        """The same batch, other rows; columns that were read already are not read again."""
        return replace(self, picked=rows)

    def among(self, rows: Rows) -> NativeRows:
        """Some of these rows, as places among them."""
        return self.pick(rows if self.picked is None else self.picked.take(rows))

    def column(self, name: str) -> pa.ChunkedArray | None:
        return self.native.table.column(self.places[name]) if name in self.places else None

    def text(self, *names: str) -> Text:
        """The first of the columns that says something, row by row."""
        out: Text | None = None
        for name in names:
            column = self.column(name)
            if column is None or column.null_count == len(column):
                continue
            if name not in self._texts:
                self._texts[name] = Text.of(column, self.null_words)
            text = self._texts[name]
            if self.picked is not None:
                text = text.take(self.picked)
            out = text if out is None else out.or_else(text)
        return Text.constant(len(self), None) if out is None else out

    def amounts(self, *names: str) -> Amounts:
        """The first of the columns that has an amount, row by row. Unreadable cells are missing, and warned of."""
        out: Amounts | None = None
        for name in names:
            if name not in self.places:
                continue
            amounts = self._amounts_of(name)
            out = amounts if out is None else out.or_else(amounts)
        return Amounts.none(len(self)) if out is None else out

    def _amounts_of(self, name: str) -> Amounts:
        column = self.native.table.column(self.places[name])
        if self.picked is None or 2 * len(self.picked) > len(column):
            if name not in self._amounts:
                self._amounts[name] = self._warned(name, Amounts.of(column, self.null_words))
            amounts = self._amounts[name]
            return amounts if self.picked is None else amounts.take(self.picked)
        return self._warned(name, Amounts.of(column.take(pa.array(self.picked)), self.null_words))

    def _warned(self, name: str, amounts: Amounts) -> Amounts:
        if amounts.unreadable is not None:
            self.warnings["unreadable_amount", name] += int(np.count_nonzero(amounts.unreadable))
        if amounts.changed:
            self.warnings["rounded_to_12_places", name] += amounts.changed
        return amounts

    def times(self, name: str) -> Times:
        column = self.column(name)
        if column is None:
            return Times.none(len(self))
        times = Times.of(column, self.null_words)
        return times if self.picked is None else times.take(self.picked)

    def numbers(self, name: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Quantities, and which are missing."""
        column = self.column(name)
        if column is None or column.null_count == len(column):
            return np.zeros(len(self)), np.ones(len(self), bool)
        if name not in self._numbers:
            self._numbers[name], unreadable = _doubles(column, self.null_words)
            if unreadable:
                self.warnings["unreadable_quantity", name] += unreadable
        values = self._numbers[name] if self.picked is None else self._numbers[name][self.picked]
        return values, ~np.isfinite(values)


def _doubles(column: pa.ChunkedArray, null_words: Sequence[str]) -> tuple[npt.NDArray[np.float64], int]:
    """NaN where missing or unreadable, and how many are unreadable."""
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        text = Text.of(column, null_words)
        parsed = [*map(_number, text.strings()), np.nan]
        values = np.array(parsed)[text.codes]
        return values, int(np.count_nonzero(np.isnan(values) & ~text.is_null))
    flat = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return flat.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False), 0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
