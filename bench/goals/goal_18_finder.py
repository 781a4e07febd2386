"""18: the tag finder's first scan of 200,000 resources, of the bill alone and of a cloud that lists them, too; and its peak."""

from __future__ import annotations

import tempfile

from bench.measure import Cost, median, run_apart
from bench.results import Measurement
from bench.session import Session, say

from fincc.common.testing.database import fresh_database

NAME = "tag finder over 200,000 resources"
RESOURCES, SHORT = 200_000, 20_000
BILL, BOTH = "bill", "bill and cloud"


def measure(session: Session) -> list[Measurement]:
    size = str(SHORT if session.is_short else RESOURCES)
    runs: dict[str, list[Cost]] = {BILL: [], BOTH: []}
    for number in range(session.rounds_wanted):
        for what, costs in runs.items():
            say(f"judging {size} resources of {what}, round {number + 1}")
            with (
                tempfile.TemporaryDirectory(prefix="fincc-bench-") as folder,
                fresh_database(session.grounds.dsn, "compliance") as dsn,
            ):
                for step in ("prepare", "cloud") if what == BOTH else ("prepare",):
                    run_apart("bench.find_untagged", step, dsn, folder, size)
                costs.append(run_apart("bench.find_untagged", "scan", dsn, folder, size))
    return [m for what, costs in runs.items() for m in _told(what, costs)]


def _told(what: str, costs: list[Cost]) -> list[Measurement]:
    detail = costs[-1].detail or {}
    note = (
        f"{detail['resources']:,} resources, {detail['findings']:,} findings, of which {detail['suggested']:,} with a "
        f"suggested owner; CPU {median(c.cpu_s for c in costs):.1f} s"
    )
    wall, peak = median(c.wall_s for c in costs), median(c.peak_mib for c in costs)
    return [
        Measurement(18, NAME, round(wall, 2), "s", 20, mode=what, note=note),
        Measurement(18, f"{NAME}: peak", round(peak), "MiB", 400, mode=what, note="the process that judges"),
    ]
