"""Each source has a schedule of its own, and a run knows the size of its delivery.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has all of this.
STATEMENTS = (
    "alter table sources add column if not exists paused boolean not null default false",
    "alter table sources add column if not exists poll_every_s integer",
    "alter table sources add column if not exists looked_at timestamptz",
    "alter table runs add column if not exists bytes bigint",
    "create index if not exists jobs_by_source on jobs (source_id, finished_at desc)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
