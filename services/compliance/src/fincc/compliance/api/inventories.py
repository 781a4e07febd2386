"""Routes of clouds whose resources are listed."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from fincc.compliance import schemas
from fincc.compliance.api.parameters import ReaderOfAll, WriterOfAll
from fincc.compliance.repository import inventories as store
from fincc.compliance.repository.inventories import InventoryRow
from fincc.compliance.usecases import inventories
from fincc.compliance.usecases.context import Context


def router(context: Context) -> APIRouter:
    made = APIRouter(tags=["compliance"])

    @made.get("/inventories")
    async def list_inventories(subject: ReaderOfAll) -> schemas.InventoryList:
        async with context.database.read() as session:
            rows = await store.list_all(session)
        return schemas.InventoryList(items=[_shown(row) for row in rows])

    @made.post("/inventories", status_code=201)
    async def add_inventory(body: schemas.InventoryIn, subject: WriterOfAll) -> schemas.InventoryOut:
        return _shown(await inventories.add(context, subject, body.name, _config(body)))

    @made.post("/inventory-checks")
    async def check_inventory(body: schemas.InventoryIn, subject: WriterOfAll) -> schemas.InventoryCheck:
        """Can it be reached, and with what rights? Nothing is stored."""
        steps = await inventories.check(context, _config(body))
        return schemas.InventoryCheck(
            ok=all(s.ok for s in steps),
            steps=[schemas.InventoryStep(step=s.step, ok=s.ok, detail=s.detail) for s in steps],
        )

    @made.patch("/inventories/{inventory_id}")
    async def change_inventory(
        inventory_id: str, body: schemas.InventoryPatch, subject: WriterOfAll
    ) -> schemas.InventoryOut:
        return _shown(await inventories.set_paused(context, subject, inventory_id, body.paused))

    @made.post("/inventories/{inventory_id}/scan", status_code=202)
    async def scan_inventory(inventory_id: str, subject: WriterOfAll) -> schemas.InventoryOut:
        """List it as soon as a worker has time, paused or not."""
        return _shown(await inventories.request(context, subject, inventory_id))

    @made.delete("/inventories/{inventory_id}", status_code=204)
    async def remove_inventory(inventory_id: str, subject: WriterOfAll) -> None:
        """What only it has seen is closed by the next scan."""
        await inventories.remove(context, subject, inventory_id)

    return made


def _config(body: schemas.InventoryIn) -> dict[str, object]:
    return body.model_dump(exclude={"name"})


def _shown(row: InventoryRow) -> schemas.InventoryOut:
    due: datetime | None = row.due_at if row.due_at.year > 1 else datetime.now(UTC)
    return schemas.InventoryOut(
        id=row.id,
        name=row.name,
        role_name=row.config.get("role_name"),
        accounts=row.config.get("accounts", []),
        regions=row.config.get("regions", []),
        partition=row.config.get("partition", "aws"),
        endpoint_url=row.config.get("endpoint_url"),
        paused=row.paused,
        state="scanning" if row.is_scanning else row.state,
        last_scan_at=row.scanned_at,
        next_scan_at=None if row.paused and row.due_at.year > 1 else due,
        resources=row.resources,
        never_tagged=row.never_tagged,
        steps=[schemas.InventoryStep(**s) for s in row.steps],
    )
