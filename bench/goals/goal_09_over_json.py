"""9: CPU a line of one JSON message per line with pydantic at each hop, over ours."""

from __future__ import annotations

from bench import raw_parts
from bench.measure import median, run_apart
from bench.platforms import KAFKA
from bench.results import Measurement
from bench.session import Session, say

NAME = "one JSON + pydantic message a line, over ours, CPU"
LINES = 50_000


def measure(session: Session) -> list[Measurement]:
    ours = median(r.cpu_s / r.rows for r in session.rounds.kafka) * 1e6
    path, costs = str(raw_parts.of_bill(session.bill, LINES).path), []
    for number in range(session.rounds_wanted):
        say(f"JSON + pydantic, round {number + 1}")
        costs.append(run_apart("bench.yardsticks.json_lines", path, str(LINES)))
    theirs = median(c.cpu_s / LINES for c in costs) * 1e6
    yardstick = f"{theirs:.0f} µs a line over three hops, without a broker; ours {ours:.2f} µs"
    return [Measurement(9, NAME, theirs / ours, "x", 20, 40, yardstick, KAFKA, better="higher")]
