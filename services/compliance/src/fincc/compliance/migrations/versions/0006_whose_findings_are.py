"""Findings of some teams are found by an index: most people see those of their own only.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has all of this.
STATEMENTS = (
    "create index if not exists findings_open_by_team on findings (coalesce(team_id, assigned_team, suggested_team)) "
    "where closed_at is null",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
