"""Printing: JSON, aligned tables, progress on a terminal or as plain lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import click
import orjson


def show_json(value: Any) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]], right: frozenset[int] = frozenset()) -> None:
    """Columns padded to their widest cell; `right` names the columns aligned to the right."""
    cells = [["" if c is None else str(c) for c in row] for row in rows]
    widths = [max(len(h), *(len(r[i]) for r in cells)) if cells else len(h) for i, h in enumerate(headers)]
    for line in [list(headers), *cells]:
        padded = [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))]
        click.echo("  ".join(padded).rstrip())


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
