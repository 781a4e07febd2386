"""The truth about a demo bill: sums of the generator's own integers, written as exact decimals.

They use what the generator meant (who caused a line, whom the rules should find), never the product's mapping or rules.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fincc.common.period import BillingPeriod, Days
from fincc.ingestion.demo import DemoTotals, PeriodTotals, WindowTotals
from fincc.ingestion.demo.lines import (
    COVERED,
    LINE_ITEM_TYPES,
    NEGATION,
    PLAN_FEE,
    PLAN_UPFRONT,
    RESERVATION_FEE,
    RESERVATION_UPFRONT,
    RESERVED,
    Lines,
)
from fincc.ingestion.demo.price_list import COST_DECIMALS
from fincc.ingestion.demo.story import Story
from fincc.ingestion.demo.world import OWNERS

Amounts = npt.NDArray[np.int64]
WINDOW_DAYS = 30


def totals(story: Story, months: Sequence[tuple[BillingPeriod, Lines]]) -> DemoTotals:
    """`months` are the current deliveries, oldest first."""
    everything = np.concatenate([lines for _, lines in months])
    window = Days.ending_at(story.last_day, WINDOW_DAYS)
    return DemoTotals(
        as_of=story.as_of.isoformat(),
        currency="USD",
        rows=len(everything),
        billed=_text(billed(everything)),
        effective=_text(effective(everything)),
        periods=tuple(_of_period(period, lines) for period, lines in months),
        last_30_days=_of_window(window, everything),
        previous_30_days=_of_window(window.before(), everything),
    )


def billed(lines: Lines) -> Amounts:
    """Covered usage counts 0 and its negation is folded away; together they are 0 in the bill."""
    return np.where(np.isin(lines["kind"], (COVERED, NEGATION)), 0, lines["cost"])


def effective(lines: Lines) -> Amounts:
    """Use of a commitment at its price, its fees and upfront payments 0, and what was not used beside the fee."""
    kind = lines["kind"]
    amounts = np.where(np.isin(kind, (COVERED, RESERVED)), lines["effective"], billed(lines))
    amounts = np.where(kind == PLAN_FEE, lines["committed"] - lines["used"], amounts)
    amounts = np.where(kind == RESERVATION_FEE, lines["unused_upfront"] + lines["unused_recurring"], amounts)
    return np.where(np.isin(kind, (PLAN_UPFRONT, RESERVATION_UPFRONT)), 0, amounts)


def _of_period(period: BillingPeriod, lines: Lines) -> PeriodTotals:
    by_type: dict[str, int] = {}
    for kind in np.unique(lines["kind"]):
        name = LINE_ITEM_TYPES[kind]
        by_type[name] = by_type.get(name, 0) + int(lines["cost"][lines["kind"] == kind].sum())
    return PeriodTotals(
        billing_period=str(period),
        rows=len(lines),
        unblended_by_line_item_type={name: _decimal(amount) for name, amount in sorted(by_type.items())},
        billed=_text(billed(lines)),
        effective=_text(effective(lines)),
        expected_by_team=_by(lines["owner"], billed(lines)),
    )


def _of_window(days: Days, everything: Lines) -> WindowTotals:
    starts = everything["start"]
    lines = everything[(starts >= days.start.toordinal()) & (starts < days.end.toordinal())]
    return WindowTotals(
        start=days.start.isoformat(),
        last=days.last.isoformat(),
        billed=_text(billed(lines)),
        effective=_text(effective(lines)),
        billed_by_true_team=_by(lines["team"], billed(lines)),
        expected_by_team=_by(lines["owner"], billed(lines)),
        expected_effective_by_team=_by(lines["owner"], effective(lines)),
    )


def _by(owner: npt.NDArray[np.int32], amounts: Amounts) -> dict[str, str]:
    """Sums of those who have lines, by name."""
    sums = np.zeros(len(OWNERS), np.int64)
    np.add.at(sums, owner, amounts)
    return {OWNERS[number]: _decimal(int(sums[number])) for number in np.unique(owner)}


def _text(amounts: Amounts) -> str:
    return _decimal(int(amounts.sum()))


def _decimal(amount: int) -> str:
    """An integer at the bill's decimals as plain decimal text."""
    whole, fraction = divmod(abs(amount), 10**COST_DECIMALS)
    return f"{'-' if amount < 0 else ''}{whole}.{fraction:0{COST_DECIMALS}d}"
