"""14: cost by team over HTTP at the gateway, signed in, 16 connections that ask for many scopes, against a plain app."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
from bench.measure import ROOT, Cost, median, run_apart
from bench.platforms import KAFKA, Server
from bench.results import Measurement
from bench.session import Session, say
from bench.world import GROUPS, TEAMS, UNITS

from fincc.common.testing.ports import free_port

NAME = "cost by team at the gateway"
CONNECTIONS, AS_OF = 16, "2026-10-31"
SECONDS = 8.0


def measure(session: Session) -> list[Measurement]:
    server = session.live_server
    ours: list[Cost] = []
    plain: list[Cost] = []
    seconds = SECONDS / 2 if session.is_short else SECONDS
    with _plain_app(server) as plain_url, session.finder_at_work():
        for number in range(max(2, session.rounds_wanted)):
            say(f"16 connections ask for cost by team, round {number + 1}")
            ours.append(load(server, server.platform.url, _paths("/api/cockpit/v1/cost-by-team"), CONNECTIONS, seconds))
            plain.append(load(server, plain_url, _paths("/cost-by-team"), CONNECTIONS, seconds))
    p99, rps, their_rps = (_of(costs, name) for costs, name in ((ours, "p99_ms"), (ours, "rps"), (plain, "rps")))
    first = ours[0].detail or {}
    scopes = (
        f"{len(_paths(''))} questions, {median(rps):,.0f} requests/s; the first answer to each was made in "
        f"{first['first_p50_ms']:.0f} ms (p99 {first['first_p99_ms']:.0f})"
    )
    slow = median(_of(plain, "p99_ms"))
    yardstick = f"plain FastAPI, asyncpg and response model: {median(their_rps):,.0f} requests/s, p99 {slow:.0f} ms"
    over = median(a / b for a, b in zip(rps, their_rps, strict=True))
    return [
        Measurement(14, f"{NAME}: p99", median(p99), "ms", 25, mode=KAFKA, note=scopes),
        Measurement(14, f"{NAME}: requests/s over plain", over, "x", 5, 10, yardstick, KAFKA, "higher"),
    ]


def _of(costs: list[Cost], name: str) -> list[float]:
    return [float((c.detail or {})[name]) for c in costs]


def load(server: Server, url: str, paths: list[str], connections: int, seconds: float) -> Cost:
    """HTTP load as a signed-in person."""
    file = server.platform.folder / "load.json"
    file.write_text(json.dumps({"headers": {"Cookie": _signed_in(server)}, "paths": paths}))
    return run_apart("bench.load", url, str(connections), str(seconds), str(file))


def _signed_in(server: Server) -> str:
    """The cookie of a new session of the admin."""
    platform = server.platform
    with closing(platform.signed_in("admin", platform.admin_password("gateway"))) as client:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)


def _scopes() -> dict[str, list[str]]:
    """Teams below each node of the hierarchy; the empty name stands for everything."""
    units = {unit: TEAMS[i :: len(UNITS)] for i, unit in enumerate(UNITS)}
    groups = {g: [t for u in UNITS[i :: len(GROUPS)] for t in units[u]] for i, g in enumerate(GROUPS)}
    return {"": [*TEAMS, ""], **groups, **units, **{team: [team] for team in TEAMS}}


def _paths(path: str) -> list[str]:
    """Different questions, as many about everything as about groups, about units and about single teams."""
    asked = [("", 7 + n) for n in range(60)] + [(g, days) for g in GROUPS for days in (7, 14, 28, 30, 60, 90)]
    asked += [(unit, 30) for unit in UNITS] + [(team, 30) for team in TEAMS[::5]]
    return [f"{path}?days={days}&as_of={AS_OF}" + (f"&scope={scope}" if scope else "") for scope, days in asked]


@contextmanager
def _plain_app(server: Server) -> Iterator[str]:
    assert server.dsn is not None
    folder, port = server.platform.folder, free_port()
    scopes = folder / "scopes.json"
    scopes.write_text(json.dumps(_scopes()))
    command = [sys.executable, "-m", "bench.yardsticks.plain_app", server.dsn, str(port), str(scopes)]
    said = folder / "plain-app.log"
    with said.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_up(f"{url}{_paths('/cost-by-team')[0]}", said)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _until_up(url: str, log: Path, timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            if httpx.get(url, timeout=10).is_success:
                return
            break
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError(f"the plain app does not answer: {log.read_text()[-500:]}")
