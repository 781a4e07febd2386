"""SQL over what a scan would be made from now, and what answers are, in one look: it is asked with every answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from fincc.common.db import Database
from fincc.compliance.repository.state import State

_LOOK = """
select policy_version, basis, scanned_at, duration_s, resources, scanned_policy, first_day, last_day, missing, requested,
  exists (select 1 from policies p where p.version = s.policy_version) as has_policy,
  exists (select 1 from leases where job = $1 and expires_at > $2) as is_running,
  (select max(version) from documents where kind = 'ownership' and problem is null) as ownership,
  (select max(version) from documents where kind = 'catalog' and problem is null) as catalog,
  (select jsonb_agg(jsonb_build_array(source_id, billing_period, version, first_day, last_day, usage_through)
    order by billing_period, source_id) from snapshots where counted and keys_path is not null) as snapshots,
  (select jsonb_agg(jsonb_build_array(path, name, jsonb_path_query_array(steps, '$[*] ? (@.ok == false)')) order by name)
    from inventories where path is not null and scanned_at is not null) as inventories,
  (select concat_ws(' ', id, at > $3) from events order by id desc limit 1) as changes
from state s
"""
JUST = timedelta(minutes=1)


@dataclass(frozen=True)
class Sealed:
    """A counted snapshot with records."""

    source_id: str
    billing_period: str
    version: int
    first_day: date | None
    last_day: date | None
    usage_through: date | None


@dataclass(frozen=True)
class Listed:
    """The newest listing of a cloud that found anything; `failed` are its steps {step, detail} that did not work."""

    path: str
    name: str
    failed: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Look:
    """`ownership` and `catalog`: versions of the newest usable documents, 0 before any has come. `changes`: equal as long as
    nobody changes a finding; all that becomes of one between two scans is in the history. Numbers of two changes at the same
    moment may be seen in either order, so what was made in the minute after one has a value of its own."""

    state: State
    has_policy: bool
    is_running: bool
    ownership: int
    catalog: int
    snapshots: Sequence[Sealed]
    inventories: Sequence[Listed]
    changes: str | None


async def look(database: Database, job: str, now: datetime) -> Look:
    """`job`: that of the lease of who judges."""
    row = await database.fetch_row(_LOOK, job, now, now - JUST)
    assert row is not None
    return Look(
        State(**{f.name: row[f.name] for f in fields(State)}),
        row["has_policy"],
        row["is_running"],
        row["ownership"] or 0,
        row["catalog"] or 0,
        [Sealed(*s[:3], *map(_day, s[3:])) for s in row["snapshots"] or ()],
        [Listed(*i) for i in row["inventories"] or ()],
        row["changes"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
