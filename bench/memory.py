"""Goal 5, second half: how peak memory grows from a bill to one with ten times its lines and resources."""

from __future__ import annotations

from contextlib import ExitStack

from bench import generate
from bench.goals.goal_05_memory import of_runs
from bench.platforms import KAFKA, Ingest, grounds, ingest
from bench.results import Measurement
from bench.session import say

COPIES = 10
NAME = "growth of peak memory, ten times the lines"


def measure(rows: int) -> list[Measurement]:
    with ExitStack() as stack:
        ground = stack.enter_context(grounds())
        runs: list[Ingest] = []
        for copies in (1, COPIES):
            say(f"{rows * copies:,} lines")
            bill = generate.parquet_bill(rows, copies)
            with ground.processes() as server:
                runs.append(ingest(server, bill, timeout_s=6 * 3600))
    small, large = runs
    growth = {name: 100 * (large.peak_mib[name] / small.peak_mib[name] - 1) for name in small.peak_mib}
    note = ", ".join(f"{n} {small.peak_mib[n]:.0f} → {large.peak_mib[n]:.0f} MiB" for n in growth)
    value = 100 * (max(large.peak_mib.values()) / max(small.peak_mib.values()) - 1)
    return [
        of_runs([small], f"{KAFKA}, {small.rows:,} lines"),
        of_runs([large], f"{KAFKA}, {large.rows:,} lines"),
        Measurement(5, NAME, value, "%", 30, mode=KAFKA, note=note),
    ]
