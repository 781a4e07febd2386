"""Running totals by team over all counted sets: one subtraction answers any range of days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from fincc.common.db import WriteSession

_REWRITE = text("""
insert into team_prefix (currency, day, team_id, billed, effective, list)
with delta as materialized (
    select d.currency, d.day, d.team_id, sum(d.billed) as billed, sum(d.effective) as effective, sum(d.list) as list
    from snapshots s join owner_day d on d.set_id = s.set_id
    where s.counted and d.day >= :first group by d.currency, d.day, d.team_id
), base as materialized (
    select p.currency, p.team_id, p.billed, p.effective, p.list from team_prefix p
    join (select currency, max(day) as day from team_prefix where day < :first group by currency) newest using (currency, day)
), axis as (
    select distinct currency, day from delta
), team as (
    select currency, team_id from base union select currency, team_id from delta
), cell as (
    select currency, team_id, day, sum(billed) as billed, sum(effective) as effective, sum(list) as list from (
        select currency, team_id, day, billed, effective, list from delta
        union all
        select a.currency, t.team_id, a.day, 0, 0, 0 from axis a join team t on t.currency = a.currency
    ) with_zeros group by currency, team_id, day
)
select c.currency, c.day, c.team_id,
    coalesce(b.billed, 0) + sum(c.billed) over so_far,
    coalesce(b.effective, 0) + sum(c.effective) over so_far,
    coalesce(b.list, 0) + sum(c.list) over so_far
from cell c left join base b on b.currency = c.currency and b.team_id = c.team_id
window so_far as (partition by c.currency, c.team_id order by c.day)
""")


async def rewrite(session: WriteSession, first: date | None) -> None:
    """Compute the days from `first` on again; the days before it stay."""
    if first is None:
        return
    await session.execute(text("delete from team_prefix where day >= :first"), {"first": first})
    await session.execute(_REWRITE, {"first": first})
