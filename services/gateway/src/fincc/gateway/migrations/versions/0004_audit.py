"""The audit record of this service.

Revision ID: 0004
"""

from alembic import op

from fincc.common import audit

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    audit.create_table(op.get_bind(), "gateway")
