"""What a scan is made from; another basis means that a new one is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson

from fincc.common.hierarchy import Catalog
from fincc.common.ownership import OwnershipMap
from fincc.common.period import Days
from fincc.compliance.repository import snapshots, state
from fincc.compliance.repository.due import Look, Sealed
from fincc.compliance.repository.snapshots import SnapshotRow
from fincc.compliance.usecases import documents, inventories
from fincc.compliance.usecases.context import Context

Snapshot = TypeVar("Snapshot", SnapshotRow, Sealed)


@dataclass(frozen=True)
class Basis:
    """All that a scan is made from. `wanted` are the snapshots with records on the days, `all_of` every counted one."""

    days: Days | None
    wanted: Sequence[SnapshotRow]
    all_of: Sequence[SnapshotRow]
    ownership: OwnershipMap
    catalog: Catalog
    policy_version: int
    policy: str
    inventory: Sequence[inventories.Scanned]
    requested: int

    @property
    def text(self) -> str:
        """Equal for equal bases."""
        return _text(
            self.days,
            self.wanted,
            self.ownership.version,
            self.catalog.version,
            self.policy_version,
            ([s.path, *s.missing] for s in self.inventory),
            self.requested,
        )


async def basis(context: Context) -> Basis | None:
    """What a scan would be made from now; None while no policy is published or there is nothing to judge."""
    async with context.database.read() as session:
        current = await state.get(session)
        policy = await state.find_policy(session, current.policy_version)
    return None if policy is None else await basis_for(context, policy["content"], policy["version"])


async def basis_for(context: Context, policy: str, version: int = 0) -> Basis | None:
    """The same under a policy that need not be published."""
    async with context.database.read() as session:
        current = await state.get(session)
        rows = [s for s in await snapshots.list_all(session) if s.counted and s.has_records]
    scanned = await inventories.newest(context)
    days, wanted = _judged(rows, context.settings.scan_days)
    if days is None and not scanned:
        return None
    ownership, catalog = await documents.newest_ownership(context), await documents.newest_catalog(context)
    return Basis(days, wanted, rows, ownership, catalog, version, policy, scanned, current.requested)


def text_of(seen: Look, scan_days: int) -> str | None:
    """The text of the basis that there is now, without reading what it is of; None where there is none."""
    days, wanted = _judged(seen.snapshots, scan_days)
    if not seen.has_policy or (days is None and not seen.inventories):
        return None
    listed = ([i.path, *inventories.missing(i.name, i.failed)] for i in seen.inventories)
    requested, policy = seen.state.requested, seen.state.policy_version
    return _text(days, wanted, seen.ownership, seen.catalog, policy, listed, requested)


def _judged(rows: Sequence[Snapshot], scan_days: int) -> tuple[Days | None, list[Snapshot]]:
    """The days that are judged, and the snapshots with records on them."""
    through = max((s.usage_through for s in rows if s.usage_through is not None), default=None)
    if through is None:
        return None, []
    days = Days.ending_at(through, scan_days)
    return days, [s for s in rows if _covers(s, days)]


def _covers(snapshot: SnapshotRow | Sealed, days: Days) -> bool:
    assert snapshot.first_day is not None
    assert snapshot.last_day is not None
    return snapshot.first_day < days.end and snapshot.last_day >= days.start


def _text(
    days: Days | None,
    wanted: Sequence[SnapshotRow] | Sequence[Sealed],
    ownership: int,
    catalog: int,
    policy: int,
    inventory: Iterable[list[str]],
    requested: int,
) -> str:
    parts = {
        "days": None if days is None else [days.start.isoformat(), days.end.isoformat()],
        "snapshots": [[s.source_id, s.billing_period, s.version] for s in wanted],
        "ownership": ownership,
        "catalog": catalog,
        "policy": policy,
        "inventory": sorted(inventory),
        "requested": requested,
    }
    return orjson.dumps(parts).decode()
