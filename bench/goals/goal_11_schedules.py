"""11: of how many seeded schedules of repeated, shuffled parts and killed readers the totals equal plain Python's."""

from __future__ import annotations

from bench.generate import SEED
from bench.measure import run_apart
from bench.results import Measurement
from bench.session import Session, say

NAME = "schedules with exact totals"
MUST, STRETCH = 100, 1000


def measure(session: Session) -> list[Measurement]:
    count = MUST if session.is_short else STRETCH
    say(f"{count} schedules")
    cost = run_apart("bench.schedules", session.grounds.dsn, str(count), str(SEED))
    assert cost.detail is not None
    failed = cost.detail["failed"]
    note = f"of {count}, seed {SEED}" + (f"; the first that differ: {failed}" if failed else "")
    # One that differs is a wrong total, however many there are.
    equal = 0 if failed else cost.detail["equal"]
    return [
        Measurement(11, NAME, equal, "schedules", MUST, STRETCH, "oracle in plain Python", better="higher", note=note)
    ]
