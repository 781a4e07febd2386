"""18: the tag finder over 200,000 resources, with a database of its own; and its peak memory."""

from __future__ import annotations

import tempfile

from bench.measure import median, run_apart
from bench.results import Measurement
from bench.session import Session, say

from fincc.common.testing.database import fresh_database

NAME = "tag finder over 200,000 resources"
RESOURCES, SHORT = 200_000, 20_000


def measure(session: Session) -> list[Measurement]:
    resources = SHORT if session.is_short else RESOURCES
    walls, peaks, note = [], [], ""
    for number in range(session.rounds_wanted):
        say(f"judging {resources:,} resources, round {number + 1}")
        with (
            tempfile.TemporaryDirectory(prefix="fincc-bench-") as folder,
            fresh_database(session.grounds.dsn, "compliance") as dsn,
        ):
            run_apart("bench.find_untagged", "prepare", dsn, folder, str(resources))
            cost = run_apart("bench.find_untagged", "scan", dsn, folder, str(resources))
        detail = cost.detail or {}
        walls.append(cost.wall_s)
        peaks.append(cost.peak_mib)
        note = (
            f"{detail['resources']:,} resources, {detail['findings']:,} findings, of which {detail['suggested']:,} with a "
            f"suggested owner; CPU {cost.cpu_s:.1f} s"
        )
    return [
        Measurement(18, NAME, round(median(walls), 2), "s", 20, note=note),
        Measurement(18, f"{NAME}: peak", round(median(peaks)), "MiB", 400, note="the process that judges"),
    ]
