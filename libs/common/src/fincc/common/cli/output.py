"""Printing: JSON, aligned tables, progress on a terminal or as plain lines."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import click
import orjson


def show_json(value: Any) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]], right: frozenset[int] = frozenset()) -> None:
    """Columns padded to their widest cell; `right` names the columns aligned to the right."""
    lines = [list(headers), *([_printable("" if c is None else str(c)) for c in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [_padded(cell, width, i in right) for i, (cell, width) in enumerate(zip(line, widths, strict=True))]
        click.echo("  ".join(padded).rstrip())


_ISOLATE, _POP = "\u2068", "\u2069"


def _printable(text: str) -> str:
    """Free text of a bill as one cell: it neither breaks the line, nor steers the terminal, nor turns its neighbours around."""
    text = "".join("\N{REPLACEMENT CHARACTER}" if _steers(c) else c for c in text)
    turns = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"{_ISOLATE}{text}{_POP}" if turns else text


def _steers(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(character) in _BIDI_CONTROLS


_BIDI_CONTROLS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def _width(text: str) -> int:
    """Places in a terminal: two for wide characters such as emoji, none for marks and joiners."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _padded(text: str, width: int, right: bool) -> str:
    spaces = " " * (width - _width(text))
    return spaces + text if right else text + spaces


def money(amount: str | None) -> str:
    """Two decimals with thousands separators; – for unknown."""
    return "–" if amount is None else f"{Decimal(amount):,.2f}"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f} %"


def follow(jobs: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """Show a job's progress until it ends; returns its last state."""
    bar = _Bar() if sys.stderr.isatty() else _Lines()
    last: dict[str, Any] = {}
    for last in jobs:
        bar.show(last.get("progress") or {})
    bar.close()
    return last


def _sentence(progress: dict[str, Any]) -> str:
    if not progress:
        return "looking for deliveries"
    if "metrics" in progress:
        return f"{progress['metrics_done']:,}/{progress['metrics']:,} metrics, {progress['rows']:,} values"
    eta = progress.get("eta_s")
    return (
        f"{progress['periods_done']}/{progress['periods']} periods, "
        f"{progress['files_done']}/{progress['files']} files, "
        f"{progress['rows']:,} rows, {progress['rows_per_s']:,} rows/s" + (f", {eta} s left" if eta else "")
    )


class _Bar:
    WIDTH = 30

    def show(self, progress: dict[str, Any]) -> None:
        done = progress.get("bytes_done", 0) / progress["bytes"] if progress.get("bytes") else 0.0
        filled = int(self.WIDTH * min(done, 1.0))
        click.echo(f"\r\x1b[K[{'#' * filled}{'.' * (self.WIDTH - filled)}] {_sentence(progress)}", nl=False, err=True)

    def close(self) -> None:
        click.echo("", err=True)


class _Lines:
    EVERY_S = 5.0

    def __init__(self) -> None:
        self._shown = 0.0
        self._last = ""

    def show(self, progress: dict[str, Any]) -> None:
        self._last = _sentence(progress)
        if time.monotonic() - self._shown >= self.EVERY_S:
            self._shown = time.monotonic()
            click.echo(self._last, err=True)

    def close(self) -> None:
        click.echo(self._last, err=True)
