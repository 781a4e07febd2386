"""19: suggestions for what nobody owns, 5,000 groups at most, over the bill on the live platform with its 300 teams."""

from __future__ import annotations

import time

from bench.measure import median
from bench.platforms import KAFKA
from bench.results import Measurement
from bench.session import Session, say

NAME = "suggestions for unmatched costs of the bill"
TIMES, LIMIT = 3, 5000


def measure(session: Session) -> list[Measurement]:
    say("asking whose the unmatched costs are")
    took, groups, named = [], 0, 0
    with session.live_server.platform.client() as client:
        for _ in range(TIMES):
            begun = time.perf_counter()
            answer = client.get("/api/attribution/v1/suggestions", params={"limit": LIMIT}).raise_for_status().json()
            took.append(time.perf_counter() - begun)
            groups, named = len(answer["items"]), sum(1 for item in answer["items"] if item["team"])
    note = f"{groups:,} groups of {session.rows:,} lines, {named:,} of them with a team, over HTTP"
    return [Measurement(19, NAME, round(median(took), 2), "s", 5, mode=KAFKA, note=note)]
