"""An event remembers the trace it belongs to.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has all of this.
STATEMENTS = (
    "alter table outbox add column if not exists traceparent text",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
