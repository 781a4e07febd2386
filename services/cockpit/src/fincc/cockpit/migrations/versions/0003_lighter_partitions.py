"""Partitions of the roll-up are indexed by block, since their rows lie in order of team, and sampled more lightly.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop index rollup_team_id",
    "create index rollup_team_id on rollup using brin (team_id) with (pages_per_range = 16)",
    """create or replace function attach_rollup(id bigint) returns void language plpgsql set default_statistics_target = 10 as $$
    declare name text := format('rollup_%s', id);
    begin
        execute format('create index on %I using brin (team_id) with (pages_per_range = 16)', name);
        execute format('analyze %I', name);
        execute format('alter table rollup attach partition %I for values in (%s)', name, id);
    end $$""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
