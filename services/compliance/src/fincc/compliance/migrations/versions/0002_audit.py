"""The audit record of this service.

Revision ID: 0002
"""

from alembic import op

from fincc.common import audit

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    audit.create_table(op.get_bind(), "compliance")
