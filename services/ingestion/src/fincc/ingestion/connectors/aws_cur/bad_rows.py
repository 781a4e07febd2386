"""Rows whose billed amount cannot be read, as they go to quarantine."""

from __future__ import annotations

import numpy as np

from fincc.ingestion.connectors.aws_cur.costs import Basis
from fincc.ingestion.connectors.aws_cur.names import canonical
from fincc.ingestion.connectors.base import BadRow, NativeBatch
from fincc.ingestion.connectors.columns.texts import Text

_CONTENT = 4_000  # characters
KEPT = 1_000
"""Rows of a delivery that are kept with their content; of more, file, line and reason are enough."""


def bad_rows(native: NativeBatch, basis: Basis, currency: Text, before: int) -> tuple[BadRow, ...]:
    """`before` is how many the delivery had already."""
    rows = np.flatnonzero(basis.unreadable).tolist()
    if not rows:
        return ()
    place = next(i for i, name in enumerate(native.table.column_names) if canonical(name) == basis.column)
    column = native.table.column_names[place]
    written = native.table.column(place).take(rows).to_pylist()
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
        for i, (row, cell) in enumerate(zip(rows, written, strict=True))
    )


def _content(native: NativeBatch, row: int) -> str:
    cells = native.table.slice(row, 1).to_pylist()[0]
    return "; ".join(f"{name}={value}" for name, value in cells.items() if value not in (None, ""))[:_CONTENT]
