"""Tables that services have in their own schema: dead letters, outbox, leases, documents received, processes, secrets."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB


def dead_letters(metadata: MetaData) -> Table:
    """Messages that failed three times on a healthy store."""
    return Table(
        "dead_letters",
        metadata,
        Column("id", Text, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("envelope", LargeBinary, nullable=False),
        Column("first_failed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("replayed_at", DateTime(timezone=True)),
    )


def outbox(metadata: MetaData) -> Table:
    """Events written in the transaction of what they tell, relayed in order of `id`."""
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("envelope", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("traceparent", Text),  # the trace of the transaction, continued by whoever reads the event
    )


def leases(metadata: MetaData) -> Table:
    """Who works on what; `fence` grows with each new holder."""
    return Table(
        "leases",
        metadata,
        Column("job", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("fence", BigInteger, nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
    )


def workers(metadata: MetaData) -> Table:
    """The processes of the service; see `fincc.common.workers`."""
    return Table(
        "workers",
        metadata,
        Column("instance", Text, primary_key=True),
        Column("version", Text, nullable=False),
        Column("roles", ARRAY(Text), nullable=False),
        Column("started_at", DateTime(timezone=True), nullable=False),
        Column("seen_at", DateTime(timezone=True), nullable=False),
        Column("report", JSONB, nullable=False),
    )


def documents(metadata: MetaData) -> Table:
    """Ownership and catalog documents as received; see `fincc.common.documents`."""
    return Table(
        "documents",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("version", BigInteger, primary_key=True),
        Column("rows", BigInteger, nullable=False),
        Column("sha256", LargeBinary, nullable=False),
        Column("inline", LargeBinary),
        Column("object_path", Text),
        Column("problem", Text),
        Column("received_at", DateTime(timezone=True), nullable=False),
        comment="Ownership and catalog documents: the active one and newer ones that wait to be switched to.",
    )


def secrets(metadata: MetaData, name: str, owner: str) -> Table:
    """Encrypted secrets of what the column `owner` names, by field; see `fincc.common.stored_secrets`."""
    return Table(
        name,
        metadata,
        Column(owner, Text, primary_key=True),
        Column("field", Text, primary_key=True),
        Column("key_id", Text, nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),  # the data key under the key of this id
        Column("nonce", LargeBinary, nullable=False),
        Column("ciphertext", LargeBinary, nullable=False),  # under the data key
        Column("set_at", DateTime(timezone=True), nullable=False),
    )
