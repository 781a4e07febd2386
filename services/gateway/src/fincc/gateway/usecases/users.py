"""Making the first user."""

from __future__ import annotations

import secrets

from fincc.common import audit
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.ids import new_id
from fincc.gateway.domain.credentials import first_password
from fincc.gateway.domain.roles import ADMIN_ROLE
from fincc.gateway.repository import bindings, users
from fincc.gateway.usecases.passwords import hash_password

ADMIN = "admin"


async def ensure_admin(database: Database, clock: Clock) -> str | None:
    """Makes the user `admin` when there is none; returns its password, to be shown once, or None."""
    async with database.read() as session:
        if await users.find_user(session, ADMIN):
            return None
    password = first_password(secrets.token_bytes(16))
    password_hash = await hash_password(password)
    user_id = new_id("usr")
    async with database.write() as session:
        is_new = await users.insert_user_once(session, user_id, ADMIN, password_hash)
        if is_new:
            binding = {"principal_kind": bindings.USER, "principal": user_id, "role": ADMIN_ROLE, "node": None}
            await bindings.insert_binding(session, {"id": new_id("bnd"), **binding})
            await audit.record(
                session, clock, audit.MACHINE, "user.created", user_id, after={"name": ADMIN, "role": ADMIN_ROLE}
            )
    return password if is_new else None
