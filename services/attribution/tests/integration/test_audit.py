"""Each document that is published is in the audit record, with what it replaced."""

from __future__ import annotations

from fincc.attribution.usecases import publish, suggest
from fincc.attribution.usecases.context import Context
from fincc.common.audit import fingerprint
from fincc.common.audit_reading import AuditEntry, Wanted, list_entries, verify
from fincc.common.auth import Subject

from ..conftest import Reader
from .test_attribute import ALL_TO_LEDGER, BY_TEAM, HIERARCHY, import_all, send, upload
from .test_suggest import ROWS

ANN = Subject("usr_ann", "Ann", address="192.0.2.7")


async def newest(context: Context, n: int) -> list[AuditEntry]:
    """Oldest first."""
    async with context.database.read() as session:
        return (await list_entries(session, "attribution", Wanted(), None, n))[::-1]


async def test_what_is_published_is_recorded_with_what_it_replaced(context: Context, reader: Reader) -> None:
    await import_all(context)
    hierarchy, catalog, rules = await newest(context, 3)
    assert [e.action for e in (hierarchy, catalog, rules)] == [
        "hierarchy.published",
        "catalog.published",
        "rules.published",
    ]
    assert {e.subject_name for e in (hierarchy, catalog, rules)} == {"tester"}
    assert hierarchy.after is not None
    nodes = (await publish.active(context)).hierarchy.nodes
    assert (hierarchy.before, hierarchy.after["added"], hierarchy.after["removed"]) == (None, len(nodes), 0)
    await publish.publish_rules(context, upload(ALL_TO_LEDGER), 3)
    (again,) = await newest(context, 1)
    assert rules.after is not None
    assert again.before == rules.after
    assert again.after is not None
    assert again.after["sha256"] == fingerprint(ALL_TO_LEDGER.decode())
    assert again.object_id == str(again.after["version"])


async def test_what_changes_nothing_is_not_recorded(context: Context, reader: Reader) -> None:
    await import_all(context)
    before = await newest(context, 1)
    await publish.change_hierarchy(context, upload(HIERARCHY), dry_run=False)
    await publish.change_hierarchy(context, upload(HIERARCHY.replace(b"Fraud", b"Squad")), dry_run=True)
    await publish.test_rules(context, upload(BY_TEAM), 3)
    assert await newest(context, 1) == before


async def test_a_suggestion_that_is_accepted_is_named(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    await suggest.accept(context, suggest.Acceptance("Tags/team", "legder", "ledger"), ANN, 3)
    (entry,) = await newest(context, 1)
    assert (entry.action, entry.subject_name, entry.address) == ("rules.published", "Ann", "192.0.2.7")
    assert entry.after is not None
    assert entry.after["accepted"] == {"column": "Tags/team", "value": "legder", "team": "ledger"}
    async with context.database.read() as session:
        assert (await verify(session, "attribution")).broken is None
