"""Secrets of sources: encrypted when they come in, decrypted for the connector alone, wrapped anew when keys rotate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.db import ReadSession, WriteSession
from fincc.common.keyring import CannotOpen
from fincc.common.stored_secrets import CannotRewrap, SecretNotReadable, SecretRotation, needs_key
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import SourceAuthError
from fincc.ingestion.repository import sources
from fincc.ingestion.repository.secrets import of_sources
from fincc.ingestion.usecases.context import Context


def split(kind: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(what is stored as it is, secrets). An empty secret is none."""
    fields = connectors.secret_fields(kind)
    plain = {name: value for name, value in options.items() if name not in fields}
    return plain, {name: value for name, value in options.items() if name in fields and value}


async def open_all(
    session: ReadSession, context: Context, source_id: str, but_for: Collection[str] = ()
) -> dict[str, str]:
    """The secrets of a source by field. Raises SourceAuthError naming the field, its key and what to do."""
    try:
        return await of_sources.open_all(session, context.keyring, source_id, but_for)
    except CannotOpen as error:
        raise SourceAuthError(str(error)) from error


async def store(
    session: WriteSession, context: Context, source_id: str, given: Mapping[str, str], instead_of: Collection[str] = ()
) -> list[str]:
    """See `StoredSecrets.store`. Raises NoSecretKey."""
    return await of_sources.store(session, context.keyring, context.clock.now(), source_id, given, instead_of)


async def rotate(context: Context, by: Subject) -> SecretRotation:
    """Wrap every secret with the first key, all or none; and encrypt those that are still options from before.

    Raises NoSecretKey, and SecretNotReadable naming source, field and key.
    """
    needs_key(context.keyring)
    async with context.database.write() as session:
        for source in await sources.list_all(session):
            await _take_in(session, context, source["id"])
        try:
            done = await of_sources.rewrap_all(session, context.keyring)
        except CannotRewrap as error:
            of = await sources.find_any(session, error.owner)
            name = error.owner if of is None else of["name"]
            raise SecretNotReadable(f"source {name}, secret {error.field}: {error}; nothing was changed") from error
        await audit.record(session, context.clock, by, "secret.rotated", done.key_id, after=done.model_dump())
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
