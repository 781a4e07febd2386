"""The tables of the schema `cockpit`. A test compares them with what the migrations make."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from fincc.common import tables

metadata = MetaData()

dead_letters = tables.dead_letters(metadata)
leases = tables.leases(metadata)


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _amounts() -> tuple[Column[object], ...]:
    return tuple(Column(name, Numeric, nullable=False) for name in ("billed", "effective", "list"))


read_state = Table(
    "read_state",
    metadata,
    Column(
        "id", SmallInteger, CheckConstraint("id = 1", name="read_state_one_row"), primary_key=True, autoincrement=False
    ),
    Column("ownership_version", BigInteger, nullable=False),
    Column("catalog_version", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    _time("refreshed_at", nullable=True),
    comment="One row. Whoever changes what answers say holds it FOR UPDATE and adds 1 to `revision`.",
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("billing_period", Text, primary_key=True),
    Column("source_name", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("set_id", BigInteger),
    Column("facts_path", Text),
    Column("counted", Boolean, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("rows_without_list_cost", BigInteger, nullable=False),
    Column("usage_through", Date),
    Column("restated_by", JSONB, nullable=False),
    _time("delivered_at"),
    _time("swapped_at"),
    comment="The applied version of each (source, billing period) and the set that shows it; no set: the period was purged.",
)

sets = Table(
    "sets",
    metadata,
    Column("set_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source_id", Text, nullable=False),
    Column("billing_period", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("ownership_version", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("state", Text, nullable=False),
    _time("changed_at"),
    comment="One derived roll-up of one snapshot under one ownership version: staged, active or retired.",
)

groups = Table(
    "groups",
    metadata,
    Column("group_id", BigInteger, primary_key=True, autoincrement=False),
    Column("billing_account_id", Text),
    Column("sub_account_id", Text),
    Column("service_provider_name", Text),
    Column("service_name", Text),
    Column("region_id", Text),
    Column("charge_category", Text),
    Column("x_team_id", Text),
    Column("x_service_id", Text),
    Column("x_attribution_rule_id", Text),
    comment="Distinct dimension tuples; the id is a hash of the tuple.",
)

rollup = Table(
    "rollup",
    metadata,
    Column("set_id", BigInteger, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("group_id", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    *_amounts(),
    Index("rollup_team_id", "team_id", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
    postgresql_partition_by="LIST (set_id)",
    comment="Daily sums by group; one partition per set, its rows in order of team. Team '' is Unattributable.",
)

owner_day = Table(
    "owner_day",
    metadata,
    Column("set_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", Text, primary_key=True),
    Column("service_id", Text, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    *_amounts(),
    comment="The roll-up of a set by owner; '' is none.",
)

service_days = Table(
    "service_days",
    metadata,
    Column("set_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", Text, primary_key=True),
    Column("service_name", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("days", ARRAY(Date), nullable=False),
    *(Column(name, ARRAY(Numeric), nullable=False) for name in ("billed", "effective", "list")),
    comment="The roll-up of a set by team and cloud service, its days ascending with their sums in arrays; '' is none.",
)

team_prefix = Table(
    "team_prefix",
    metadata,
    Column("currency", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("team_id", Text, primary_key=True),
    *_amounts(),
    comment="Running totals of each team over all counted sets, on every day that any team has cost; team '' is Unattributable.",
)

ledger = Table(
    "ledger",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("billing_period", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("hop", Text, primary_key=True),
    Column("source_name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("totals", JSONB, nullable=False),
    Column("seal", LargeBinary),
    _time("at"),
    comment="What each hop has seen of each version: the others' rows from `cost-ledger`, our own with hop 'cockpit'.",
)

documents = tables.documents(metadata)

workers = tables.workers(metadata)
