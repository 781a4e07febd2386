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
    # Each question is asked once, so that no answer is there already.
    paths = [
        f"/api/cockpit/v1/costs?from={FIRST}&to={LAST}&grain=day&group_by=ServiceName&scope={team}&top={1000 + n}"
        for n in range(2 if session.is_short else 20)
        for team in TEAMS
    ]
    with session.finder_at_work():
        detail = load(session.live_server, session.live_server.platform.url, paths, CONNECTIONS, 0.0).detail
    assert detail is not None
    note = f"{detail['first_requests']} questions, each asked once, p50 {detail['first_p50_ms']:.1f} ms"
    return [Measurement(15, NAME, detail["first_p99_ms"], "ms", 50, 20, mode=KAFKA, note=note)]
