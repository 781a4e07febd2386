"""The processes of the service say how they are.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A first migration may make the tables as the code knows them today, so a new database may have this.
WORKERS = """create table if not exists workers (
    instance text primary key,
    version text not null,
    roles text[] not null,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    report jsonb not null
)"""


def upgrade() -> None:
    op.execute(WORKERS)
