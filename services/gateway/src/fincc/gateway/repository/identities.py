"""Who a session or an API token stands for, in one round trip: every few seconds this is asked for everybody who is at work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fincc.common.db import Database

_PERSON = (
    "u.name, u.display_name, u.email, u.groups, u.password_hash is not null as has_password, "
    "(select coalesce(json_agg(json_build_array(b.role, b.node)), '[]')::text from bindings b "
    "where (b.principal_kind = 'user' and b.principal = u.id) or (b.principal_kind = 'group' and b.principal = any(u.groups))) "
    "as roles, (select max(version) from documents where kind = 'catalog' and problem is null) as catalog "
)
_SESSION = (
    "select s.user_id, u.must_change_password, s.created_at, s.last_seen_at, "
    + _PERSON
    + "from sessions s join users u on u.id = s.user_id where s.secret_hash = $1 and not u.is_disabled"
)
_TOKEN = (
    "select t.user_id, t.permissions, t.node, t.expires_at, t.secret_hash, t.previous_until, "
    + _PERSON
    + "from api_tokens t join users u on u.id = t.user_id where not u.is_disabled "
    "and (t.secret_hash = $1 or (t.previous_hash = $1 and t.previous_until > $2))"
)


async def find_session(database: Database, secret_hash: bytes) -> Any:
    """user_id, must_change_password, created_at, last_seen_at; name, display_name, email, groups and has_password of the
    user; `roles`, JSON of pairs of role and node, own ones and those of groups; `catalog`, the version of the newest
    hierarchy. None for a session of a disabled user."""
    return await database.fetch_row(_SESSION, secret_hash)


async def find_token(database: Database, secret_hash: bytes, now: datetime) -> Any:
    """The same of the user; user_id, permissions, node, expires_at, secret_hash, previous_until.

    None for a token of a user who is disabled. The secret before a rotation finds it until `previous_until`.
    """
    return await database.fetch_row(_TOKEN, secret_hash, now)
