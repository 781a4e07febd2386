"""The audit record of this service.

Revision ID: 0005
"""

from alembic import op

from fincc.common import audit

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    audit.create_table(op.get_bind(), "gateway")
