"""Signing in and out."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database, WriteSession
from fincc.common.ids import new_id
from fincc.common.problem import NotFound
from fincc.gateway.domain.credentials import digest
from fincc.gateway.errors import BadCredentials, SignInBusy
from fincc.gateway.repository import external, sessions, users
from fincc.gateway.usecases.passwords import Limits, give_attempt_back, is_password, renew_hash, take_attempt
from fincc.gateway.usecases.users import ADMIN

log = logging.getLogger(__name__)

CODE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Client:
    """From where somebody signs in, by which they know their sessions apart."""

    address: str | None = None
    user_agent: str | None = None


async def create_sign_in_code(database: Database, clock: Clock, user: str = ADMIN) -> str:
    """A code for `/signin/once?code=…`, good once and for ten minutes. Raises NotFound."""
    code = secrets.token_urlsafe(32)
    async with database.write() as session:
        found = await users.find_user(session, user)
        if found is None:
            raise NotFound(f"no user {user!r}; `admin` is made when the gateway starts for the first time")
        await sessions.insert_code(session, digest(code), found["id"], clock.now() + CODE_LIFETIME)
        await audit.record(session, clock, audit.MACHINE, "sign_in_code.created", found["id"], after={"user": user})
    return code


async def sign_in(database: Database, clock: Clock, limits: Limits, name: str, password: str, client: Client) -> str:
    """The secret of a new session. Raises TooManyAttempts, SignInBusy, BadCredentials.

    An unknown user takes as long as a wrong password.
    """
    name, address = name.strip().lower(), client.address
    take_attempt(limits, name, address or "unknown", clock.now().timestamp())
    async with database.read() as session:
        user = await users.find_user(session, name)
    try:
        is_right = await is_password(user["password_hash"] if user else None, password)
    except SignInBusy:
        give_attempt_back(limits, name, address or "unknown")
        raise
    who = replace(Subject(user["id"], user["name"]) if user else audit.NOBODY, address=address)
    if user is None or user["is_disabled"] or not is_right:
        async with database.write() as session:
            await audit.record(session, clock, who, "session.refused", who.id)
        log.warning("sign-in failed", extra={"address": address})
        raise BadCredentials("check both and try again; the first password was printed once, at the first start")
    limits.users.clear(name)
    give_attempt_back(limits, None, address or "unknown")
    await renew_hash(database, user["id"], user["password_hash"], password)
    log.info("signed in", extra={"user": user["id"], "address": address})
    async with database.write() as session:
        return await start_session(session, clock, who, "password", client)


async def sign_in_once(database: Database, clock: Clock, code: str, client: Client) -> str | None:
    """The session secret for a one-time code; None when it was used, is too old or never was."""
    async with database.write() as session:
        user_id = await sessions.take_code(session, digest(code), clock.now())
        user = await users.find_user_by_id(session, user_id) if user_id is not None else None
        if user is None or user["is_disabled"]:
            return None
        by = Subject(user["id"], user["name"], address=client.address)
        secret = await start_session(session, clock, by, "one-time link", client)
    log.info("signed in by one-time link", extra={"user": user["id"]})
    return secret


async def sign_out(database: Database, clock: Clock, by: Subject, secret_hash: bytes) -> str | None:
    """The ID token of the session that ended, if the identity provider gave one."""
    async with database.write() as session:
        ended = await sessions.delete_session(session, secret_hash)
        if ended is None:
            return None
        await audit.record(session, clock, by, "session.ended", ended["id"])
    id_token: str | None = ended["id_token"]
    return id_token


async def end_session(database: Database, clock: Clock, by: Subject, session_id: str) -> bytes:
    """The hash of the session that ended. Raises NotFound."""
    async with database.write() as session:
        secret_hash = await sessions.delete_session_of(session, by.id, session_id)
        if secret_hash is None:
            raise NotFound(f"you have no session {session_id!r}; it may have ended by itself")
        await audit.record(session, clock, by, "session.ended", session_id)
    return secret_hash


async def record_use(database: Database, used: Mapping[bytes, datetime]) -> None:
    async with database.write() as session:
        await sessions.record_use(session, used)


async def sweep(database: Database, clock: Clock, idle: timedelta, lifetime: timedelta) -> None:
    """Delete sessions and codes that have ended."""
    now = clock.now()
    async with database.write() as session:
        await sessions.delete_ended(session, now - idle, now - lifetime, now)
        await external.delete_used_states(session, now)


async def start_session(
    session: WriteSession, clock: Clock, by: Subject, way: str, client: Client, id_token: str | None = None
) -> str:
    """The secret of a new session; the last statements of its transaction."""
    secret = secrets.token_urlsafe(32)
    session_id, now = new_id("ses"), clock.now()
    row = {
        "id": session_id,
        "user_id": by.id,
        "created_at": now,
        "last_seen_at": now,
        "address": client.address,
        "user_agent": client.user_agent,
        "id_token": id_token,
    }
    await sessions.insert_session(session, digest(secret), row)
    await users.change_user(session, by.id, {"last_sign_in_at": now})
    await audit.record(session, clock, by, "session.started", session_id, after={"by": way})
    return secret
