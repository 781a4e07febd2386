"""Policies, findings, coverage, inventories, and what they are found in.

Revision ID: 0001
"""

from alembic import op

from fincc.compliance.tables import metadata, state

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    op.get_bind().execute(state.insert().values())


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
