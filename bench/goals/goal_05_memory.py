"""5: the largest resident memory of any process while the bill comes in. Its growth is measured by `make bench-memory`."""

from __future__ import annotations

from bench.platforms import IN_PROCESS, KAFKA, Ingest
from bench.results import Measurement
from bench.session import Session

NAME = "peak memory per process"


def measure(session: Session) -> list[Measurement]:
    return [of_runs(session.rounds.kafka, KAFKA), of_runs(session.rounds.in_process, IN_PROCESS)]


def of_runs(runs: list[Ingest], mode: str) -> Measurement:
    peaks = {name: max(r.peak_mib[name] for r in runs) for name in runs[0].peak_mib}
    note = ", ".join(f"{name} {peak:.0f}" for name, peak in peaks.items())
    return Measurement(5, NAME, max(peaks.values()), "MiB", 700, 400, mode=mode, note=note)
