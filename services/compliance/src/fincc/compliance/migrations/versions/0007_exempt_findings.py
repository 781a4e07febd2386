"""Exempt findings, mostly few, are found by an index: coverage says what they cost.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has all of this.
STATEMENTS = (
    "create index if not exists findings_exempt on findings (exempt_until) "
    "where closed_at is null and exempt_until is not null",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
