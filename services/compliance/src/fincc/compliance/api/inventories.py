"""Routes of clouds whose resources are listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from fincc.common.db import Row
from fincc.common.stored_secrets import SecretRotation, SetSecret
from fincc.compliance import schemas
from fincc.compliance.api.parameters import Operator, ReaderOfAll, WriterOfAll
from fincc.compliance.repository import inventories as store
from fincc.compliance.repository.inventories import InventoryRow
from fincc.compliance.repository.secrets import of_clouds
from fincc.compliance.usecases import access, inventories
from fincc.compliance.usecases.context import Context


def router(context: Context) -> APIRouter:
    made = APIRouter(tags=["compliance"])

    @made.get("/inventories")
    async def list_inventories(subject: ReaderOfAll) -> schemas.InventoryList:
        async with context.database.read() as session:
            rows = await store.list_all(session)
            stored = {row.id: await of_clouds.list_of(session, row.id) for row in rows}
        return schemas.InventoryList(items=[_shown(row, stored[row.id]) for row in rows])

    @made.post("/inventories", status_code=201)
    async def add_inventory(body: schemas.InventoryIn, subject: WriterOfAll) -> schemas.InventoryOut:
        return await _with_secrets(context, await inventories.add(context, subject, body.name, *_parts(body)))

    @made.post("/inventory-checks")
    async def check_inventory(body: schemas.InventoryIn, subject: WriterOfAll) -> schemas.InventoryCheck:
        """Can it be reached, and with what rights? Nothing is stored."""
        steps = await inventories.check(context, *_parts(body))
        return schemas.InventoryCheck(
            ok=all(s.ok for s in steps),
            steps=[schemas.InventoryStep(step=s.step, ok=s.ok, detail=s.detail) for s in steps],
        )

    @made.patch("/inventories/{inventory_id}")
    async def change_inventory(
        inventory_id: str, body: schemas.InventoryPatch, subject: WriterOfAll
    ) -> schemas.InventoryOut:
        """Whether it is paused, and what it is entered with."""
        if changes := body.access():
            await access.change(context, subject, inventory_id, changes)
        if body.paused is not None:
            await inventories.set_paused(context, subject, inventory_id, body.paused)
        return await _with_secrets(context, await inventories.get(context, inventory_id))

    @made.post("/inventories/{inventory_id}/scan", status_code=202)
    async def scan_inventory(inventory_id: str, subject: WriterOfAll) -> schemas.InventoryOut:
        """List it as soon as a worker has time, paused or not."""
        return await _with_secrets(context, await inventories.request(context, subject, inventory_id))

    @made.delete("/inventories/{inventory_id}", status_code=204)
    async def remove_inventory(inventory_id: str, subject: WriterOfAll) -> None:
        """What only it has seen is closed by the next scan."""
        await inventories.remove(context, subject, inventory_id)

    @made.post("/secret-rotations")
    async def rotate_secrets(subject: Operator) -> SecretRotation:
        """Wrap the secrets of all clouds with the first key; the others can be removed then."""
        return await access.rotate(context, subject)

    return made


def _parts(body: schemas.InventoryIn) -> tuple[dict[str, Any], dict[str, str]]:
    """(what is stored as it is, secrets). An empty secret is none."""
    given = {name: getattr(body, name) for name in access.SECRETS}
    secrets = {name: value.get_secret_value() for name, value in given.items() if value}
    return body.model_dump(exclude={"name", *access.SECRETS}), secrets


async def _with_secrets(context: Context, row: InventoryRow) -> schemas.InventoryOut:
    async with context.database.read() as session:
        return _shown(row, await of_clouds.list_of(session, row.id))


def _shown(row: InventoryRow, secrets: Sequence[Row]) -> schemas.InventoryOut:
    due: datetime | None = row.due_at if row.due_at.year > 1 else datetime.now(UTC)
    return schemas.InventoryOut(
        id=row.id,
        name=row.name,
        role_name=row.config.get("role_name"),
        accounts=row.config.get("accounts", []),
        regions=row.config.get("regions", []),
        partition=row.config.get("partition", "aws"),
        endpoint_url=row.config.get("endpoint_url"),
        profile=row.config.get("profile"),
        access_key_id=row.config.get("access_key_id"),
        secrets=[SetSecret(field=s["field"], set_at=s["set_at"]) for s in secrets],
        paused=row.paused,
        state="scanning" if row.is_scanning else row.state,
        last_scan_at=row.scanned_at,
        next_scan_at=None if row.paused and row.due_at.year > 1 else due,
        resources=row.resources,
        never_tagged=row.never_tagged,
        steps=[schemas.InventoryStep(**s) for s in row.steps],
    )
