"""The verbs of the gateway: making the first user, signing in and out, tokens."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database, WriteSession
from fincc.common.ids import new_id
from fincc.common.problem import Invalid, NotFound
from fincc.gateway import repository
from fincc.gateway.domain.attempts import Attempts
from fincc.gateway.domain.credentials import (
    MAX_PASSWORD,
    MIN_PASSWORD,
    api_token,
    digest,
    first_password,
)
from fincc.gateway.domain.roles import ADMIN_ROLE
from fincc.gateway.errors import BadCredentials, NameTaken, TooManyAttempts, TooManyViews, WrongPassword

log = logging.getLogger(__name__)

ADMIN = "admin"
LOCAL_PROFILE = "local profile"
CODE_LIFETIME = timedelta(minutes=10)
MAX_VIEWS = 100

_hasher = PasswordHasher()
_hashing = ThreadPoolExecutor(2, "passwords")
"""A hash takes 64 MiB and a tenth of a second on purpose; more at once would only be a way to stop us."""


@dataclass(frozen=True)
class Limits:
    """Failed sign-ins so far, per user and per network address."""

    users: Attempts
    addresses: Attempts


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


@dataclass(frozen=True)
class SavedView:
    """A page in a state that its user has named; `query` is the URL after the `?`."""

    id: str
    name: str
    page: str
    query: str
    created_at: datetime


async def ensure_admin(database: Database, clock: Clock) -> str | None:
    """Makes the user `admin` when there is none; returns its password, to be shown once, or None."""
    async with database.read() as session:
        if await repository.find_user(session, ADMIN):
            return None
    password = first_password(secrets.token_bytes(16))
    password_hash = await _hash(password)
    user_id = new_id("usr")
    async with database.write() as session:
        is_new = await repository.insert_user_once(session, user_id, ADMIN, password_hash)
        if is_new:
            binding = {"principal_kind": repository.USER, "principal": user_id, "role": ADMIN_ROLE, "node": None}
            await repository.insert_binding(session, {"id": new_id("bnd"), **binding})
            await audit.record(
                session, clock, audit.MACHINE, "user.created", user_id, after={"name": ADMIN, "role": ADMIN_ROLE}
            )
    return password if is_new else None


async def create_sign_in_code(database: Database, clock: Clock, user: str = ADMIN) -> str:
    """A code for `/signin/once?code=…`, good once and for ten minutes. Raises NotFound."""
    code = secrets.token_urlsafe(32)
    async with database.write() as session:
        found = await repository.find_user(session, user)
        if found is None:
            raise NotFound(f"no user {user!r}; `admin` is made when the gateway starts for the first time")
        await repository.insert_code(session, digest(code), found["id"], clock.now() + CODE_LIFETIME)
        await audit.record(session, clock, audit.MACHINE, "sign_in_code.created", found["id"], after={"user": user})
    return code


async def create_local_token(database: Database, clock: Clock) -> str:
    """The API token of the command line on this machine, in place of the last one. Raises NotFound without `admin`."""
    async with database.read() as session:
        found = await repository.find_user(session, ADMIN)
    if found is None:
        raise NotFound("no user 'admin' yet; call ensure_admin first")
    return (await create_token(database, clock, audit.MACHINE, found["id"], LOCAL_PROFILE, None, replace=True)).secret


async def sign_in(
    database: Database, clock: Clock, limits: Limits, name: str, password: str, address: str | None
) -> str:
    """The secret of a new session. Raises TooManyAttempts, BadCredentials.

    An unknown user takes as long as a wrong password.
    """
    name = name.strip().lower()
    _take_attempt(limits, name, address or "unknown", clock.now().timestamp())
    async with database.read() as session:
        user = await repository.find_user(session, name)
    is_right = await _verify(user["password_hash"] if user else None, password)
    who = replace(Subject(user["id"], user["name"]) if user else audit.NOBODY, address=address)
    if user is None or user["is_disabled"] or not is_right:
        async with database.write() as session:
            await audit.record(session, clock, who, "session.refused", who.id)
        log.warning("sign-in failed", extra={"address": address})
        raise BadCredentials("check both and try again; the first password was printed once, at the first start")
    limits.users.clear(name)
    limits.addresses.give_back(address or "unknown")
    if _hasher.check_needs_rehash(user["password_hash"]):
        await _store_password(database, user["id"], password)
    log.info("signed in", extra={"user": user["id"], "address": address})
    async with database.write() as session:
        return await _start_session(session, clock, who, "password")


async def sign_in_once(database: Database, clock: Clock, code: str, address: str | None) -> str | None:
    """The session secret for a one-time code; None when it was used, is too old or never was."""
    async with database.write() as session:
        user_id = await repository.take_code(session, digest(code), clock.now())
        user = await repository.find_user_by_id(session, user_id) if user_id is not None else None
        if user is None or user["is_disabled"]:
            return None
        secret = await _start_session(
            session, clock, Subject(user["id"], user["name"], address=address), "one-time link"
        )
    log.info("signed in by one-time link", extra={"user": user["id"]})
    return secret


async def sign_out(database: Database, clock: Clock, by: Subject, secret_hash: bytes) -> None:
    async with database.write() as session:
        session_id = await repository.delete_session(session, secret_hash)
        if session_id is not None:
            await audit.record(session, clock, by, "session.ended", session_id)


async def change_password(
    database: Database, clock: Clock, limits: Limits, by: Subject, kept_session: bytes, old: str, new: str
) -> None:
    """Ends all other sessions of the user. Raises Invalid, WrongPassword, TooManyAttempts."""
    if not MIN_PASSWORD <= len(new) <= MAX_PASSWORD:
        message = f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters, this one {len(new)}"
        raise Invalid(message, errors=[{"field": "new_password", "message": message}])
    async with database.read() as session:
        user = await repository.find_user_by_id(session, by.id)
    if user is None:
        raise NotFound("the user of this session is gone")
    _take_attempt(limits, user["name"], None, clock.now().timestamp())
    if not await _verify(user["password_hash"], old):
        message = "this is not the current password"
        raise WrongPassword(message, errors=[{"field": "old_password", "message": message}])
    limits.users.clear(user["name"])
    password_hash = await _hash(new)
    async with database.write() as session:
        await repository.update_password(session, by.id, password_hash)
        await repository.delete_other_sessions(session, by.id, kept_session)
        said = {"password": "replaced", "other_sessions": "ended"}
        await audit.record(session, clock, by, "user.password_changed", by.id, after=said)


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
        replaced = await repository.delete_tokens_named(session, user_id, name) if replace else []
        await repository.insert_token(
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
        deleted = await repository.delete_token(session, by.id, token_id)
        if deleted is None:
            raise NotFound(f"you have no API token {token_id!r}")
        told = {"user": by.id, "name": deleted["name"]}
        await audit.record(session, clock, by, "token.deleted", token_id, before=told)
    secret_hash: bytes = deleted["secret_hash"]
    return secret_hash


async def save_view(database: Database, clock: Clock, user_id: str, name: str, page: str, query: str) -> SavedView:
    """Raises NameTaken, TooManyViews."""
    view = SavedView(new_id("view"), name, page, query, clock.now())
    async with database.write() as session:
        there = await repository.lock_views(session, user_id)
        if any(v["name"] == name for v in there):
            raise NameTaken(name)
        if len(there) >= MAX_VIEWS:
            raise TooManyViews(MAX_VIEWS)
        await repository.insert_view(session, {**asdict(view), "user_id": user_id})
    return view


async def change_view(database: Database, user_id: str, view_id: str, name: str, page: str, query: str) -> SavedView:
    """Raises NotFound, NameTaken."""
    async with database.write() as session:
        there = {v["id"]: SavedView(**v) for v in await repository.lock_views(session, user_id)}
        if view_id not in there:
            raise _no_view(view_id)
        if any(v.name == name and v.id != view_id for v in there.values()):
            raise NameTaken(name)
        await repository.change_view(session, view_id, {"name": name, "page": page, "query": query})
    return replace(there[view_id], name=name, page=page, query=query)


async def delete_view(database: Database, user_id: str, view_id: str) -> None:
    """Raises NotFound."""
    async with database.write() as session:
        if not await repository.delete_view(session, user_id, view_id):
            raise _no_view(view_id)


def _no_view(view_id: str) -> NotFound:
    return NotFound(f"you have no saved view {view_id!r}")


async def record_use(database: Database, used: Mapping[bytes, datetime]) -> None:
    async with database.write() as session:
        await repository.record_use(session, used)


async def sweep(database: Database, clock: Clock, idle: timedelta, lifetime: timedelta) -> None:
    """Delete sessions and codes that have ended."""
    now = clock.now()
    async with database.write() as session:
        await repository.delete_ended(session, now - idle, now - lifetime, now)


def _take_attempt(limits: Limits, user: str, address: str | None, now_s: float) -> None:
    for what, attempts, key in (("user", limits.users, user), ("address", limits.addresses, address)):
        wait_s = attempts.wait_s(key, now_s) if key is not None else 0.0
        if wait_s > 0:
            raise TooManyAttempts(what, wait_s)
    limits.users.take(user, now_s)
    if address is not None:
        limits.addresses.take(address, now_s)


async def _start_session(session: WriteSession, clock: Clock, by: Subject, way: str) -> str:
    secret = secrets.token_urlsafe(32)
    session_id, now = new_id("ses"), clock.now()
    row = {"id": session_id, "user_id": by.id, "created_at": now, "last_seen_at": now}
    await repository.insert_session(session, digest(secret), row)
    await audit.record(session, clock, by, "session.started", session_id, after={"by": way})
    return secret


async def _store_password(database: Database, user_id: str, password: str) -> None:
    password_hash = await _hash(password)
    async with database.write() as session:
        await repository.update_password(session, user_id, password_hash)


async def _hash(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_hashing, _hasher.hash, password)


async def _verify(password_hash: str | None, password: str) -> bool:
    """False for no hash too, after the same work."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, _is_password_of, password_hash, password)


def _is_password_of(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _hash_of_nobody(), password)
    except VerifyMismatchError:
        return False


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))
