"""16: seconds from the broker having the last part of the bill to its costs being in the answers."""

from __future__ import annotations

from bench.platforms import EVERY_S, KAFKA
from bench.results import Measurement
from bench.session import Session
from bench.wire import RAW

NAME = "last part published → visible in the API"


def measure(session: Session) -> list[Measurement]:
    ingest = session.rounds.kafka[-1]
    value = ingest.visible_at - session.wire[RAW].last_part_at
    note = f"{session.rows:,} lines, asked every {EVERY_S * 1000:.0f} ms; other programs used {ingest.others_cores:.1f} cores"
    return [Measurement(16, NAME, value, "s", 3, 1, mode=KAFKA, note=note)]
