"""1: CPU from Parquet to roll-up rows in PostgreSQL, over DuckDB doing the same with every FOCUS column written."""

from __future__ import annotations

from decimal import Decimal

from bench.measure import Cost, median
from bench.platforms import BESIDE, IN_PROCESS, KAFKA, Ingest
from bench.results import Measurement
from bench.session import Session

NAME = "CPU, bill to roll-up, over DuckDB-full"


def measure(session: Session) -> list[Measurement]:
    rounds = session.rounds
    _same_money(rounds.full, rounds.kafka + rounds.in_process)
    return [
        Measurement(
            1, NAME, ratio(runs, rounds.full), "x", 1.4, 0.85, yardstick(rounds.full, "full"), mode, note=note(runs)
        )
        for mode, runs in ((KAFKA, rounds.kafka), (IN_PROCESS, rounds.in_process))
    ]


def ratio(runs: list[Ingest], engine: list[Cost]) -> float:
    """The median of the rounds' ratios."""
    return median(run.cpu_s / cost.cpu_s for run, cost in zip(runs, engine, strict=True))


def yardstick(costs: list[Cost], kind: str) -> str:
    peak = max(c.peak_mib for c in costs)
    return f"DuckDB-{kind} {median(c.cpu_s for c in costs):.1f} CPU s, peak {peak:.0f} MiB"


def note(runs: list[Ingest]) -> str:
    by_process = {name: median(r.cpu_by_process[name] for r in runs) for name in runs[0].cpu_by_process}
    beside = by_process.pop(BESIDE, None)
    parts = ", ".join(f"{name} {cpu:.1f}" for name, cpu in by_process.items())
    servers = f"servers {median(r.servers_cpu_s for r in runs):.1f}"
    uncounted = servers if beside is None else f"{BESIDE} {beside:.1f}, {servers}"
    return f"{median(r.cpu_s for r in runs):.1f} CPU s ({parts}); not counted: {uncounted}"


def _same_money(engine: list[Cost], runs: list[Ingest]) -> None:
    """A yardstick that sums something else would be none. Raises RuntimeError."""
    for run in runs:
        theirs = Decimal(str((engine[0].detail or {})["billed"]))
        if abs(theirs - run.billed) > run.rows * Decimal("1e-9"):
            raise RuntimeError(f"the yardstick billed {theirs}, the product {run.billed}")
