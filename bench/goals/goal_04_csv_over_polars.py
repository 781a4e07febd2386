"""4: CPU for a gzip CSV report, over Polars' streaming roll-up of the same files."""

from __future__ import annotations

from bench.measure import median, run_apart
from bench.platforms import KAFKA, ingest
from bench.results import Measurement
from bench.session import Session, say

NAME = "CPU, gzip CSV to roll-up, over Polars streaming"


def measure(session: Session) -> list[Measurement]:
    bill = session.csv_bill
    engine, runs = [], []
    for number in range(session.rounds_wanted):
        say(f"round {number + 1} of {session.rounds_wanted}: Polars, gzip CSV over Kafka")
        engine.append(run_apart("bench.yardsticks.polars_csv", bill.glob))
        with session.grounds.processes() as server:
            runs.append(ingest(server, bill))
    value = median(run.cpu_s / cost.cpu_s for run, cost in zip(runs, engine, strict=True))
    yardstick = f"Polars {median(c.cpu_s for c in engine):.1f} CPU s, peak {max(c.peak_mib for c in engine):.0f} MiB"
    note = f"{bill.rows:,} lines, {median(r.cpu_s for r in runs):.1f} CPU s"
    return [Measurement(4, NAME, value, "x", 1.6, 1.2, yardstick, KAFKA, note=note)]
