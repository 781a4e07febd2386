"""Tables of the schema `compliance`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from fincc.common import tables

metadata = MetaData()


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


# One row: the policy in force, and what the newest scan was about. `basis` names all that it was made from; another
# basis means that a new one is due.
state = Table(
    "state",
    metadata,
    Column("is_only", Boolean, CheckConstraint("is_only"), primary_key=True, server_default="true"),
    Column("policy_version", BigInteger, nullable=False, server_default="0"),
    Column("basis", Text),
    _time("scanned_at", nullable=True),
    Column("duration_s", Numeric(12, 3)),
    Column("resources", BigInteger),
    Column("scanned_policy", BigInteger, nullable=False, server_default="0"),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("missing", JSONB, nullable=False, server_default="[]"),
    Column("requested", BigInteger, nullable=False, server_default="0"),  # how often a scan was asked for
)

policies = Table(
    "policies",
    metadata,
    Column("version", BigInteger, primary_key=True),
    Column("content", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_by", Text, nullable=False),
)

# The newest sealed snapshot of each source and month. Records are read from ingestion's archive; `keys_path` is the file
# that says who its parts named as owner of each key.
snapshots = Table(
    "snapshots",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("billing_period", Text, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("keys_path", Text),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("usage_through", Date),
    Column("accounts", ARRAY(Text), nullable=False),
    Column("regions", ARRAY(Text), nullable=False),
    PrimaryKeyConstraint("source_id", "billing_period"),
)


def _describing() -> list[Column[object]]:
    """What a scan says of a finding."""
    return [
        Column("resource_id", Text, nullable=False),
        Column("resource_name", Text),
        Column("resource_type", Text, nullable=False),
        Column("service", Text, nullable=False),
        Column("account", Text),
        Column("account_name", Text),
        Column("region", Text),
        Column("missing_keys", ARRAY(Text), nullable=False),
        Column("violations", JSONB, nullable=False),
        Column("cost", Numeric(38, 12)),
        Column("currency", Text),
        Column("first_seen", Date, nullable=False),
        Column("last_seen", Date, nullable=False),
        Column("in_bill", Boolean, nullable=False),
        Column("in_cloud", Boolean, nullable=False),
        Column("tags", JSONB, nullable=False),
        Column("team_id", Text),
        Column("rule_id", Text),
        Column("suggested_team", Text),
        Column("confidence", Numeric(4, 3)),
        Column("candidates", JSONB, nullable=False),
    ]


findings = Table(
    "findings",
    metadata,
    Column("id", Text, primary_key=True),
    *_describing(),
    Column("policy_version", BigInteger, nullable=False),
    _time("opened_at"),
    _time("closed_at", nullable=True),
    Column("closed_because", Text),
    Column("exempt_until", Date),
    Column("exempt_reason", Text),
    Column("exempt_by", Text),
    _time("exempt_at", nullable=True),
    Column("assigned_team", Text),  # by a person; counts where the attribution rules name nobody
    Column("assigned_by", Text),
    _time("assigned_at", nullable=True),
    Index("findings_open_by_cost", "closed_at", "cost"),
    # Whose the open ones are, for those who see some teams only; see `repository.findings.TEAM`.
    Index(
        "findings_open_by_team",
        text("coalesce(team_id, assigned_team, suggested_team)"),
        postgresql_where=text("closed_at is null"),
    ),
    Index("findings_exempt", "exempt_until", postgresql_where=text("closed_at is null and exempt_until is not null")),
)

# What the running scan has found, before it is merged into `findings`; empty between scans.
found = Table("found", metadata, Column("id", Text, primary_key=True), *_describing())

events = Table(
    "events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("finding_id", Text, nullable=False, index=True),
    _time("at"),
    Column("event", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# What the days of the newest scan cost, by how it is tagged; adds up to what the cost pages say.
coverage = Table(
    "coverage",
    metadata,
    Column("currency", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("why", Text, nullable=False),  # empty but for untaggable
    Column("cost", Numeric(38, 12), nullable=False),
    Column("resources", Integer),  # null where there is none
    PrimaryKeyConstraint("currency", "kind", "why"),
)

inventories = Table(
    "inventories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("config", JSONB, nullable=False),
    Column("paused", Boolean, nullable=False, server_default="false"),
    _time("created_at"),
    _time("due_at"),
    _time("scanned_at", nullable=True),
    Column("scans", BigInteger, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="never"),  # never | ok | partial | failed
    Column("path", Text),
    Column("resources", Integer),
    Column("never_tagged", Integer),
    Column("areas", JSONB, nullable=False, server_default="[]"),
    Column("steps", JSONB, nullable=False, server_default="[]"),
)

inventory_secrets = tables.secrets(metadata, "inventory_secrets", "inventory_id")

documents = tables.documents(metadata)
dead_letters = tables.dead_letters(metadata)
leases = tables.leases(metadata)

workers = tables.workers(metadata)
