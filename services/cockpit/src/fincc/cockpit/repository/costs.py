"""Reads of cost: points of the running totals, and sums over roll-up rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fincc.cockpit.domain.columns import METRIC_FIELDS
from fincc.common.db import ReadSession

_BILLED_POINTS = (
    "select b.at, p.team_id, p.billed from unnest($2::date[]) as b(at) "
    "cross join lateral (select max(day) as day from team_prefix where currency = $1 and day <= b.at) newest "
    "join team_prefix p on p.currency = $1 and p.day = newest.day"
)
_POINTS = {metric: _BILLED_POINTS.replace("p.billed", f"p.{field}") for metric, field in METRIC_FIELDS.items()}
_CURRENCIES = (
    "select p.currency, sum(p.billed) as billed from (select currency, max(day) as day from team_prefix group by currency) newest "
    "join team_prefix p using (currency, day) group by p.currency order by abs(sum(p.billed)) desc, p.currency"
)


@dataclass(frozen=True)
class Points:
    """Running totals: `totals[team][day]` over the days asked for; a team without an entry had no cost up to that day."""

    totals: dict[str | None, dict[date, Decimal]]


async def running_totals(session: ReadSession, metric: str, currency: str, days: Sequence[date]) -> Points:
    driver = await session.driver()
    totals: dict[str | None, dict[date, Decimal]] = {}
    for at, team, amount in await driver.fetch(_POINTS[metric], currency, sorted(set(days))):
        totals.setdefault(team or None, {})[at] = amount
    return Points(totals)


async def list_currencies(session: ReadSession) -> list[str]:
    """Currencies with counted cost, the largest first."""
    driver = await session.driver()
    return [row["currency"] for row in await driver.fetch(_CURRENCIES)]
