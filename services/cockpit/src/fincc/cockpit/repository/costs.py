"""Running totals by team. Amounts come as the text of whole units: turning 1,000 of them into numbers is far cheaper
here than in the driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from fincc.cockpit.domain.columns import METRIC_FIELDS
from fincc.cockpit.domain.running_totals import Totals
from fincc.common.db import ReadSession

_BILLED_POINTS = (
    "select day, array_agg(team_id), array_agg(trunc(billed * 1000000000000)::text) from team_prefix "
    "where currency = $1 and day = any($2::date[]) group by day"
)
_POINTS = {metric: _BILLED_POINTS.replace("billed", field) for metric, field in METRIC_FIELDS.items()}
_AXIS = "select distinct currency, day from team_prefix order by currency, day"
_SIZES = (
    "select p.currency, sum(p.billed) as billed from team_prefix p "
    "join (select currency, max(day) as day from team_prefix group by currency) newest using (currency, day) group by p.currency"
)

Axis = Mapping[str, Sequence[date]]
"""Currency → the days that have running totals, ascending; the largest currency first."""


async def load_axis(session: ReadSession) -> Axis:
    driver = await session.driver()
    days: dict[str, list[date]] = {}
    for currency, day in await driver.fetch(_AXIS):
        days.setdefault(currency, []).append(day)
    sizes = dict(await driver.fetch(_SIZES))
    return {c: days[c] for c in sorted(days, key=lambda c: (-abs(sizes[c]), c))}


async def read_totals(session: ReadSession, metric: str, currency: str, days: Sequence[date]) -> Totals:
    """The running totals at the end of each of these days of the axis."""
    if not days:
        return {}
    driver = await session.driver()
    return {
        day: {team or None: int(amount) for team, amount in zip(teams, amounts, strict=True)}
        for day, teams, amounts in await driver.fetch(_POINTS[metric], currency, days)
    }
