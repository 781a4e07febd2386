"""Lines of CSV that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

BOM = "\ufeff"
"""Begins a file; without it spreadsheets read UTF-8 as something else."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AFTER_SEPARATOR = re.compile(r"([,;\t]\s*)(?=[-=+@＝＋－＠])")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def safe(value: Any) -> str:
    """Text that a spreadsheet does not take for a formula; negative numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) and not _NUMBER.match(text) else text


def safe_comment(text: str) -> str:
    """A line that is no table, and that a spreadsheet cuts into cells nevertheless: none of them is a formula."""
    return _AFTER_SEPARATOR.sub(r"\1'", text)


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """One line per row, every cell of it safe."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(v) for v in row] for row in rows)
    return out.getvalue()


def write(head: Iterable[tuple[str, Any]], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A file: what it is about in `#` lines, then its table."""
    about = (
        safe_comment(f"# {name}: {' '.join(str(value if value is not None else '').split())}") + "\r\n"
        for name, value in head
    )
    return "".join(chain([BOM], about, [lines([columns]), lines(rows)])).encode()
