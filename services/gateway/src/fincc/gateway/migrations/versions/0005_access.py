"""Initial passwords, rotation of tokens, and the hierarchy: documents as received, and messages that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("users", sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("api_tokens", sa.Column("rotated_at", sa.DateTime(timezone=True)))
    op.add_column("api_tokens", sa.Column("previous_hash", sa.LargeBinary))
    op.add_column("api_tokens", sa.Column("previous_until", sa.DateTime(timezone=True)))
    op.create_unique_constraint("api_tokens_previous_once", "api_tokens", ["previous_hash"])
    op.create_table(
        "documents",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("inline", sa.LargeBinary),
        sa.Column("object_path", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        comment="Ownership and catalog documents: the active one and newer ones that wait to be switched to.",
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("replayed_at", sa.DateTime(timezone=True)),
    )
