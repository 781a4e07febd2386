"""Sources, jobs, runs, snapshots, the choice of what counts, quarantine.

Revision ID: 0001
"""

from alembic import op

from fincc.ingestion.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
