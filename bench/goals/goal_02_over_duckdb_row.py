"""2: the same CPU over DuckDB's plain roll-up, which keeps no record and sums doubles."""

from __future__ import annotations

from bench.goals.goal_01_over_duckdb_full import ratio, yardstick
from bench.platforms import IN_PROCESS, KAFKA
from bench.results import Measurement
from bench.session import Session

NAME = "CPU, bill to roll-up, over DuckDB-row"


def measure(session: Session) -> list[Measurement]:
    rounds = session.rounds
    return [
        Measurement(2, NAME, ratio(runs, rounds.row), "x", 3.2, 1.8, yardstick(rounds.row, "row"), mode)
        for mode, runs in ((KAFKA, rounds.kafka), (IN_PROCESS, rounds.in_process))
    ]
