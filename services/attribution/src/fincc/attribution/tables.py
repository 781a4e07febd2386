"""Tables of the schema `attribution`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from fincc.common import tables

metadata = MetaData()

# One row: which versions decide owners now. Attributing a part holds it FOR SHARE, publishing FOR UPDATE.
state = Table(
    "state",
    metadata,
    Column("is_only", Boolean, CheckConstraint("is_only"), primary_key=True, server_default="true"),
    Column("ownership_version", BigInteger, nullable=False, server_default="0"),
    Column("hierarchy_version", BigInteger, nullable=False, server_default="0"),
    Column("catalog_version", BigInteger, nullable=False, server_default="0"),
    Column("rules_version", BigInteger, nullable=False, server_default="0"),
)

documents = Table(
    "documents",
    metadata,
    Column("kind", Text, primary_key=True),  # hierarchy | catalog | rules
    Column("version", BigInteger, primary_key=True),
    Column("content", Text, nullable=False),  # as imported (rules) or as merged (JSON)
    Column("rules", Integer),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_by", Text, nullable=False),
)

# Attribution keys with their attributes: Arrow IPC streams, one row per distinct key; a key may stand in two of them.
key_batches = Table(
    "key_batches",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("keys", Integer, nullable=False),
    Column("content", BYTEA, nullable=False),
)

parts = Table(
    "parts",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("billing_period", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("totals", JSONB, nullable=False),  # currency -> [billed, effective] as decimal text
    PrimaryKeyConstraint("source_id", "billing_period", "version", "seq"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("billing_period", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("sealed", Boolean, nullable=False, server_default="false"),
    Column("counted", Boolean, nullable=False, server_default="true"),
    PrimaryKeyConstraint("source_id", "billing_period"),
)

dead_letters = tables.dead_letters(metadata)
outbox = tables.outbox(metadata)
leases = tables.leases(metadata)

workers = tables.workers(metadata)
