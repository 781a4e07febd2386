"""Clouds whose resources are listed: configure, check, list again when it is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fincc.common import audit, batches, leases
from fincc.common.auth import Subject
from fincc.common.ids import new_id
from fincc.common.keyring import CannotOpen
from fincc.compliance.domain.inventory import Area, CloudResource, Inventory, merge, to_batch
from fincc.compliance.errors import BadAccess, InventoryExists, UnknownInventory
from fincc.compliance.repository import inventories, snapshots
from fincc.compliance.repository.inventories import InventoryRow
from fincc.compliance.repository.secrets import of_clouds
from fincc.compliance.scanners import Target, make_scanner
from fincc.compliance.scanners.base import Step
from fincc.compliance.usecases.access import entered_with
from fincc.compliance.usecases.context import Context

log = logging.getLogger(__name__)

FOLDER = "compliance/inventory"
JOB = "inventory"
LEASE = timedelta(seconds=60)  # renewed while a listing lasts
_AGAIN = timedelta(minutes=15)  # after a scan that failed wholly
_MOST_STEPS = 200


@dataclass(frozen=True)
class Scanned:
    """The newest scan of a cloud that found anything."""

    path: str
    at: datetime
    areas: tuple[Area, ...]
    missing: tuple[str, ...]


async def newest(context: Context) -> list[Scanned]:
    async with context.database.read() as session:
        rows = await inventories.list_all(session)
    return [
        Scanned(
            row.path,
            row.scanned_at,
            tuple(Area(a["account"], a["region"], frozenset(a["types"])) for a in row.areas),
            tuple(missing(row.name, [s for s in row.steps if not s["ok"]])),
        )
        for row in rows
        if row.path is not None and row.scanned_at is not None
    ]


def missing(name: str, failed: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a listing of the cloud lacks, by its steps that failed."""
    return [f"{name}, {s['step']}: {s['detail']}" for s in failed]


def load(context: Context, scanned: Sequence[Scanned]) -> Inventory:
    """Work for a thread."""
    return merge((s.at, batches.decode(context.objects.read(s.path)), s.areas, s.missing) for s in scanned)


async def add(
    context: Context, by: Subject, name: str, config: dict[str, Any], given: Mapping[str, str]
) -> InventoryRow:
    """It is listed for the first time at once. `given`: its secrets. Raises InventoryExists, NoSecretKey."""
    async with context.database.write() as session:
        if await inventories.find_by_name(session, name) is not None:
            raise InventoryExists(f"there is a cloud called {name!r} already; choose another name")
        row = await inventories.insert(session, new_id("inv"), name, config, context.clock.now())
        await of_clouds.store(session, context.keyring, context.clock.now(), row.id, given)
        told = {**_told(row), **given}
        await audit.record(session, context.clock, by, "cloud.created", row.id, after=told, secrets=given)
    return row


def _told(row: InventoryRow) -> dict[str, Any]:
    """What the audit record says of a cloud."""
    return {"name": row.name, **row.config}


async def get(context: Context, inventory_id: str) -> InventoryRow:
    async with context.database.read() as session:
        found = await inventories.find(session, inventory_id)
    if found is None:
        raise UnknownInventory(f"no cloud {inventory_id!r}")
    return found


async def set_paused(context: Context, by: Subject, inventory_id: str, paused: bool) -> InventoryRow:
    row = await get(context, inventory_id)
    if row.paused == paused:
        return row
    async with context.database.write() as session:
        await inventories.set_paused(session, inventory_id, paused)
        before, after = {"name": row.name, "paused": row.paused}, {"name": row.name, "paused": paused}
        await audit.record(session, context.clock, by, "cloud.changed", inventory_id, before, after)
    return await get(context, inventory_id)


async def request(context: Context, by: Subject, inventory_id: str) -> InventoryRow:
    """List it as soon as somebody has time, paused or not."""
    row = await get(context, inventory_id)
    async with context.database.write() as session:
        await inventories.request(session, inventory_id, context.clock.now())
        await audit.record(session, context.clock, by, "cloud.scan_asked", inventory_id, after={"name": row.name})
    return await get(context, inventory_id)


async def remove(context: Context, by: Subject, inventory_id: str) -> None:
    row = await get(context, inventory_id)
    async with context.database.write() as session:
        await inventories.delete(session, row.id)
        await audit.record(session, context.clock, by, "cloud.removed", row.id, before=_told(row))
    await asyncio.to_thread(context.objects.delete_folder, f"{FOLDER}/{row.id}")


async def target_of(context: Context, config: dict[str, Any], secrets: Mapping[str, str]) -> Target:
    """Accounts and regions that nobody named are those of the bills. `secrets`: of how it is entered, by field."""
    async with context.database.read() as session:
        rows = await snapshots.list_all(session)
    accounts = sorted({a for r in rows for a in r.accounts})
    regions = sorted({a for r in rows for a in r.regions if a != "global"})
    return Target(
        config.get("role_name"),
        config.get("accounts") or accounts,
        config.get("regions") or regions,
        config.get("partition", "aws"),
        config.get("endpoint_url"),
        entered_with({**config, **secrets}),
    )


async def check(context: Context, config: dict[str, Any], secrets: Mapping[str, str]) -> list[Step]:
    target = await target_of(context, config, secrets)
    return await asyncio.to_thread(lambda: make_scanner(target).check())


async def scan_due(context: Context) -> int:
    """List the clouds that are due, one after the other; returns how many were."""
    done = 0
    for inventory_id in await _due(context):
        async with leases.held(context.database, context.clock, JOB, inventory_id, context.worker, LEASE) as lease:
            # Those before it took their time: it may have been removed, or listed by another worker.
            if lease is not None and inventory_id in await _due(context):
                await _scan(context, await get(context, inventory_id))
                done += 1
    return done


async def _due(context: Context) -> list[str]:
    async with context.database.read() as session:
        return await inventories.list_due(session, context.clock.now())


async def _scan(context: Context, row: InventoryRow) -> None:
    steps, resources, areas = await _listed(context, row)
    now = context.clock.now()
    failed = [s for s in steps if not s.ok]
    result = "failed" if not areas and not resources else "partial" if failed else "ok"
    path = None
    if result != "failed":
        path = f"{FOLDER}/{row.id}/{row.scans + 1}.arrow"
        await asyncio.to_thread(context.objects.write, path, batches.encode(to_batch(resources)))
    due = now + (_AGAIN if result == "failed" else timedelta(seconds=context.settings.inventory_every_s))
    shown = [*failed, *(s for s in steps if s.ok)][:_MOST_STEPS]
    async with context.database.write() as session:
        await inventories.note_scan(
            session,
            row.id,
            state=result,
            now=now,
            due=due,
            path=path,
            resources=len(resources) if path else row.resources,
            never_tagged=sum(1 for r in resources if not r.tags and r.tags is not None) if path else row.never_tagged,
            areas=[{"account": a.account, "region": a.region, "types": sorted(a.types)} for a in areas],
            steps=[{"step": s.step, "ok": s.ok, "detail": s.detail} for s in shown],
        )
    if path is not None and row.path is not None and row.path != path:
        await asyncio.to_thread(context.objects.delete, row.path)
    log.info("a cloud was listed", extra={"inventory": row.name, "resources": len(resources), "failed": len(failed)})


Listed = tuple[list[Step], list[CloudResource], list[Area]]


async def _listed(context: Context, row: InventoryRow) -> Listed:
    try:
        async with context.database.read() as session:
            secrets = await of_clouds.open_all(session, context.keyring, row.id)
        target = await target_of(context, row.config, secrets)
    except CannotOpen as error:
        return [Step("secrets", False, str(error))], [], []
    except BadAccess as error:
        return [Step("access", False, str(error))], [], []
    return await asyncio.to_thread(_list, target, context.settings.inventory_resources)


def _list(target: Target, most: int) -> Listed:
    """A resource that two steps name counts once; the one that knows its name and day of creation wins."""
    steps: list[Step] = []
    found: dict[tuple[str, str], CloudResource] = {}
    areas: list[Area] = []
    for piece in make_scanner(target).scan():
        if len(found) + len(piece.resources) > most:
            detail = f"more than {most:,} resources: what is beyond is not read; raise the limit in the settings"
            steps.append(Step(piece.step.step, False, detail))
            break
        steps.append(piece.step)
        for resource in piece.resources:
            key = (resource.account, resource.resource_id)
            before = found.get(key)
            if before is None or (before.name is None and before.created is None):
                found[key] = resource
        if piece.area is not None:
            areas.append(piece.area)
    return steps, list(found.values()), areas
