"""8: how much slower attribution gets from 10 rules to 1,000, on the product's handler with a database of its own."""

from __future__ import annotations

from bench import raw_parts
from bench.measure import Cost, median, run_apart
from bench.results import Measurement
from bench.session import Session, say

NAME = "attribution with 1,000 rules over 10"
FEW, MANY = 10, 1000


def measure(session: Session) -> list[Measurement]:
    parts = raw_parts.of_bill(session.bill, min(session.rows, 2_000_000))
    few: list[Cost] = []
    many: list[Cost] = []
    for number in range(max(2, session.rounds_wanted)):
        say(f"attribution under {FEW} and {MANY} rules, round {number + 1}")
        for rules, costs in ((FEW, few), (MANY, many)):
            costs.append(run_apart("bench.attribute_parts", session.grounds.dsn, str(parts.path), str(rules)))
    value = median(m.cpu_s / f.cpu_s for m, f in zip(many, few, strict=True))
    speed = parts.rows / median(c.cpu_s for c in few) / 1e6
    note = f"{parts.rows:,} lines, every key new; {speed:.1f} M lines/s/core with {FEW} rules, message bytes in and out"
    return [Measurement(8, NAME, value, "x", 1.3, 1.1, note=note)]
