"""6: bytes per line on `raw-cost`, and the largest message of both cost topics, as the broker has them."""

from __future__ import annotations

from bench.results import Measurement
from bench.session import Session
from bench.wire import ENRICHED, RAW


def measure(session: Session) -> list[Measurement]:
    topics = session.wire
    raw, enriched = topics[RAW], topics[ENRICHED]
    sizes = f"{raw.messages} messages, enriched-cost {enriched.size / session.rows:.1f} bytes/line"
    largest = max(raw.largest, enriched.largest) / 1000
    note = f"raw {raw.largest / 1000:.0f} kB, enriched {enriched.largest / 1000:.0f} kB"
    return [
        Measurement(6, "bytes per line on raw-cost", raw.size / session.rows, "bytes", 64, 48, note=sizes),
        Measurement(6, "largest message", largest, "kB", 950, note=note),
    ]
