"""Rows whose billed amount cannot be read, as they go to quarantine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fincc.ingestion.connectors.base import BadRow, NativeBatch
from fincc.ingestion.connectors.columns.texts import Mask, Text

_CONTENT = 4_000  # characters
KEPT = 1_000
"""Rows of files read together that are kept with their content; of more, file, line and reason are enough."""


def bad_rows(
    native: NativeBatch, unreadable: Mask, places: Sequence[int], currency: Text, before: int
) -> tuple[BadRow, ...]:
    """`places` are those of the billed columns, first choice first; `before` is how many bad rows there were already."""
    rows = np.flatnonzero(unreadable).tolist()
    if not rows:
        return ()
    written = [_written(native, row, places) for row in rows]
    values = [*currency.strings(), None]
    return tuple(
        BadRow(
            file=native.file,
            line=native.line(row),
            reason=f"{column} is {str(cell)[:60]!r}; expected an amount within ±1e15",
            content=_content(native, row) if before + i < KEPT else "",
            billed=None,
            currency=values[int(currency.codes[row])],
        )
        for i, (row, (column, cell)) in enumerate(zip(rows, written, strict=True))
    )


def _written(native: NativeBatch, row: int, places: Sequence[int]) -> tuple[str, object]:
    """Column and cell of the amount: the first column that says something."""
    for place in places:
        cell = native.table.column(place)[row].as_py()
        if cell not in (None, ""):
            break
    return native.table.column_names[place], cell


def _content(native: NativeBatch, row: int) -> str:
    cells = native.table.slice(row, 1).to_pylist()[0]
    return "; ".join(f"{name}={value}" for name, value in cells.items() if value not in (None, ""))[:_CONTENT]
