"""What a scan would be made from, said in one look and in full."""

from __future__ import annotations

from typing import Any

from fincc.common.documents import DocumentShelf
from fincc.common.testing.factories import count_message, document_message
from fincc.compliance.repository import due, inventories
from fincc.compliance.settings import ComplianceSettings
from fincc.compliance.usecases import find
from fincc.compliance.usecases.basis import basis, text_of
from fincc.compliance.usecases.context import Context

from ..conftest import NOW, Compliance, usage


def context_of(compliance: Compliance) -> Context:
    has = compliance.resources
    settings = ComplianceSettings()
    return Context(has.database, has.objects, has.clock, settings, DocumentShelf(has.objects), has.keyring)


async def texts(context: Context) -> tuple[str | None, str | None]:
    seen = await due.look(context.database, find.JOB, context.clock.now())
    found = await basis(context)
    return text_of(seen, context.settings.scan_days), None if found is None else found.text


async def listed(context: Context, name: str, path: str | None, steps: list[dict[str, Any]]) -> None:
    result: dict[str, Any] = {
        "state": "partial",
        "now": NOW,
        "due": NOW,
        "resources": 0,
        "never_tagged": 0,
        "areas": [],
    }
    async with context.database.write() as session:
        await inventories.insert(session, name, name, {"accounts": []}, NOW)
        await inventories.note_scan(session, name, path=path, steps=steps, **result)


async def test_one_look_says_the_same_basis_as_all_that_is_read_for_a_scan(compliance: Compliance) -> None:
    context = context_of(compliance)
    assert await texts(context) == (None, None)
    await compliance.publish()
    assert await texts(context) == (None, None)

    steps = [{"step": f"step {i}", "ok": i == 1, "detail": 'say "no"'} for i in range(3)]
    await listed(context, "zeta", "compliance/inventory/zeta/1.arrow", steps)
    await listed(context, "alpha", "compliance/inventory/alpha/1.arrow", [])
    await listed(context, "never read", None, steps)
    one, full = await texts(context)
    assert one == full
    assert full is not None
    assert "zeta, step 2" in full

    await compliance.bill(usage(2, ResourceId="i-1"))
    await compliance.bill(usage(2, ResourceId="i-1"), source="another", version=3)
    await compliance.bill(usage(2, ResourceId="i-1"), source="not counted")
    await compliance.deliver(count_message("not counted", "2026-11", 1, False))
    await compliance.bill(usage(2, ResourceId="i-1"), period="2026-10", source="before")
    await compliance.deliver(document_message(7, b"{}", 0), topic="catalog")
    await compliance.ask("POST", "scan", 202)
    one, full = await texts(context)
    assert one == full
    assert full is not None
    assert '"another"' in full
    assert "not counted" not in full

    await compliance.publish("required:\n  - key: env\n")
    again, full = await texts(context)
    assert again == full
    assert again != one
