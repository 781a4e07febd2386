"""3: lines per second from asking for the bill to its costs being in the answers."""

from __future__ import annotations

from bench.measure import median
from bench.platforms import IN_PROCESS, KAFKA
from bench.results import Measurement
from bench.session import Session

NAME = "throughput, asked for → visible"


def measure(session: Session) -> list[Measurement]:
    rounds = session.rounds
    return [
        Measurement(
            3,
            NAME,
            median(r.rows / r.wall_s / 1e6 for r in runs),
            "M lines/s",
            0.4,
            0.9,
            mode=mode,
            better="higher",
            note=f"while other programs used {median(r.others_cores for r in runs):.1f} cores of the machine",
        )
        for mode, runs in ((KAFKA, rounds.kafka), (IN_PROCESS, rounds.in_process))
    ]
