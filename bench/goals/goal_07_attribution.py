"""7: lines a second that one core attributes, with all handling of messages: the process of a real ingest over Kafka."""

from __future__ import annotations

from bench.measure import median
from bench.platforms import KAFKA
from bench.results import Measurement
from bench.session import Session

NAME = "attribution with message handling"


def measure(session: Session) -> list[Measurement]:
    runs = session.rounds.kafka
    cpu = [r.cpu_by_process["attribution"] for r in runs]
    value = median(r.rows / s / 1e6 for r, s in zip(runs, cpu, strict=True))
    note = f"{median(cpu):.1f} CPU s, every key new; what the process does while it waits is counted"
    return [Measurement(7, NAME, value, "M lines/s/core", 2.5, 4.0, mode=KAFKA, better="higher", note=note)]
