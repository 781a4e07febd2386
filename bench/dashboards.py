"""Goals 20 and 21: 200 people look at dashboards over a bill while another month comes in; what their sign-in costs."""

from __future__ import annotations

import asyncio
import csv
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import checks, generate
from bench.generate import MONTH_BEFORE, Bill
from bench.measure import ROOT, cpu_s, machine_busy_s, median, percentile
from bench.people import Person, everybody, sign_in
from bench.platforms import BEFORE, KAFKA, Apart, Server, ask_for, grounds, ingest, judge
from bench.results import Measurement
from bench.session import say
from tests.e2e.harness import wait_for

DAYS = {"first": "2026-10-02", "last": "2026-10-31", "quarter": "2026-08-03"}
THINK_S = (3.0, 7.0)
"""Seconds somebody looks at a page before opening the next; people look longer, so this is as many as 200 ever are."""
WARM_S, QUIET_S, AFTER_S = 20.0, 30.0, 10.0
"""Coming in; with nothing read meanwhile; from the new month being visible on, when all answers have to be built anew."""
LEAST_ROWS = 2_000_000  # of the month that comes in, so that it takes a while
NAME = "dashboards of 200 people"


@dataclass(frozen=True)
class Phase:
    """A part of the run, with CPU cores in use meanwhile."""

    name: str
    began: float
    ended: float
    cores: dict[str, float]
    others_cores: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def said(self) -> str:
        used = ", ".join(f"{name} {cores:.2f}" for name, cores in self.cores.items())
        return f"CPU cores: {used}; other programs {self.others_cores:.2f}"


Sample = tuple[float, str, float, int]
"""When it was asked for, kind, milliseconds, status."""


def measure(rows: int) -> list[Measurement]:
    bill, coming = generate.parquet_bill(rows), generate.parquet_bill(max(rows, LEAST_ROWS), month=MONTH_BEFORE)
    people = everybody()
    with ExitStack() as stack:
        ground = stack.enter_context(grounds())
        # With the limits that it comes with: all 200 are behind one address.
        server = stack.enter_context(ground.processes({}, Apart))
        say(f"{rows:,} lines come in")
        ingest(server, bill)
        judge(server.platform)
        say(f"{len(people)} people sign in")
        headers, took = asyncio.run(sign_in(server, people))
        before = checks.timer(server)
        with _traffic(server, people, headers) as traffic:
            say("they look around")
            time.sleep(WARM_S)
            with _phase(server, traffic, "nothing comes in") as quiet:
                time.sleep(QUIET_S)
            say(f"another {coming.rows:,} lines come in")
            with _phase(server, traffic, "a month comes in") as busy:
                came_in_s = _bring_in(server, coming)
                time.sleep(AFTER_S)
        samples, own = traffic.result()
        after = checks.timer(server)
        say("the same request with and without the gateway")
        all_seeing = [p for p in people if not p.places]
        compared = checks.compared(
            server,
            [headers[p.name] for p in all_seeing if not p.by_token],
            [headers[p.name] for p in all_seeing if p.by_token],
        )
    signing_in = f"signing in, {len(took)} people, 8 at a time: p50 {median(took) * 1000:.0f} ms"
    about_load = (
        f"the load generator used {own['cpu_s'] / own['wall_s']:.2f} cores and was {own['late_p99_ms']:.1f} ms late "
        f"itself (p99); {own['again']:.0f} kept connections were closed before they were used again"
    )
    came_in = f"{coming.rows:,} lines in {came_in_s:.0f} s ({coming.rows / came_in_s / 1e6:.2f} M lines/s)"
    notes = f"{came_in}; {busy[0].said()}; {about_load}; {signing_in}"
    found = [*_of(busy[0], samples, 150, notes), *_of(quiet[0], samples, None, quiet[0].said())]
    return [*found, *_by_kind(busy[0], samples), *checks.of_timer(before, after), *compared]


def _bring_in(server: Server, bill: Bill) -> float:
    """Seconds from asking for it until it can be seen."""
    server.platform.add_bill(bill.folder, BEFORE)
    begun = time.time()
    with server.platform.client() as client:
        ask_for(client, BEFORE)

        def is_visible() -> bool:
            periods = client.get("/api/cockpit/v1/periods").raise_for_status().json()["items"]
            return any(p["billing_period"] == MONTH_BEFORE for p in periods)

        if not wait_for(is_visible, 3600, 0.5):
            raise RuntimeError("the month before did not become visible in time")
    return time.time() - begun


class _Traffic:
    def __init__(self, process: subprocess.Popen[bytes], samples: Path) -> None:
        self.process, self._samples = process, samples
        self._said = b""

    def end(self) -> None:
        self._said, _ = self.process.communicate(b"", timeout=120)

    def result(self) -> tuple[list[Sample], dict[str, Any]]:
        if self.process.returncode:
            raise RuntimeError(f"the traffic ended with {self.process.returncode}; it says why above")
        with self._samples.open(newline="") as file:
            rows = [(float(at), kind, float(ms), int(status)) for at, kind, ms, status in csv.reader(file)]
        return rows, json.loads(self._said.splitlines()[-1])


@contextmanager
def _traffic(server: Server, people: list[Person], headers: dict[str, dict[str, str]]) -> Iterator[_Traffic]:
    folder = server.platform.folder
    given = {
        "url": server.platform.url,
        "think_s": THINK_S,
        "samples": str(folder / "samples.csv"),
        **DAYS,
        "people": [
            {
                "role": p.role,
                "teams": p.teams,
                "units": p.units if p.places else (),
                "groups": p.groups if not p.places or p.places[0] in p.groups else (),
                "limited": bool(p.places),
                "headers": headers[p.name],
            }
            for p in people
        ],
    }
    file = folder / "traffic.json"
    file.write_text(json.dumps(given))
    command = [sys.executable, "-m", "bench.traffic", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    traffic = _Traffic(process, folder / "samples.csv")
    try:
        yield traffic
    finally:
        traffic.end()


@contextmanager
def _phase(server: Server, traffic: _Traffic, name: str) -> Iterator[list[Phase]]:
    """The phase is in the list once it is over."""

    def used() -> dict[str, float]:
        return {**server.cpu_s(), "broker and PostgreSQL": server.servers_cpu_s(), "load": cpu_s(traffic.process.pid)}

    over: list[Phase] = []
    before, busy, began = used(), machine_busy_s(), time.time()
    yield over
    ended = time.time()
    cores = {n: (seconds - before.get(n, 0.0)) / (ended - began) for n, seconds in used().items()}
    others = (machine_busy_s() - busy) / (ended - began) - sum(cores.values())
    over.append(Phase(name, began, ended, cores, max(0.0, others)))


def _of(phase: Phase, samples: list[Sample], must: float | None, note: str) -> list[Measurement]:
    asked = [s for s in samples if phase.began <= s[0] < phase.ended]
    wrong = [(kind, status) for _, kind, _, status in asked if status != 200]
    times = [ms for _, _, ms, _ in asked]
    name = f"{NAME}, {phase.name}"
    spread = (
        f"{len(asked) / phase.seconds:,.0f} requests/s for {phase.seconds:.0f} s; "
        f"p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.0f}; {note}"
    )
    kinds = ", ".join(f"{kind}: {status}" for kind, status in sorted(set(wrong)))
    return [
        Measurement(20, f"{name}: p99", percentile(times, 0.99), "ms", must, mode=KAFKA, note=spread),
        Measurement(20, f"{name}: errors", len(wrong), "errors", 0, mode=KAFKA, note=kinds),
    ]


def _by_kind(phase: Phase, samples: list[Sample]) -> list[Measurement]:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for at, kind, ms, _ in samples:
        if phase.began <= at < phase.ended:
            by_kind[kind].append(ms)
    return [
        Measurement(
            20,
            f"  {kind}: p99",
            percentile(times, 0.99),
            "ms",
            None,
            note=f"{len(times)} asked, p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.0f}, "
            f"longest {max(times):.0f}",
        )
        for kind, times in sorted(by_kind.items(), key=lambda pair: -percentile(pair[1], 0.99))
    ]
