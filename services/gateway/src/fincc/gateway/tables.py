"""Tables of the gateway's schema. Of secrets only hashes are stored."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)

from fincc.common import tables

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
    Column("password_hash", Text),  # of those who sign in here
    Column("issuer", Text),  # of those who sign in with an identity provider, which knows them as `external_id`
    Column("external_id", Text),
    Column("display_name", Text),
    Column("email", Text),
    Column("groups", ARRAY(Text), nullable=False, server_default=text("'{}'")),  # as the provider said last
    Column("is_disabled", Boolean, nullable=False, server_default=false()),
    Column("must_change_password", Boolean, nullable=False, server_default=false()),  # it is known to who set it
    Column("last_sign_in_at", DateTime(timezone=True)),
    _created(),
    UniqueConstraint("issuer", "external_id", name="users_external_once"),
)

bindings = Table(
    "bindings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("principal_kind", Text, nullable=False),  # user or group
    Column("principal", Text, nullable=False),  # id of the user; name of the group, as the provider writes it
    Column("role", Text, nullable=False),
    Column("node", Text),  # of the hierarchy, with all below; null: everything
    Column("created_by", Text),
    _created(),
    UniqueConstraint(
        "principal_kind", "principal", "role", "node", name="bindings_once", postgresql_nulls_not_distinct=True
    ),
)

sessions = Table(
    "sessions",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    _owner(),
    _created(),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Column("id", Text, nullable=False, unique=True),  # what it is called where it can be ended
    Column("address", Text),
    Column("user_agent", Text),
    Column("id_token", Text),  # of the identity provider, which wants it back to end its own session
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
    Column("permissions", ARRAY(Text)),  # null: all its owner has
    Column("node", Text),  # null: wherever its owner may
    _created(),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("rotated_at", DateTime(timezone=True)),
    Column("previous_hash", LargeBinary),  # of the secret before; works until `previous_until`
    Column("previous_until", DateTime(timezone=True)),
    UniqueConstraint("previous_hash", name="api_tokens_previous_once"),
    Index("api_tokens_of_user", "user_id"),
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    _owner(),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

used_states = Table(
    "used_states",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
"""Answers of the identity provider that were taken; each is good once."""

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

documents = tables.documents(metadata)
dead_letters = tables.dead_letters(metadata)
workers = tables.workers(metadata)
