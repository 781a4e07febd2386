"""Changing hierarchy, catalog or rules: check, publish as new documents, say what moved."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson
import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.attribution.domain import catalog as catalogs
from fincc.attribution.domain import hierarchy as hierarchies
from fincc.attribution.domain import hierarchy_files, rule_files
from fincc.attribution.domain.catalog import CatalogDiff
from fincc.attribution.domain.hierarchy import HierarchyDiff
from fincc.attribution.domain.keys import ownership_table
from fincc.attribution.domain.rule_set import check_references
from fincc.attribution.repository import costs, documents
from fincc.attribution.usecases.book import Documents, decide, load_documents
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.moves import Moved, compare
from fincc.common import audit, batches, outbox
from fincc.common.auth import Subject
from fincc.common.clock import to_us, today
from fincc.common.db import ReadSession, WriteSession
from fincc.common.events.document_pb2 import Document
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.ids import derived_id
from fincc.common.problem import Outdated, bad_document
from fincc.common.yaml_files import DocumentError, Problem


@dataclass(frozen=True)
class Upload:
    """A document as sent: its bytes, the media type that says how to read them, and who sent it.

    `replaces`: the version that the sender has seen; another one that is active by then is refused as Outdated. `told`:
    what the audit record says of it besides versions.
    """

    content: bytes
    media_type: str
    by: Subject
    replaces: int | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class HierarchyImport:
    """`effective_from`: the day before which the hierarchy stays as it was; None replaces it since ever."""

    version: int
    effective_from: date | None
    difference: HierarchyDiff
    documents: Documents


async def active(context: Context) -> Documents:
    async with context.database.read() as session:
        return (await load_documents(session))[1]


async def change_hierarchy(context: Context, upload: Upload, dry_run: bool) -> HierarchyImport:
    """Replace the hierarchy from its effective date on. Raises BadDocument with lines, Outdated."""
    old = await active(context)
    try:
        incoming, effective_from = await asyncio.to_thread(_read_hierarchy, upload)
        merged = hierarchies.merge(old.hierarchy, incoming, effective_from if old.hierarchy else None)
    except DocumentError as error:
        raise bad_document(error) from error
    difference = hierarchies.diff(old.hierarchy, merged)
    new = replace(old, hierarchy=merged)
    if dry_run or not difference:
        return HierarchyImport(old.versions[0], effective_from, difference, new)
    content = json.dumps(merged.to_document(), ensure_ascii=False)
    told = {**_counts(difference), "effective_from": effective_from}
    version = await _publish(context, "hierarchy", content, None, replace(upload, told=told))
    return HierarchyImport(version, effective_from, difference, new)


def _read_hierarchy(upload: Upload) -> tuple[hierarchies.Hierarchy, date | None]:
    read = hierarchy_files.from_csv if "csv" in upload.media_type else hierarchy_files.from_yaml
    incoming = read(upload.content)
    return incoming, incoming.starts_on


async def change_catalog(context: Context, upload: Upload) -> tuple[int, CatalogDiff]:
    """Replace the catalog; every team in it must be in the hierarchy. Raises BadDocument with lines."""
    old = await active(context)
    try:
        incoming = await asyncio.to_thread(catalogs.from_yaml, upload.content)
        _refuse("catalog", catalogs.check_teams(incoming, old.hierarchy.team_ids(today(context.clock))))
    except DocumentError as error:
        raise bad_document(error) from error
    difference = catalogs.diff(old.catalog, incoming)
    if not difference:
        return old.versions[1], difference
    content = json.dumps(incoming.to_document(), ensure_ascii=False)
    return await _publish(context, "catalog", content, None, replace(upload, told=_counts(difference))), difference


def _counts(difference: HierarchyDiff | CatalogDiff) -> dict[str, int]:
    return {name: len(getattr(difference, name)) for name in ("added", "changed", "removed")}


async def publish_rules(context: Context, upload: Upload, periods: int) -> tuple[int, Moved]:
    """Publish a rule set; returns its version and what it moved. Raises BadDocument with lines, Outdated."""
    old = await active(context)
    new = await _with_rules(context, old, upload)
    moved = await compare(context, old, new, periods)
    text = upload.content.decode("utf-8-sig")
    version = await _publish(context, "rules", text, len(new.rules.rules), upload)
    return version, moved


async def test_rules(context: Context, upload: Upload, periods: int) -> Moved:
    """What publishing would move; nothing changes."""
    old = await active(context)
    return await compare(context, old, await _with_rules(context, old, upload), periods)


async def _with_rules(context: Context, old: Documents, upload: Upload) -> Documents:
    try:
        rules = await asyncio.to_thread(rule_files.from_yaml, upload.content)
        services = {s.id for s in old.catalog.services}
        _refuse("rules", check_references(rules, old.hierarchy.team_ids(today(context.clock)), services))
    except DocumentError as error:
        raise bad_document(error) from error
    return replace(old, rules=rules)


def _refuse(source: str, problems: list[Problem]) -> None:
    if problems:
        raise DocumentError(source, problems)


async def _publish(context: Context, kind: str, content: str, rules: int | None, upload: Upload) -> int:
    """Store the document, decide all owners anew, and hand both documents to the outbox, in one transaction.

    Parts wait for the state row meanwhile, so every key is either decided under the new documents or part of them.
    """
    async with context.book.lock, context.database.write() as session:
        state = await documents.lock_state(session)
        await _refuse_outdated(session, kind, state[f"{kind}_version"], upload.replaces)
        version = _next_version(context, state)
        old = await documents.find(session, kind, state[f"{kind}_version"])
        await documents.insert(session, kind, version, content, rules, upload.by.name)
        versions = {k: state[f"{k}_version"] for k in documents.KINDS} | {kind: version}
        await _activate(context, session, version, versions)
        before = {**_identified(old["version"], old["content"]), "rules": old["rules"]} if old else None
        after = {**_identified(version, content), "rules": rules, **upload.told}
        await audit.record(session, context.clock, upload.by, f"{kind}.published", str(version), before, after)
    return version


def _identified(version: int, content: str) -> dict[str, Any]:
    return {"version": version, "sha256": audit.fingerprint(content)}


async def _refuse_outdated(session: ReadSession, kind: str, active_version: int, seen: int | None) -> None:
    if seen is None or seen == active_version:
        return
    row = await documents.find(session, kind, active_version)
    found = "Nothing is published yet"
    if row:
        found = f"{row['published_by']} published another version on {row['published_at']:%d %b %Y at %H:%M} UTC"
    raise Outdated(
        f"{found}: what this builds on is not active. Look at what has changed, then publish again.",
        version=active_version,
    )


async def publish_again(context: Context, by: Subject) -> int | None:
    """Both documents under a new version, for readers that have lost them; None where nothing was ever published."""
    async with context.book.lock, context.database.write() as session:
        state = await documents.lock_state(session)
        if not state["ownership_version"]:
            return None
        version = _next_version(context, state)
        await _activate(context, session, version, {kind: state[f"{kind}_version"] for kind in documents.KINDS})
        await audit.record(session, context.clock, by, "ownership.rebuild_asked", str(version))
    return version


def _next_version(context: Context, state: RowMapping) -> int:
    return max(to_us(context.clock.now()), int(state["ownership_version"]) + 1)


async def _activate(context: Context, session: WriteSession, version: int, versions: Mapping[str, int]) -> None:
    """These documents, by kind, become the active ones; catalog and ownership of that version go into the outbox."""
    await documents.set_state(session, version, *(versions[kind] for kind in documents.KINDS))
    _, found = await load_documents(session)
    contents = [row["content"] for row in await costs.key_batches(session)]
    catalog_rows, catalog_json = _catalog_document(found)
    owned = await asyncio.to_thread(_ownership_document, found, contents, today(context.clock))
    await _enqueue(context, session, "catalog", version, catalog_rows, catalog_json)
    await _enqueue(
        context, session, "ownership", version, owned.num_rows, await asyncio.to_thread(batches.encode, owned)
    )


def _catalog_document(found: Documents) -> tuple[int, bytes]:
    nodes = found.hierarchy.to_document()["nodes"]
    services = [{"id": s.id, "name": s.name, "team": s.team, "tier": s.tier} for s in found.catalog.services]
    return len(nodes) + len(services), orjson.dumps({"nodes": nodes, "services": services})  # type: ignore[arg-type]


def _ownership_document(found: Documents, contents: list[bytes], day: date) -> pa.RecordBatch:
    table = decide(found, contents, day)
    return ownership_table(table.keys(), table.owners())


async def _enqueue(
    context: Context, session: WriteSession, topic: str, version: int, rows: int, content: bytes
) -> None:
    document = Document(version=version, rows=rows, sha256=hashlib.sha256(content).digest())
    if len(content) <= context.settings.inline_bytes:
        document.inline = content
    else:
        document.object_path = f"attribution/{topic}/{version}.bin"
        await asyncio.to_thread(context.objects.write, document.object_path, content)
        for path in context.objects.list(f"attribution/{topic}")[: -context.settings.kept_documents]:
            await asyncio.to_thread(context.objects.delete, path)
    envelope = Envelope(
        id=derived_id(topic, version), producer="attribution", at_us=to_us(context.clock.now()), document=document
    )
    await outbox.enqueue(session, topic, topic, envelope)
