"""API tokens: making and deleting them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.ids import new_id
from fincc.common.problem import NotFound
from fincc.gateway.domain.credentials import api_token, digest
from fincc.gateway.repository import tokens, users
from fincc.gateway.usecases.users import ADMIN

LOCAL_PROFILE = "local profile"


@dataclass(frozen=True)
class CreatedToken:
    id: str
    name: str
    secret: str
    created_at: datetime
    expires_at: datetime | None

    @property
    def last4(self) -> str:
        return self.secret[-4:]


async def create_local_token(database: Database, clock: Clock) -> str:
    """The API token of the command line on this machine, in place of the last one. Raises NotFound without `admin`."""
    async with database.read() as session:
        found = await users.find_user(session, ADMIN)
    if found is None:
        raise NotFound("no user 'admin' yet; call ensure_admin first")
    return (await create_token(database, clock, audit.MACHINE, found["id"], LOCAL_PROFILE, None, replace=True)).secret


async def create_token(
    database: Database,
    clock: Clock,
    by: Subject,
    user_id: str,
    name: str,
    lifetime: timedelta | None,
    *,
    replace: bool = False,
) -> CreatedToken:
    """A new API token; its secret exists only in what is returned. `replace` deletes those of the same name."""
    secret, now = api_token(secrets.token_bytes(32)), clock.now()
    token = CreatedToken(new_id("tok"), name, secret, now, now + lifetime if lifetime else None)
    async with database.write() as session:
        replaced = await tokens.delete_tokens_named(session, user_id, name) if replace else []
        await tokens.insert_token(
            session,
            {
                "id": token.id,
                "user_id": user_id,
                "name": name,
                "secret_hash": digest(secret),
                "last4": token.last4,
                "created_at": now,
                "expires_at": token.expires_at,
            },
        )
        for token_id in replaced:
            await audit.record(session, clock, by, "token.deleted", token_id, before={"user": user_id, "name": name})
        made = {"user": user_id, "name": name, "expires_at": token.expires_at}
        await audit.record(session, clock, by, "token.created", token.id, after=made)
    return token


async def delete_token(database: Database, clock: Clock, by: Subject, token_id: str) -> bytes:
    """The hash of the deleted token. Raises NotFound."""
    async with database.write() as session:
        deleted = await tokens.delete_token(session, by.id, token_id)
        if deleted is None:
            raise NotFound(f"you have no API token {token_id!r}")
        told = {"user": by.id, "name": deleted["name"]}
        await audit.record(session, clock, by, "token.deleted", token_id, before=told)
    secret_hash: bytes = deleted["secret_hash"]
    return secret_hash
