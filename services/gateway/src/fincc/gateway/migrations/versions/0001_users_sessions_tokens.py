"""Users, sessions, API tokens and one-time sign-in codes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _owner() -> sa.Column[str]:
    return sa.Column("user_id", sa.Text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _created() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        _created(),
    )
    op.create_table(
        "sessions",
        sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
        _owner(),
        _created(),
        _at("last_seen_at", nullable=False),
    )
    op.create_index("sessions_of_user", "sessions", ["user_id"])
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text, primary_key=True),
        _owner(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("last4", sa.Text, nullable=False),
        _created(),
        _at("expires_at"),
        _at("last_used_at"),
    )
    op.create_index("api_tokens_of_user", "api_tokens", ["user_id"])
    op.create_table(
        "sign_in_codes",
        sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
        _owner(),
        _at("expires_at", nullable=False),
    )
