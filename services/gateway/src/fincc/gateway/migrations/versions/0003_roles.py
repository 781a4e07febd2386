"""Roles on nodes of the hierarchy, users of an identity provider, narrower tokens, sessions that can be told apart.

Who was there could do everything, and still can.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.alter_column("users", "password_hash", nullable=True)
    op.add_column("users", sa.Column("issuer", sa.Text))
    op.add_column("users", sa.Column("external_id", sa.Text))
    op.add_column("users", sa.Column("display_name", sa.Text))
    op.add_column("users", sa.Column("email", sa.Text))
    op.add_column("users", sa.Column("groups", sa.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("users", sa.Column("is_disabled", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("users", sa.Column("last_sign_in_at", sa.DateTime(timezone=True)))
    op.create_unique_constraint("users_external_once", "users", ["issuer", "external_id"])
    op.create_table(
        "bindings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("principal_kind", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("node", sa.Text),
        sa.Column("created_by", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint(
            "principal_kind", "principal", "role", "node", name="bindings_once", postgresql_nulls_not_distinct=True
        ),
    )
    op.execute(
        "insert into bindings (id, principal_kind, principal, role) "
        "select 'bnd_' || md5(id), 'user', id, 'admin' from users"
    )
    op.add_column("sessions", sa.Column("id", sa.Text))
    op.add_column("sessions", sa.Column("address", sa.Text))
    op.add_column("sessions", sa.Column("user_agent", sa.Text))
    op.execute("update sessions set id = 'ses_' || md5(secret_hash)")
    op.alter_column("sessions", "id", nullable=False)
    op.create_unique_constraint("sessions_id_once", "sessions", ["id"])
    op.add_column("api_tokens", sa.Column("permissions", sa.ARRAY(sa.Text)))
    op.add_column("api_tokens", sa.Column("node", sa.Text))
