"""Clouds have secrets, encrypted.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The first migration makes the tables as the code knows them today, so a new database has this one.
STATEMENT = (
    "create table if not exists inventory_secrets (inventory_id text not null, field text not null, key_id text not null, "
    "wrapped_key bytea not null, nonce bytea not null, ciphertext bytea not null, set_at timestamptz not null, "
    "primary key (inventory_id, field))"
)


def upgrade() -> None:
    op.execute(STATEMENT)
