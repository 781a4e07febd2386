"""Tables of the schema `ingestion`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

from fincc.common import tables

metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("removed_at", DateTime(timezone=True)),
    Column("paused", Boolean, nullable=False, server_default="false"),
    Column("poll_every_s", Integer),  # null: as the service is set
    Column("looked_at", DateTime(timezone=True)),  # when the schedule queued its last look
)
Index("sources_name", sources.c.name, unique=True, postgresql_where=sources.c.removed_at.is_(None))

source_secrets = tables.secrets(metadata, "source_secrets", "source_id")

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # ingest | rebuild | purge
    Column("source_id", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("state", Text, nullable=False),  # queued | running | done | failed
    Column("error", Text),
    Column("progress", JSONB, nullable=False, server_default="{}"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Column("traceparent", Text),  # the trace of whoever asked for it
)
Index("jobs_open", jobs.c.created_at, postgresql_where=jobs.c.finished_at.is_(None))
Index("jobs_by_source", jobs.c.source_id, jobs.c.finished_at.desc())

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text),
    Column("source_id", Text, nullable=False),
    Column("billing_period", Text, nullable=False),
    Column("version", BigInteger),
    Column("token", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("files", Integer, nullable=False, server_default="0"),
    Column("bytes", BigInteger),  # null: a run from before sizes were kept
    Column("counts", JSONB, nullable=False, server_default="{}"),  # rows_read, rows_mapped, rows_folded, …
    Column("billed", JSONB),  # currency -> decimal text
    Column(
        "report", JSONB, nullable=False, server_default="{}"
    ),  # basis, unknown columns and types, warnings, restated
)
Index("runs_by_source", runs.c.source_id, runs.c.started_at.desc())

snapshots = Table(
    "snapshots",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("billing_period", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Column("state", Text, nullable=False),  # open | sealed | superseded | aborted | purged
    Column("run_id", Text),
    Column("seal", BYTEA),
    Column("accounts", ARRAY(Text), nullable=False, server_default="{}"),
    Column("rows", BigInteger, nullable=False, server_default="0"),
    Column("delivered_at", DateTime(timezone=True), nullable=False),
    Column("is_closed", Boolean, nullable=False, server_default="false"),
    Column("counted", Boolean, nullable=False, server_default="true"),
    Column("archived", Boolean, nullable=False, server_default="false"),
    PrimaryKeyConstraint("source_id", "billing_period", "version"),
)

counting = Table(
    "counting",
    metadata,
    Column("billing_account_id", Text, primary_key=True),
    Column("billing_period", Text, primary_key=True),
    Column("source_id", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("billing_period", Text, primary_key=True),
    Column("token", Text, primary_key=True),
    Column("first_seen_at", DateTime(timezone=True), nullable=False),
)

dead_letters = tables.dead_letters(metadata)
outbox = tables.outbox(metadata)
leases = tables.leases(metadata)

workers = tables.workers(metadata)
