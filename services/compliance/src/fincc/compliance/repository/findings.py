"""SQL over findings, their events, and coverage: written by a scan all at once, read with filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession

DESCRIBING = (
    "resource_id", "resource_name", "resource_type", "service", "account", "account_name", "region", "missing_keys",
    "violations", "cost", "currency", "first_seen", "last_seen", "in_bill", "in_cloud", "tags", "team_id", "rule_id",
    "suggested_team", "confidence", "candidates",
)  # fmt: skip
_NAMES = ", ".join(DESCRIBING)
_INSERT = "insert into findings as f (id, "
_ON_CONFLICT = (
    ", :policy, :now from found on conflict (id) do update set first_seen = least(f.first_seen, excluded.first_seen), "
    "opened_at = case when f.closed_at is null then f.opened_at else excluded.opened_at end, "
    "policy_version = excluded.policy_version, closed_at = null, closed_because = null, "
)
_UPDATES = ", ".join(f"{c} = excluded.{c}" for c in DESCRIBING if c != "first_seen")


async def clear_stage(session: WriteSession) -> None:
    """Of what a scan before has left."""
    await session.execute(text("delete from found"))


async def stage(session: WriteSession, found: pa.Table) -> None:
    """Some of what the scan has found, beside the findings."""
    await session.copy("found", found)


async def vanished(session: ReadSession) -> list[RowMapping]:
    """Open findings that were not found again."""
    return await session.all(
        text(
            "select id, account, service, resource_id, policy_version from findings f where closed_at is null "
            "and not exists (select 1 from found where found.id = f.id)"
        )
    )


async def merge(session: WriteSession, policy_version: int, now: datetime) -> None:
    """Open what is new, open again what was closed, describe the others anew. In an exemption nothing changes."""
    params = {"policy": policy_version, "now": now}
    await session.execute(
        text(
            "insert into events (finding_id, at, event, text) select found.id, :now, "
            "case when f.id is null then 'opened' else 'reopened' end, "
            "array_to_string(found.missing_keys, ', ') from found left join findings f on f.id = found.id "
            "where f.id is null or f.closed_at is not null"
        ),
        params,
    )
    await session.execute(
        text(_INSERT + _NAMES + ", policy_version, opened_at) select id, " + _NAMES + _ON_CONFLICT + _UPDATES),
        params,
    )
    await session.execute(text("delete from found"))


async def close(session: WriteSession, reasons: Mapping[str, str], now: datetime) -> None:
    """By id, why."""
    if not reasons:
        return
    params = {"ids": list(reasons), "reasons": list(reasons.values()), "now": now}
    await session.execute(
        text(
            "update findings f set closed_at = :now, closed_because = r.reason "
            "from unnest(cast(:ids as text[]), cast(:reasons as text[])) as r(id, reason) where f.id = r.id"
        ),
        params,
    )
    await session.execute(
        text(
            "insert into events (finding_id, at, event, text) select r.id, :now, 'closed', r.reason "
            "from unnest(cast(:ids as text[]), cast(:reasons as text[])) as r(id, reason)"
        ),
        params,
    )


async def replace_coverage(session: WriteSession, lines: Sequence[tuple[str, str, str, Decimal, int | None]]) -> None:
    """(currency, kind, why, cost, resources)."""
    await session.execute(text("delete from coverage"))
    if lines:
        columns = ("currency", "kind", "why", "cost", "resources")
        await session.execute(
            text(
                "insert into coverage (currency, kind, why, cost, resources) values (:currency, :kind, :why, :cost, :resources)"
            ),
            [dict(zip(columns, line, strict=True)) for line in lines],
        )


async def list_coverage(session: ReadSession) -> list[RowMapping]:
    return await session.all(
        text(
            "select * from coverage order by currency, "
            "array_position(array['compliant', 'violating', 'untaggable'], kind), cost desc, why"
        )
    )


@dataclass(frozen=True)
class Selection:
    """Which findings. Empty lists are no filter, an empty value is for those that have none; `team` matches owners, those
    assigned and suggested, and `unknown` those with none of them. `permitted`: teams the asker may see, None for all;
    then findings without a team are not seen."""

    today: date
    state: str = "open"
    currency: str | None = None
    missing: Sequence[str] = ()
    service: Sequence[str] = ()
    account: Sequence[str] = ()
    region: Sequence[str] = ()
    type: Sequence[str] = ()
    team: Sequence[str] = ()
    seen_in: Sequence[str] = ()
    min_cost: Decimal | None = None
    min_age_days: int | None = None
    words: str | None = None
    permitted: frozenset[str] | None = None


TEAM = "coalesce(team_id, assigned_team, suggested_team)"
"""Whose a finding is: who pays by the attribution rules, else who was assigned, else who is likely to be."""
PERMITTED = "(cast(:permitted as text[]) is null or " + TEAM + " = any(cast(:permitted as text[])))"
"""Those of teams that the asker may see; null is everything, also what is no team's. See `permitting`."""
_STATES = {
    "open": "closed_at is null and (exempt_until is null or exempt_until < :today)",
    "exempt": "closed_at is null and exempt_until >= :today",
    "closed": "closed_at is not null",
}
_ORDER = {
    "-cost": "cost desc nulls last, resource_id, id",
    "cost": "cost asc nulls first, resource_id, id",
    "-age": "first_seen asc, resource_id, id",
    "age": "first_seen desc, resource_id, id",
    "resource": "resource_id, id",
}
FACETS = {
    "missing": "unnest(missing_keys)",
    "service": "service",
    "account": "nullif(account, '')",
    "region": "nullif(region, '')",
    "type": "resource_type",
    "team": "coalesce(" + TEAM + ", 'unknown')",
    "seen_in": "case when in_bill and in_cloud then 'both' when in_bill then 'bill' else 'cloud' end",
}


_FROM = "from findings where "
_AS_NAMED = ", ".join(expression + " as " + name for name, expression in FACETS.items() if name != "missing")
_GROUPED = "select missing_keys, " + _AS_NAMED + ", count(*) as n, sum(cost) as cost " + _FROM
_BY = " group by missing_keys, " + ", ".join(name for name in FACETS if name != "missing")
_TOTAL = "select null as facet, null as value, cast(coalesce(sum(n), 0) as bigint) as findings, sum(cost) as cost "
_EACH = (
    "(select '<facet>' as facet, value, cast(sum(n) as bigint) as findings, coalesce(sum(cost), 0) as cost "
    "from (select <value> as value, n, cost from grouped where <where>) f group by value order by 4 desc, 3 desc, 2 "
    "limit :limit)"
)
_ROWS = "select * " + _FROM


def permitting(teams: frozenset[str] | None) -> dict[str, list[str] | None]:
    """The parameter of PERMITTED."""
    return {"permitted": None if teams is None else sorted(teams)}


def _wanted(wanted: Selection) -> tuple[str, dict[str, Any]]:
    """Conditions and their parameters, but for the filters that have facets. Findings of another currency are left out;
    those without costs are not."""
    parts = [_STATES[wanted.state]]
    params: dict[str, Any] = {"today": wanted.today}
    if wanted.permitted is not None:  # said outright, so that the index on whose they are is used
        parts.append(TEAM + " = any(cast(:permitted as text[]))")
        params |= permitting(wanted.permitted)
    if wanted.currency is not None:
        parts.append("(currency = :currency or currency is null)")
        params["currency"] = wanted.currency
    if wanted.min_cost is not None:
        parts.append("cost >= :min_cost")
        params["min_cost"] = wanted.min_cost
    if wanted.min_age_days is not None:
        parts.append("first_seen <= cast(:today as date) - cast(:age as integer)")
        params["age"] = wanted.min_age_days
    if wanted.words:
        parts.append(
            "(strpos(lower(resource_id), lower(:words)) > 0 or strpos(lower(resource_name), lower(:words)) > 0)"
        )
        params["words"] = wanted.words
    return " and ".join(parts), params


def _filters(wanted: Selection, columns: Mapping[str, str], without: str | None = None) -> str:
    """The others, over `columns` by facet; `without` one, for counting its own values. See `_values`."""
    parts = ["true"]
    for name in FACETS:
        if getattr(wanted, name) and name != without:
            is_one = "coalesce(" + columns[name] + ", '') = any(:" + name + ")"
            parts.append("missing_keys && cast(:missing as text[])" if name == "missing" else is_one)
    return " and ".join(parts)


def _values(wanted: Selection) -> dict[str, list[str]]:
    """The parameters of `_filters`."""
    return {name: list(getattr(wanted, name)) for name in FACETS if getattr(wanted, name)}


async def search(session: ReadSession, wanted: Selection, sort: str, limit: int, offset: int) -> list[RowMapping]:
    where, params = _wanted(wanted)
    return await session.all(
        text(
            _ROWS
            + where
            + " and "
            + _filters(wanted, FACETS)
            + " order by "
            + _ORDER[sort]
            + " limit :limit offset :offset"
        ),
        {**params, **_values(wanted), "limit": limit, "offset": offset},
    )


@dataclass(frozen=True)
class Summary:
    """How many, what those with costs cost (None when none has), and the values of every dimension under the other
    filters, the most expensive first."""

    total: int
    cost: Decimal | None
    facets: dict[str, list[RowMapping]]


async def summarize(session: ReadSession, wanted: Selection, limit: int) -> Summary:
    """`limit`: values of a dimension."""
    where, params = _wanted(wanted)
    rows = await session.all(text(_summary(wanted, where)), {**params, **_values(wanted), "limit": limit})
    facets: dict[str, list[RowMapping]] = {name: [] for name in FACETS}
    total = next(row for row in rows if row["facet"] is None)
    for row in rows:
        if row["facet"] is not None:
            facets[row["facet"]].append(row)
    return Summary(total["findings"], total["cost"], facets)


def _summary(wanted: Selection, where: str) -> str:
    """One row per value: facet, value, findings, cost; that of the total has no facet. The findings are read once and come
    in far fewer groups, of which all sums are made, each under its own filters."""
    of = {name: FACETS[name] if name == "missing" else name for name in FACETS}
    each = (
        _EACH.replace("<facet>", name).replace("<value>", value).replace("<where>", _filters(wanted, of, without=name))
        for name, value in of.items()
    )
    total = _TOTAL + "from grouped where " + _filters(wanted, of)
    return "with grouped as materialized (" + _GROUPED + where + _BY + ") " + " union all ".join([total, *each])


async def find(session: ReadSession, finding_id: str, permitted: frozenset[str] | None) -> RowMapping | None:
    """`permitted` as in Selection."""
    return await session.first(text(_ROWS + "id = :id and " + PERMITTED), {"id": finding_id, **permitting(permitted)})


async def history(session: ReadSession, finding_id: str) -> list[RowMapping]:
    return await session.all(
        text("select at, event, text from events where finding_id = :id order by id"), {"id": finding_id}
    )


async def currencies(session: ReadSession) -> list[str]:
    """Those of the days scanned, the largest first."""
    rows = await session.all(
        text("select currency from coverage group by currency order by sum(abs(cost)) desc, currency")
    )
    return [row["currency"] for row in rows]


async def exempt_sums(session: ReadSession, today: date) -> list[RowMapping]:
    """What exempt findings cost, by currency: part of what is violating."""
    return await session.all(
        text(
            "select currency, sum(cost) as cost, count(*) as resources from findings "
            "where closed_at is null and exempt_until >= :today and cost is not null group by currency"
        ),
        {"today": today},
    )
