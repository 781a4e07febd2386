"""How a cost moved and what share it is. Sums are exact; only percentages are rounded, to one decimal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property

EXACT = Context(prec=60)
ZERO = Decimal(0)
_TENTH = Decimal("0.1")


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(values, ZERO)


def change_percent(cost: Decimal, previous: Decimal) -> float | None:
    """Percent of the previous cost; None when that was 0 or the sign flips, where a percentage says nothing."""
    if previous == 0 or cost * previous < 0:
        return None
    return _percent(cost - previous, abs(previous))


def share_percent(cost: Decimal, total: Decimal) -> float | None:
    """Percent of the total; None when that is 0."""
    return None if total == 0 else _percent(cost, total)


def _percent(part: Decimal, whole: Decimal) -> float:
    with localcontext(EXACT):
        return float((part * 100 / whole).quantize(_TENTH, rounding=ROUND_HALF_UP))


@dataclass
class Line:
    """The cost of one row of an answer: one amount per period, and the sum of the range compared with, if any.

    `cost` and `change` are read when both are complete.
    """

    series: list[Decimal] = field(default_factory=list)
    previous: Decimal | None = None

    @cached_property
    def cost(self) -> Decimal:
        return exact_sum(self.series)

    @property
    def change(self) -> Decimal | None:
        if self.previous is None:
            return None
        with localcontext(EXACT):
            return self.cost - self.previous

    @property
    def is_empty(self) -> bool:
        return not self.previous and not any(self.series)


def add_lines(lines: Iterable[Line], periods: int, compared: bool) -> Line:
    """The sum of lines that have the same periods."""
    out = Line([ZERO] * periods, ZERO if compared else None)
    with localcontext(EXACT):
        for line in lines:
            out.series = [a + b for a, b in zip(out.series, line.series, strict=True)]
            if out.previous is not None:
                out.previous += line.previous or ZERO
    return out
