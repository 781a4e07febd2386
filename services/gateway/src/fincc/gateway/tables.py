"""Tables of the gateway's schema. Of secrets only hashes are stored."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, LargeBinary, MetaData, Table, Text, UniqueConstraint, func

metadata = MetaData()


def _owner() -> Column[str]:
    return Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


def _created() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    _created(),
)

sessions = Table(
    "sessions",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    _owner(),
    _created(),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Index("sessions_of_user", "user_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    _owner(),
    Column("name", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("last4", Text, nullable=False),
    _created(),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Index("api_tokens_of_user", "user_id"),
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    _owner(),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Text, primary_key=True),
    _owner(),
    Column("name", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("query", Text, nullable=False),
    _created(),
    UniqueConstraint("user_id", "name", name="saved_views_name_once"),
)
