"""Secrets of sources: encrypted when they come in, decrypted for the connector alone, wrapped anew when keys rotate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.engine import RowMapping

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.db import ReadSession, WriteSession
from fincc.common.keyring import SETTINGS, CannotOpen, NoKeys
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import SourceAuthError
from fincc.ingestion.errors import NoSecretKey, SecretNotReadable
from fincc.ingestion.repository import secrets, sources
from fincc.ingestion.usecases.context import Context


@dataclass(frozen=True)
class Rotation:
    """`secrets`: how many there are; `rewrapped`: how many of them got another key."""

    key_id: str
    secrets: int
    rewrapped: int


def split(kind: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(what is stored as it is, secrets). An empty secret is none."""
    fields = connectors.secret_fields(kind)
    plain = {name: value for name, value in options.items() if name not in fields}
    return plain, {name: value for name, value in options.items() if name in fields and value}


async def open_all(
    session: ReadSession, context: Context, source_id: str, but_for: Collection[str] = ()
) -> dict[str, str]:
    """The secrets of a source by field. Raises SourceAuthError naming the field, its key and what to do."""
    found = {}
    for row in await secrets.list_of(session, source_id):
        if row["field"] in but_for:
            continue
        try:
            found[row["field"]] = context.keyring.open(secrets.sealed_of(row), source_id, row["field"])
        except CannotOpen as error:
            raise SourceAuthError(f"secret {row['field']}: {error}") from error
    return found


def without_key(context: Context, rows: Sequence[RowMapping]) -> str | None:
    """Why these secrets cannot be used here, as far as it shows without decrypting them."""
    missing = [f"secret {r['field']}: its key {r['key_id']!r}" for r in rows if r["key_id"] not in context.keyring.ids]
    if not missing:
        return None
    return f"{', '.join(missing)} is not configured: add it to {SETTINGS}, or set the secret again"


async def store(
    session: WriteSession, context: Context, source_id: str, given: Mapping[str, str], instead_of: Collection[str] = ()
) -> list[str]:
    """Those of `instead_of` go, whether they are given anew or not; returns which of them there were. Raises NoSecretKey."""
    gone = await secrets.delete(session, source_id, instead_of)
    for field, value in given.items():
        try:
            sealed = context.keyring.seal(value, source_id, field)
        except NoKeys as error:
            raise NoSecretKey(f"secret {field}: {error}") from error
        await secrets.upsert(session, source_id, field, sealed, context.clock.now())
    return gone


async def rotate(context: Context, by: Subject) -> Rotation:
    """Wrap every secret with the first key, all or none; and encrypt those that are still options from before.

    Raises NoSecretKey, and SecretNotReadable naming source, field and key.
    """
    if not context.keyring.ids:
        raise NoSecretKey(f"set {SETTINGS}; `fincc keys` prints a new key")
    async with context.database.write() as session:
        for source in await sources.list_all(session):
            await _take_in(session, context, source["id"])
        rows = await secrets.lock_all(session)
        changed = [row for row in rows if row["key_id"] != context.keyring.ids[0]]
        for row in changed:
            try:
                sealed = context.keyring.rewrap(secrets.sealed_of(row), row["source_id"], row["field"])
            except CannotOpen as error:
                of = await sources.find_any(session, row["source_id"])
                name = row["source_id"] if of is None else of["name"]
                raise SecretNotReadable(
                    f"source {name}, secret {row['field']}: {error}; nothing was changed"
                ) from error
            await secrets.upsert(session, row["source_id"], row["field"], sealed, row["set_at"])
        done = Rotation(context.keyring.ids[0], len(rows), len(changed))
        await audit.record(session, context.clock, by, "secret.rotated", done.key_id, after=asdict(done))
    return done


async def _take_in(session: WriteSession, context: Context, source_id: str) -> None:
    """What was a plain option before it became a secret is encrypted."""
    source = await sources.find_locked(session, source_id)
    if source is None:
        return
    plain, given = split(source["kind"], source["options"])
    if plain != source["options"]:
        await store(session, context, source_id, given)
        await sources.set_options(session, source_id, plain)
