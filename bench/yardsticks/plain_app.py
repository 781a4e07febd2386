"""Cost by team as a plain FastAPI, asyncpg and response-model app: `python -m bench.yardsticks.plain_app DSN PORT FILE`.

It keeps a table of daily costs by team in the same database, reads it for each request, and asks nobody who they are. FILE
says which teams stand below which node of the hierarchy; the answer holds what the page shows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

TABLE = """drop table if exists plain_team_day;
create table plain_team_day as
    select r.day, r.currency, coalesce(g.x_team_id, '') as team, sum(r.billed) as billed
    from cockpit.snapshots s join cockpit.rollup r using (set_id) join cockpit.groups g using (group_id)
    where s.counted group by 1, 2, 3;
alter table plain_team_day add primary key (currency, day, team);
analyze plain_team_day"""
TOTALS = """select team, coalesce(sum(billed) filter (where day >= $2), 0) as cost,
    coalesce(sum(billed) filter (where day < $2), 0) as previous_cost
    from plain_team_day where currency = 'USD' and day > $1 and day <= $3 and team = any($4) group by 1 order by 2 desc"""
DAILY = """select team, day, billed from plain_team_day
    where currency = 'USD' and day >= $1 and day <= $2 and team = any($3) order by team, day"""


class Team(BaseModel):
    team: str
    cost: Decimal
    previous_cost: Decimal
    change: Decimal
    change_percent: Decimal | None
    series: list[Decimal]


class CostByTeam(BaseModel):
    as_of: date
    days: int
    currency: str
    total: Decimal
    previous_total: Decimal
    teams: list[Team]


def make_app(dsn: str, teams_below: dict[str, list[str]]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=5, max_size=5) as app.state.pool:
            await app.state.pool.execute(TABLE)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/cost-by-team", response_model=CostByTeam)
    async def cost_by_team(as_of: date, days: int = 30, scope: str = "") -> CostByTeam:
        first, below = as_of - timedelta(days=days - 1), teams_below[scope]
        async with app.state.pool.acquire() as connection:
            totals = await connection.fetch(TOTALS, first - timedelta(days=days + 1), first, as_of, below)
            daily = await connection.fetch(DAILY, first, as_of, below)
        amounts = {(r["team"], r["day"]): r["billed"] for r in daily}
        teams = [
            Team(
                team=r["team"],
                cost=r["cost"],
                previous_cost=r["previous_cost"],
                change=r["cost"] - r["previous_cost"],
                change_percent=100 * (r["cost"] / r["previous_cost"] - 1) if r["previous_cost"] else None,
                series=[amounts.get((r["team"], first + timedelta(days=i)), Decimal(0)) for i in range(days)],
            )
            for r in totals
        ]
        total, previous = sum((t.cost for t in teams), Decimal(0)), sum((t.previous_cost for t in teams), Decimal(0))
        return CostByTeam(as_of=as_of, days=days, currency="USD", total=total, previous_total=previous, teams=teams)

    return app


if __name__ == "__main__":
    dsn, port, file = sys.argv[1:]
    uvicorn.run(
        make_app(dsn, json.loads(Path(file).read_text())), host="127.0.0.1", port=int(port), log_level="warning",
        access_log=False,
    )  # fmt: skip
