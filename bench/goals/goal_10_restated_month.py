"""10: seconds to swap in a restated month of 500,000 roll-up rows, from its Seal to being what answers read."""

from __future__ import annotations

from bench.measure import median, run_apart
from bench.results import Measurement
from bench.session import Session, say

NAME = "restated month of 500 k roll-up rows swapped in"
ROWS = 500_000


def measure(session: Session) -> list[Measurement]:
    say("swapping a month in again")
    cost = run_apart("bench.restated_month", session.grounds.dsn, str(ROWS), "3")
    assert cost.detail is not None
    if cost.detail["stored_rows"] != ROWS:
        raise RuntimeError(f"{cost.detail['stored_rows']} rows are stored")
    seconds = cost.detail["seconds"]
    note = "on a PostgreSQL that flushes to disk: " + ", ".join(f"{s:.2f} s" for s in seconds)
    return [Measurement(10, NAME, median(seconds), "s", 2.5, 1.2, note=note)]
