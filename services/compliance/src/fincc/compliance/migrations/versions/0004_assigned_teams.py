"""Whose a finding is can be said by a person.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has all of this.
STATEMENTS = (
    "alter table findings add column if not exists assigned_team text",
    "alter table findings add column if not exists assigned_by text",
    "alter table findings add column if not exists assigned_at timestamptz",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
