"""An event remembers the trace it belongs to, and processes say how they are.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has all of this.
STATEMENTS = (
    "alter table outbox add column if not exists traceparent text",
    """create table if not exists workers (
        instance text primary key,
        version text not null,
        roles text[] not null,
        started_at timestamptz not null,
        seen_at timestamptz not null,
        report jsonb not null
    )""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
