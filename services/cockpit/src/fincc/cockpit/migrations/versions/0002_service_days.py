"""Sums by team and cloud service, as drill-down asks for them.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """create table service_days (
        set_id bigint not null,
        team_id text not null,
        service_name text not null,
        currency text not null,
        days date[] not null,
        billed numeric[] not null,
        effective numeric[] not null,
        list numeric[] not null,
        primary key (set_id, team_id, service_name, currency)
    )""",
    """insert into service_days
    select set_id, team_id, service_name, currency,
        array_agg(day order by day), array_agg(billed order by day), array_agg(effective order by day), array_agg(list order by day)
    from (
        select r.set_id, r.team_id, coalesce(g.service_name, '') as service_name, r.currency, r.day,
            sum(r.billed) as billed, sum(r.effective) as effective, sum(r.list) as list
        from rollup r join groups g on g.group_id = r.group_id
        group by r.set_id, r.team_id, coalesce(g.service_name, ''), r.currency, r.day
    ) daily
    group by set_id, team_id, service_name, currency""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
