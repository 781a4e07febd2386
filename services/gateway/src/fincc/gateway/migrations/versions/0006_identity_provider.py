"""Sign-in with an identity provider: which answers of it were used, and the ID token that ends its session, too."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("id_token", sa.Text))
    op.create_table(
        "used_states",
        sa.Column("state_hash", sa.LargeBinary, primary_key=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
