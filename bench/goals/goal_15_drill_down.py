"""15: drill-down of a team by service and day over 60 days, each answer built anew, at 8 connections."""

from __future__ import annotations

from bench.goals.goal_14_gateway import load
from bench.platforms import KAFKA
from bench.results import Measurement
from bench.session import Session, say
from bench.world import TEAMS

NAME = "drill-down by service and day, 60 days: p99"
CONNECTIONS, FIRST, LAST = 8, "2026-09-02", "2026-10-31"


def measure(session: Session) -> list[Measurement]:
    session.month_before()
    say("8 connections drill down")
    # A team is asked for once by each connection, with a top of its own, so that no answer is there already.
    paths = [
        f"/api/cockpit/v1/costs?from={FIRST}&to={LAST}&grain=day&group_by=ServiceName&scope={team}&top={1000 + n}"
        for n in range(40)
        for team in TEAMS
    ]
    cost = load(session.live_server, session.live_server.platform.url, paths, CONNECTIONS, 10.0)
    assert cost.detail is not None
    note = (
        f"{cost.detail['requests']} questions, p50 {cost.detail['p50_ms']:.1f} ms, {cost.detail['rps']:.0f} requests/s"
    )
    return [Measurement(15, NAME, cost.detail["p99_ms"], "ms", 50, 20, mode=KAFKA, note=note)]
