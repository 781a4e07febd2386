"""API tokens: making, renaming, rotating and deleting them. None can do more than its owner can at that moment."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.hierarchy import Hierarchy
from fincc.common.ids import new_id
from fincc.common.permissions import OWN, PERMISSIONS, PLACED
from fincc.common.problem import Invalid, NotFound
from fincc.gateway.domain.credentials import api_token, digest
from fincc.gateway.repository import tokens, users
from fincc.gateway.usecases.access import Actor
from fincc.gateway.usecases.users import ADMIN

LOCAL_PROFILE = "local profile"


@dataclass(frozen=True)
class Reach:
    """What a token may do of what its owner may: None is all of it."""

    permissions: Sequence[str] | None = None
    node: str | None = None


@dataclass(frozen=True)
class CreatedToken:
    """A token with its secret, which exists nowhere else."""

    id: str
    name: str
    secret: str
    created_at: datetime
    expires_at: datetime | None
    reach: Reach
    last_used_at: datetime | None = None
    rotated_at: datetime | None = None
    previous_until: datetime | None = None

    @property
    def last4(self) -> str:
        return self.secret[-4:]


async def create_local_token(database: Database, clock: Clock) -> str:
    """The API token of the command line on this machine, in place of the last one. Raises NotFound without `admin`."""
    async with database.read() as session:
        found = await users.find_user(session, ADMIN)
    if found is None:
        raise NotFound("no user 'admin' yet; call ensure_admin first")
    return (
        await _store(database, clock, audit.MACHINE, found["id"], LOCAL_PROFILE, None, Reach(), replace=True)
    ).secret


async def create_token(
    database: Database, clock: Clock, hierarchy: Hierarchy, actor: Actor, name: str, lifetime: timedelta, reach: Reach
) -> CreatedToken:
    """A new API token of the actor. Raises Invalid for a reach that is no part of what the actor may do."""
    check_reach(actor, reach, hierarchy)
    return await _store(database, clock, actor.by, actor.id, name, lifetime, reach)


def check_lifetime(days: int, most: int) -> None:
    """Raises Invalid for more days than there may be."""
    if days > most:
        raise _bad(
            "expires_in_days",
            f"an API token lasts for {most} days at most here, and can be rotated before it ends; {days} were asked for",
        )


def check_reach(actor: Actor, reach: Reach, hierarchy: Hierarchy) -> None:
    """Raises Invalid, naming what was expected; of places where the actor may do nothing it says nothing."""
    asked = reach.permissions
    if asked is not None:
        _check_permissions(actor, asked)
    if reach.node is None:
        return
    left = actor.grants.narrowed(asked, reach.node, hierarchy).permissions
    whole = sorted(n for n in asked or () if n not in PLACED | OWN)
    if whole:
        raise _bad(
            "permissions", f"{', '.join(whole)}: about the whole, and held at no node; leave it out, or the node"
        )
    lacking = sorted(n for n in asked or () if n not in left)
    if lacking or not left - OWN:
        what = ", ".join(lacking) or "anything"
        raise _bad("node", f"there is no node {reach.node!r} at which you may do {what}; name one where you may")


async def rename_token(database: Database, clock: Clock, by: Subject, token_id: str, name: str) -> None:
    """Raises NotFound."""
    async with database.write() as session:
        row = await tokens.lock_token(session, by.id, token_id)
        if row is None:
            raise no_token(token_id)
        await tokens.change_token(session, token_id, {"name": name})
        await audit.record(session, clock, by, "token.renamed", token_id, {"name": row["name"]}, {"name": name})


async def rotate_token(
    database: Database, clock: Clock, by: Subject, token_id: str, overlap: timedelta, longest: timedelta
) -> CreatedToken:
    """The token with a new secret; the one before works on for the overlap, but not longer than it would have.

    It lasts as long again as it was made for, at most `longest`. Raises NotFound.
    """
    secret, now = api_token(secrets.token_bytes(32)), clock.now()
    async with database.write() as session:
        row = await tokens.lock_token(session, by.id, token_id)
        if row is None:
            raise no_token(token_id)
        ends = row["expires_at"]
        length = min(ends - (row["rotated_at"] or row["created_at"]), longest) if ends else None
        token = CreatedToken(
            id=token_id,
            name=row["name"],
            secret=secret,
            created_at=row["created_at"],
            expires_at=now + length if length else None,
            reach=Reach(row["permissions"], row["node"]),
            last_used_at=row["last_used_at"],
            rotated_at=now,
            previous_until=min(now + overlap, ends) if ends else now + overlap,
        )
        values = {
            "secret_hash": digest(secret),
            "last4": token.last4,
            "expires_at": token.expires_at,
            "rotated_at": now,
            "previous_hash": row["secret_hash"],
            "previous_until": token.previous_until,
        }
        await tokens.change_token(session, token_id, values)
        told = {"name": token.name, "expires_at": token.expires_at, "previous_until": token.previous_until}
        await audit.record(session, clock, by, "token.rotated", token_id, after=told)
    return token


async def delete_token(database: Database, clock: Clock, by: Subject, token_id: str) -> None:
    """Raises NotFound."""
    async with database.write() as session:
        name = await tokens.delete_token(session, by.id, token_id)
        if name is None:
            raise no_token(token_id)
        told = {"user": by.id, "name": name}
        await audit.record(session, clock, by, "token.deleted", token_id, before=told)


def no_token(token_id: str) -> NotFound:
    return NotFound(f"you have no API token {token_id!r}")


def _check_permissions(actor: Actor, asked: Sequence[str]) -> None:
    if not asked:
        raise _bad("permissions", "name at least one, or leave it out for all that you may do")
    unknown = sorted(set(asked) - set(PERMISSIONS))
    if unknown:
        raise _bad(
            "permissions", f"there is no permission {', '.join(unknown)}: expected some of {', '.join(PERMISSIONS)}"
        )
    lacking = sorted(set(asked) - actor.grants.permissions)
    if lacking:
        mine = ", ".join(sorted(actor.grants.permissions))
        raise _bad("permissions", f"you may not do {', '.join(lacking)} yourself; expected some of {mine}")


def _bad(field: str, message: str) -> Invalid:
    return Invalid(message, errors=[{"field": field, "message": message}])


async def _store(
    database: Database,
    clock: Clock,
    by: Subject,
    user_id: str,
    name: str,
    lifetime: timedelta | None,
    reach: Reach,
    *,
    replace: bool = False,
) -> CreatedToken:
    """`replace` deletes those of the same name."""
    secret, now = api_token(secrets.token_bytes(32)), clock.now()
    token = CreatedToken(new_id("tok"), name, secret, now, now + lifetime if lifetime else None, reach)
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
                "permissions": None if reach.permissions is None else sorted(set(reach.permissions)),
                "node": reach.node,
                "created_at": now,
                "expires_at": token.expires_at,
            },
        )
        for token_id in replaced:
            await audit.record(session, clock, by, "token.deleted", token_id, before={"user": user_id, "name": name})
        made: dict[str, Any] = {"user": user_id, "name": name, "expires_at": token.expires_at}
        if reach.permissions is not None:
            made["permissions"] = sorted(set(reach.permissions))
        if reach.node is not None:
            made["node"] = reach.node
        await audit.record(session, clock, by, "token.created", token.id, after=made)
    return token
