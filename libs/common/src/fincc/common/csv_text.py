"""Lines of CSV that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

BOM = "\ufeff"
"""Begins a file; without it spreadsheets read UTF-8 as something else."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def safe(value: Any) -> str:
    """Text that a spreadsheet does not take for a formula; negative numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) and not _NUMBER.match(text) else text


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """One line per row, every cell of it safe."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(v) for v in row] for row in rows)
    return out.getvalue()
