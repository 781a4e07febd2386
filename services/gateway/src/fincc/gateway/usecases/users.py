"""Users: making the first one, adding, disabling, resetting passwords, ending sessions."""

from __future__ import annotations

import secrets

from sqlalchemy.engine import RowMapping

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database, ReadSession
from fincc.common.hierarchy import Hierarchy
from fincc.common.ids import new_id
from fincc.common.problem import Conflict, Forbidden
from fincc.gateway.domain.access import is_as_strong
from fincc.gateway.domain.credentials import first_password
from fincc.gateway.domain.roles import ADMIN_ROLE
from fincc.gateway.repository import bindings, sessions, users
from fincc.gateway.usecases.access import Actor, check_admin_is_left, given_to, grants_by, no_user
from fincc.gateway.usecases.passwords import hash_password

ADMIN = "admin"


async def ensure_admin(database: Database, clock: Clock, *, with_password: bool = True) -> str | None:
    """Makes the user `admin` when there is none; returns its password, to be shown once, or None.

    Without a password, where local sign-in is off, it is only for whoever starts the platform, by one-time links.
    """
    async with database.read() as session:
        found = await users.find_user(session, ADMIN)
    if found and (found["password_hash"] or not with_password):
        return None
    password = first_password(secrets.token_bytes(16)) if with_password else None
    password_hash = await hash_password(password) if password else None
    async with database.write() as session:
        if found and password_hash:
            if not await users.set_first_password(session, found["id"], password_hash):
                return None
            await audit.record(session, clock, audit.MACHINE, "user.password_reset", found["id"], after={"name": ADMIN})
            return password
        user_id = new_id("usr")
        is_new = await users.insert_user_once(session, user_id, ADMIN, password_hash)
        if is_new:
            binding = {"principal_kind": bindings.USER, "principal": user_id, "role": ADMIN_ROLE, "node": None}
            await bindings.insert_binding(session, {"id": new_id("bnd"), **binding})
            told = {"name": ADMIN, "role": ADMIN_ROLE}
            await audit.record(session, clock, audit.MACHINE, "user.created", user_id, after=told)
    return password if is_new else None


async def add_user(
    database: Database, clock: Clock, by: Subject, name: str, display_name: str | None, email: str | None
) -> tuple[str, str]:
    """Id and initial password of a new user, who has no role yet and has to change it. Raises Conflict."""
    password = first_password(secrets.token_bytes(16))
    password_hash = await hash_password(password)
    user_id = new_id("usr")
    async with database.write() as session:
        if not await users.insert_user_once(session, user_id, name, password_hash):
            raise Conflict(f"there is a user {name!r} already; choose another name")
        about = {"display_name": display_name, "email": email, "created_at": clock.now(), "must_change_password": True}
        await users.change_user(session, user_id, about)
        told = {"name": name, "display_name": display_name, "email": email}
        await audit.record(session, clock, by, "user.created", user_id, after=told)
    return user_id, password


async def set_disabled(
    database: Database, clock: Clock, hierarchy: Hierarchy, actor: Actor, user: str, is_disabled: bool
) -> None:
    """Disabling ends the user's sessions, and API tokens do nothing until the user is enabled. Raises Invalid,
    Forbidden, Conflict, LastAdmin."""
    async with database.write() as session:
        await bindings.lock(session)
        found = await _weaker_user(session, hierarchy, actor, user)
        if is_disabled and found["id"] == actor.id:
            raise Conflict("you cannot disable yourself; let another admin do it")
        await users.change_user(session, found["id"], {"is_disabled": is_disabled})
        if is_disabled:
            await sessions.delete_sessions_of(session, found["id"])
            await check_admin_is_left(session)
        action = "user.disabled" if is_disabled else "user.enabled"
        await audit.record(session, clock, actor.by, action, found["id"], after={"name": found["name"]})


async def reset_password(
    database: Database, clock: Clock, hierarchy: Hierarchy, actor: Actor, user: str
) -> tuple[str, str]:
    """Id and new initial password of a local user, whose sessions end. Raises Invalid, Forbidden, Conflict."""
    password = first_password(secrets.token_bytes(16))
    password_hash = await hash_password(password)
    async with database.write() as session:
        await bindings.lock(session)
        found = await _weaker_user(session, hierarchy, actor, user)
        if found["issuer"] is not None:
            raise Conflict(f"{found['name']} signs in with {found['issuer']}, which knows the password; reset it there")
        await users.change_user(session, found["id"], {"password_hash": password_hash, "must_change_password": True})
        await sessions.delete_sessions_of(session, found["id"])
        told = {"name": found["name"], "password": "replaced", "sessions": "ended"}
        await audit.record(session, clock, actor.by, "user.password_reset", found["id"], after=told)
    return found["id"], password


async def end_sessions(database: Database, clock: Clock, hierarchy: Hierarchy, actor: Actor, user: str) -> int:
    """How many there were. Raises Invalid, Forbidden."""
    async with database.write() as session:
        await bindings.lock(session)
        found = await _weaker_user(session, hierarchy, actor, user)
        ended = await sessions.delete_sessions_of(session, found["id"])
        told = {"name": found["name"], "sessions": ended}
        await audit.record(session, clock, actor.by, "user.sessions_ended", found["id"], after=told)
    return ended


async def _weaker_user(session: ReadSession, hierarchy: Hierarchy, actor: Actor, user: str) -> RowMapping:
    """A user whom the actor may act for, since the actor may do all that the user may. Call `bindings.lock` before: else
    the user may be given more meanwhile."""
    found = await users.find_user_by(session, user)
    if found is None:
        raise no_user(user)
    if not is_as_strong(
        actor.grants, grants_by((g.binding for g in await given_to(session, found)), hierarchy), hierarchy
    ):
        raise Forbidden(f"{found['name']} may do more than you may; let an admin of everything change this user")
    return found
