"""Passwords: checking, changing, and how often one may be tried."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.problem import Invalid, NotFound
from fincc.gateway.domain.buckets import Buckets
from fincc.gateway.domain.credentials import MAX_PASSWORD, MIN_PASSWORD
from fincc.gateway.errors import SignInBusy, TooManyAttempts, WrongPassword
from fincc.gateway.repository import sessions, users

hasher = PasswordHasher()
_hashing = ThreadPoolExecutor(2, "passwords")
"""A hash takes 64 MiB and a tenth of a second on purpose; more at once would only be a way to stop us."""

MOST_WAITING = 50
_waiting: set[object] = set()


@dataclass(frozen=True)
class Limits:
    """Failed sign-ins so far, per user and per network address."""

    users: Buckets
    addresses: Buckets


async def change_password(
    database: Database, clock: Clock, limits: Limits, by: Subject, kept_session: bytes, old: str, new: str
) -> None:
    """Ends all other sessions of the user. Raises Invalid, WrongPassword, TooManyAttempts, SignInBusy."""
    if not MIN_PASSWORD <= len(new) <= MAX_PASSWORD:
        message = f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters, this one {len(new)}"
        raise Invalid(message, errors=[{"field": "new_password", "message": message}])
    async with database.read() as session:
        user = await users.find_user_by_id(session, by.id)
    if user is None:
        raise NotFound("the user of this session is gone")
    take_attempt(limits, user["name"], None, clock.now().timestamp())
    try:
        is_right = await is_password(user["password_hash"], old)
    except SignInBusy:
        give_attempt_back(limits, user["name"], None)
        raise
    if not is_right:
        message = "this is not the current password"
        raise WrongPassword(message, errors=[{"field": "old_password", "message": message}])
    limits.users.clear(user["name"])
    password_hash = await hash_password(new)
    async with database.write() as session:
        await users.change_user(session, by.id, {"password_hash": password_hash, "must_change_password": False})
        await sessions.delete_other_sessions(session, by.id, kept_session)
        said = {"password": "replaced", "other_sessions": "ended"}
        await audit.record(session, clock, by, "user.password_changed", by.id, after=said)


def take_attempt(limits: Limits, user: str | None, address: str | None, now_s: float) -> None:
    """Counts a sign-in that may fail, for those of the two that are known. Raises TooManyAttempts."""
    known = _known(limits, user, address)
    for what, buckets, key in known:
        if (wait_s := buckets.wait_s(key, now_s)) > 0:
            raise TooManyAttempts(what, wait_s)
    for _, buckets, key in known:
        buckets.take(key, now_s)


def give_attempt_back(limits: Limits, user: str | None, address: str | None) -> None:
    """It did not fail, or nobody has looked whether it does."""
    for _, buckets, key in _known(limits, user, address):
        buckets.give_back(key)


def _known(limits: Limits, user: str | None, address: str | None) -> list[tuple[str, Buckets, str]]:
    asked = (("user", limits.users, user), ("address", limits.addresses, address))
    return [(what, buckets, key) for what, buckets, key in asked if key is not None]


async def renew_hash(database: Database, user_id: str, password_hash: str, password: str) -> None:
    """Store the same password by today's cost of hashing, where that has changed."""
    if not hasher.check_needs_rehash(password_hash):
        return
    renewed = await hash_password(password)
    async with database.write() as session:
        await users.change_user(session, user_id, {"password_hash": renewed})


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_hashing, hasher.hash, password)


async def is_password(password_hash: str | None, password: str) -> bool:
    """False for no hash too, after the same work. Raises SignInBusy rather than let everybody wait for minutes."""
    if len(_waiting) >= MOST_WAITING:
        raise SignInBusy
    turn = object()
    _waiting.add(turn)
    try:
        return await asyncio.get_running_loop().run_in_executor(_hashing, _is_password_of, password_hash, password)
    finally:
        _waiting.discard(turn)


def _is_password_of(password_hash: str | None, password: str) -> bool:
    try:
        return hasher.verify(password_hash or _hash_of_nobody(), password)
    except VerifyMismatchError:
        return False


@cache
def _hash_of_nobody() -> str:
    return hasher.hash(secrets.token_hex(16))
