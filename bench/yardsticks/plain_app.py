"""Cost by team as a plain FastAPI, asyncpg and response-model app: `python -m bench.yardsticks.plain_app DSN PORT FILE`.

It reads the same database, sums daily costs by team for each request, and asks nobody who they are. FILE says which teams
stand below which node of the hierarchy.
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

SQL = """select d.team_id as team, coalesce(sum(d.billed) filter (where d.day >= $2), 0) as cost,
    coalesce(sum(d.billed) filter (where d.day < $2), 0) as previous_cost
    from cockpit.snapshots s join cockpit.team_day d using (set_id)
    where s.counted and d.currency = 'USD' and d.day > $1 and d.day <= $3 and d.team_id = any($4) group by 1 order by 2 desc"""


class Team(BaseModel):
    team: str
    cost: Decimal
    previous_cost: Decimal
    change: Decimal
    change_percent: Decimal | None


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
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/cost-by-team", response_model=CostByTeam)
    async def cost_by_team(scope: str, as_of: date, days: int = 30) -> CostByTeam:
        first = as_of - timedelta(days=days - 1)
        before = first - timedelta(days=days + 1)
        rows = await app.state.pool.fetch(SQL, before, first, as_of, teams_below[scope])
        teams = [
            Team(
                team=r["team"],
                cost=r["cost"],
                previous_cost=r["previous_cost"],
                change=r["cost"] - r["previous_cost"],
                change_percent=100 * (r["cost"] / r["previous_cost"] - 1) if r["previous_cost"] else None,
            )
            for r in rows
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
