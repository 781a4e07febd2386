"""What the tables of a set add up to, so that each can be held against the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fincc.common.db import ReadSession

Sums = dict[tuple[int, str], tuple[Decimal, Decimal, Decimal]]
"""(set, currency) → billed, effective and list cost."""

_SUMS = "select set_id, currency, sum(billed), sum(effective), sum(list) from {} where set_id = any($1::bigint[]) group by 1, 2"
_ROLLUP = _SUMS.format("rollup")
_OF_TABLES = {
    "owner_day": _SUMS.format("owner_day"),
    "service_days": (
        "select set_id, currency, sum(b), sum(e), sum(l) from service_days, unnest(billed, effective, list) as daily (b, e, l) "
        "where set_id = any($1::bigint[]) group by 1, 2"
    ),
}
_PREFIX_DIFFERS = (
    "with daily as (select d.currency, d.day, sum(d.billed) as b, sum(d.effective) as e, sum(d.list) as l "
    "from snapshots s join owner_day d using (set_id) where s.counted group by 1, 2), "
    "expected as (select currency, day, sum(b) over so_far as b, sum(e) over so_far as e, sum(l) over so_far as l from daily "
    "window so_far as (partition by currency order by day)), "
    "stored as (select currency, day, sum(billed) as b, sum(effective) as e, sum(list) as l from team_prefix group by 1, 2) "
    "select currency, day from expected full join stored using (currency, day) "
    "where (expected.b, expected.e, expected.l) is distinct from (stored.b, stored.e, stored.l) order by day"
)


async def of_rollup(session: ReadSession, set_ids: Sequence[int]) -> Sums:
    return await _read(session, _ROLLUP, set_ids)


async def differing_tables(session: ReadSession, rollup: Sums, set_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """(set, currency) → a table whose sums are not those of the roll-up's rows."""
    found: dict[tuple[int, str], str] = {}
    for table, statement in _OF_TABLES.items():
        sums = await _read(session, statement, set_ids)
        found |= {key: table for key in rollup.keys() | sums.keys() if rollup.get(key) != sums.get(key)}
    return found


async def differing_days(session: ReadSession) -> list[tuple[str, date]]:
    """Currencies and days whose running totals are not those of the counted sets."""
    return [(currency, day) for currency, day in await (await session.driver()).fetch(_PREFIX_DIFFERS)]


async def _read(session: ReadSession, statement: str, set_ids: Sequence[int]) -> Sums:
    rows = await (await session.driver()).fetch(statement, set_ids)
    return {(set_id, currency): tuple(amounts) for set_id, currency, *amounts in rows}
