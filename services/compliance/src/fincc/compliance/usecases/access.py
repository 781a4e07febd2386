"""What a cloud is entered with: changed, and its secrets wrapped anew when keys rotate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.cloud_access import AwsAccess, access_fields, secret_fields
from fincc.common.keyring import CannotOpen
from fincc.common.stored_secrets import CannotRewrap, SecretNotReadable, SecretRotation, needs_key
from fincc.compliance.errors import BadAccess, UnknownInventory
from fincc.compliance.repository import inventories
from fincc.compliance.repository.secrets import of_clouds
from fincc.compliance.usecases.context import Context

FIELDS = access_fields(AwsAccess)
SECRETS = secret_fields(AwsAccess)


def entered_with(given: Mapping[str, Any]) -> AwsAccess:
    """Of all that a cloud has, what says how it is entered. Raises BadAccess with the field, never its value."""
    try:
        return AwsAccess.model_validate({name: given[name] for name in FIELDS & given.keys()})
    except ValidationError as error:
        errors = [
            {"field": ".".join(str(p) for p in e["loc"]) or "access", "message": e["msg"].removeprefix("Value error, ")}
            for e in error.errors(include_input=False)
        ]
        raise BadAccess("; ".join(f"{e['field']}: {e['message']}" for e in errors), errors=errors) from None


async def change(context: Context, by: Subject, inventory_id: str, changes: Mapping[str, str | None]) -> None:
    """What is not named stays, what is empty goes. Raises UnknownInventory, NoSecretKey, BadAccess."""
    async with context.database.write() as session:
        row = await inventories.lock(session, inventory_id)
        if row is None:
            raise UnknownInventory(f"no cloud {inventory_id!r}")
        try:
            stored = await of_clouds.open_all(session, context.keyring, row.id, but_for=changes)
        except CannotOpen as error:
            raise BadAccess(f"{error}; in the same change") from error
        wanted = {name: value for name, value in changes.items() if value}
        kept = {name: value for name, value in row.config.items() if name not in changes}
        entered_with({**kept, **stored, **wanted})
        plain = {**kept, **{name: value for name, value in wanted.items() if name not in SECRETS}}
        given = {name: value for name, value in wanted.items() if name in SECRETS}
        await inventories.set_config(session, row.id, plain)
        gone = await of_clouds.store(session, context.keyring, context.clock.now(), row.id, given, instead_of=changes)
        was = {**row.config, **dict.fromkeys(gone, True)}  # which is no secret's value: all of them are text
        before, after = audit.changes(was, {**dict.fromkeys(was), **plain, **given})
        if after:
            told = {"name": row.name}
            await audit.record(
                session,
                context.clock,
                by,
                "cloud.access_changed",
                row.id,
                {**told, **before},
                {**told, **after},
                secrets=SECRETS,
            )


async def rotate(context: Context, by: Subject) -> SecretRotation:
    """Wrap every secret with the first key, all or none. Raises NoSecretKey, SecretNotReadable naming cloud and field."""
    needs_key(context.keyring)
    async with context.database.write() as session:
        try:
            done = await of_clouds.rewrap_all(session, context.keyring)
        except CannotRewrap as error:
            of = await inventories.find(session, error.owner)
            name = error.owner if of is None else of.name
            raise SecretNotReadable(f"cloud {name}, secret {error.field}: {error}; nothing was changed") from error
        await audit.record(session, context.clock, by, "secret.rotated", done.key_id, after=done.model_dump())
    return done
