"""How a cost moved and what share it is. Amounts are whole units of 1e-12, so sums are exact; only percentages are
rounded, to one decimal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property

EXACT = Context(prec=60)
_TENTH = Decimal("0.1")


def change_percent(cost: int, previous: int) -> float | None:
    """Percent of the previous cost; None when that was 0 or the sign flips, where a percentage says nothing."""
    if previous == 0 or cost * previous < 0:
        return None
    return _percent(cost - previous, abs(previous))


def share_percent(cost: int, total: int) -> float | None:
    """Percent of the total; None when that is 0."""
    return None if total == 0 else _percent(cost, total)


def _percent(part: int, whole: int) -> float:
    with localcontext(EXACT):
        return float((Decimal(part * 100) / whole).quantize(_TENTH, rounding=ROUND_HALF_UP))


@dataclass
class Line:
    """The cost of one row of an answer: one amount per period, and the sum of the range compared with, if any.

    `cost` and `change` are read when both are complete.
    """

    series: list[int] = field(default_factory=list)
    previous: int | None = None

    @cached_property
    def cost(self) -> int:
        return sum(self.series)

    @property
    def change(self) -> int | None:
        return None if self.previous is None else self.cost - self.previous

    @property
    def is_empty(self) -> bool:
        return not self.previous and not any(self.series)


def add_lines(lines: Iterable[Line], periods: int, compared: bool) -> Line:
    """The sum of lines that have the same periods."""
    added = list(lines)
    series = [sum(amounts) for amounts in zip(*(line.series for line in added), strict=True)] or [0] * periods
    return Line(series, sum(line.previous or 0 for line in added) if compared else None)
