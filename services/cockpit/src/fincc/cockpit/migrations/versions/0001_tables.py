"""The read model of the first page.

Revision ID: 0001
"""

from alembic import op
from sqlalchemy import MetaData

from fincc.common import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """create table read_state (
        id smallint not null constraint read_state_pkey primary key constraint read_state_one_row check (id = 1),
        ownership_version bigint not null,
        catalog_version bigint not null,
        revision bigint not null,
        refreshed_at timestamptz
    )""",
    "insert into read_state (id, ownership_version, catalog_version, revision) values (1, 0, 0, 1)",
    """create table snapshots (
        source_id text not null,
        billing_period text not null,
        source_name text not null,
        version bigint not null,
        set_id bigint,
        facts_path text,
        counted boolean not null,
        is_closed boolean not null,
        rows bigint not null,
        rows_without_list_cost bigint not null,
        usage_through date,
        restated_by jsonb not null,
        delivered_at timestamptz not null,
        swapped_at timestamptz not null,
        primary key (source_id, billing_period)
    )""",
    "create sequence set_ids as bigint",
    """create table sets (
        set_id bigint primary key,
        source_id text not null,
        billing_period text not null,
        version bigint not null,
        ownership_version bigint not null,
        first_day date not null,
        last_day date not null,
        state text not null,
        changed_at timestamptz not null
    )""",
    """create table groups (
        group_id bigint primary key,
        billing_account_id text,
        sub_account_id text,
        service_provider_name text,
        service_name text,
        region_id text,
        charge_category text,
        x_team_id text,
        x_service_id text,
        x_attribution_rule_id text
    )""",
    """create table rollup (
        set_id bigint not null,
        team_id text not null,
        group_id bigint not null,
        day date not null,
        currency text not null,
        rows bigint not null,
        billed numeric not null,
        effective numeric not null,
        list numeric not null
    ) partition by list (set_id)""",
    "create index rollup_team_id on rollup (team_id)",
    """create function create_rollup(id bigint) returns text language plpgsql as $$
    declare name text := format('rollup_%s', id);
    begin
        execute format('create table %I (like rollup including defaults, check (set_id = %s))', name, id);
        execute format('alter table %I alter column set_id set default %s', name, id);
        return name;
    end $$""",
    """create function attach_rollup(id bigint) returns void language plpgsql as $$
    declare name text := format('rollup_%s', id);
    begin
        execute format('create index on %I (team_id)', name);
        execute format('analyze %I', name);
        execute format('alter table rollup attach partition %I for values in (%s)', name, id);
    end $$""",
    """create function drop_rollup(id bigint) returns void language plpgsql as $$
    begin
        execute format('drop table if exists %I', format('rollup_%s', id));
    end $$""",
    """create table owner_day (
        set_id bigint not null,
        team_id text not null,
        service_id text not null,
        rule_id text not null,
        currency text not null,
        day date not null,
        billed numeric not null,
        effective numeric not null,
        list numeric not null,
        primary key (set_id, team_id, service_id, rule_id, currency, day)
    )""",
    """create table team_prefix (
        currency text not null,
        day date not null,
        team_id text not null,
        billed numeric not null,
        effective numeric not null,
        list numeric not null,
        primary key (currency, day, team_id)
    )""",
    """create table ledger (
        source_id text not null,
        billing_period text not null,
        version bigint not null,
        hop text not null,
        source_name text not null,
        status text not null,
        rows bigint not null,
        totals jsonb not null,
        seal bytea,
        at timestamptz not null,
        primary key (source_id, billing_period, version, hop)
    )""",
    """create table documents (
        kind text not null,
        version bigint not null,
        rows bigint not null,
        sha256 bytea not null,
        inline bytea,
        object_path text,
        problem text,
        received_at timestamptz not null,
        primary key (kind, version)
    )""",
)


def upgrade() -> None:
    shared = MetaData()
    tables.dead_letters(shared)
    tables.leases(shared)
    shared.create_all(op.get_bind())
    for statement in STATEMENTS:
        op.execute(statement)
