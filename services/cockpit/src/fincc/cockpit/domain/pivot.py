"""The answer of a free question: rows by any dimensions, periods across, the smaller rows folded into "other"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from fincc.cockpit.domain.change import Line, add_lines
from fincc.cockpit.domain.teams import UNATTRIBUTABLE, measure, totals
from fincc.cockpit.domain.windows import Window
from fincc.common.money import units_to_text

Key = tuple[str | None, ...]
Cell = tuple[Key, date, int]
"""Values of the columns asked for, the first day of the period (or of the range compared with), the sum in units of 1e-12."""

SORTS = ("-cost", "cost", "name", "-name", "change", "-change", "-movement")
"""By amounts or names, `-` downwards; `-movement` puts the largest change first, whichever way it goes."""
TEAM_LEVELS = ("x_BusinessGroupId", "x_BusinessUnitId", "x_TeamId")


def to_lines(cells: Iterable[Cell], window: Window) -> dict[Key, Line]:
    """Lines from sums of (key, first day of its period); equal keys and periods are added up."""
    place = {start: i for i, start in enumerate(window.starts) if start >= window.days.start}
    out: dict[Key, Line] = {}
    for key, start, amount in cells:
        line = out.get(key)
        if line is None:
            line = out[key] = Line([0] * len(window.starts), None if window.previous is None else 0)
        period = place.get(start)
        if period is not None:
            line.series[period] += amount
        elif line.previous is not None:
            line.previous += amount
    return out


def pivot(
    lines: Mapping[Key, Line],
    window: Window,
    group_by: Sequence[str],
    label: Callable[[str, str | None], str],
    currency: str,
    *,
    top: int | None,
    sort: str,
) -> dict[str, Any]:
    """Rows plus other are the total, exactly. Unattributable is never folded into other when teams are asked for.

    `top` keeps the largest costs, or the largest movements when they are sorted by them.
    """
    compared = window.previous is not None
    total = add_lines(lines.values(), len(window.starts), compared)
    shown = {k: v for k, v in lines.items() if not v.is_empty} or ({} if group_by else {(): total})
    labels = {key: [label(d, k) for d, k in zip(group_by, key, strict=True)] for key in shown}
    order = sorted(shown, key=_sorting(shown, labels, sort), reverse=sort == "-name")
    by_size = sorted(shown, key=_sorting(shown, labels, sort if sort == "-movement" else "-cost"))
    kept = set(by_size if top is None else by_size[:top])
    kept |= {key for key in shown if _is_unattributable(group_by, key)}
    folded = [shown[k] for k in by_size if k not in kept]
    return {
        **totals(total, currency),
        "series_total": [units_to_text(v) for v in total.series],
        "rows": [
            {
                "keys": dict(zip(group_by, key, strict=True)),
                "labels": dict(zip(group_by, labels[key], strict=True)),
                **measure(shown[key], total, currency),
            }
            for key in order
            if key in kept
        ],
        "other": _other(folded, window, total, currency) if folded else None,
    }


def _other(folded: Sequence[Line], window: Window, total: Line, currency: str) -> dict[str, Any]:
    line = add_lines(folded, len(window.starts), window.previous is not None)
    return {"count": len(folded), **measure(line, total, currency)}


def _is_unattributable(group_by: Sequence[str], key: Key) -> bool:
    return any(d in TEAM_LEVELS and k is None for d, k in zip(group_by, key, strict=True))


def _sorting(lines: Mapping[Key, Line], labels: Mapping[Key, list[str]], sort: str) -> Callable[[Key], Any]:
    """Ties are broken by name, then by id, so that the order never changes between two calls."""
    down = sort.startswith("-")

    def amount(key: Key) -> int:
        line = lines[key]
        value = line.cost if sort.endswith("cost") or line.change is None else line.change
        return -abs(value) if sort == "-movement" else -value if down else value

    def by_amount(key: Key) -> Any:
        return amount(key), labels[key], [k or "" for k in key]

    def by_name(key: Key) -> Any:
        return labels[key], [k or "" for k in key]

    return by_name if sort.endswith("name") else by_amount


def label_of(dimension: str, value: str | None, names: Mapping[str, Mapping[str, str]]) -> str:
    """The text shown for a value: its name where there is one, else itself."""
    if value is None:
        return UNATTRIBUTABLE if dimension in TEAM_LEVELS else "None"
    return names.get(dimension, {}).get(value, value)
