"""Goal 21: what finding out who asks adds to a request.

Two ways. The gateway's own timer, `fincc_gateway_check_seconds`, says it of every request of the mixed traffic. And one
request is asked for in turn at the gateway and at the service itself, which is given a subject that is already signed: the
difference is the checks and all else the gateway does, reading and passing on the request and the answer included.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
from bench.load import ask, make_requests
from bench.measure import percentile
from bench.platforms import KAFKA, Server
from bench.results import Measurement
from prometheus_client.parser import text_string_to_metric_families
from tests.e2e.harness import ManyProcesses

from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner

TIMER = "fincc_gateway_check_seconds"
PATH = "/api/cockpit/v1/cost-by-team?days=30&comparison=days"
IN_A_ROW, ROUNDS, REST_S = 500, 5, 6.0
MUST_MS = 2.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Buckets = dict[tuple[str, float], float]


def timer(server: Server) -> Buckets:
    """(session or token, upper end in seconds) → checks so far that took no longer."""
    answer = httpx.get(f"{server.platform.url}/metrics", timeout=30).raise_for_status()
    (family,) = [f for f in text_string_to_metric_families(answer.text) if f.name == TIMER]
    return {(s.labels["kind"], float(s.labels["le"])): s.value for s in family.samples if s.name == f"{TIMER}_bucket"}


def of_timer(before: Buckets, after: Buckets) -> list[Measurement]:
    """The median within its bucket, as if what is in a bucket were spread evenly."""
    found = []
    for kind in ("session", "token"):
        ends = sorted(end for k, end in after if k == kind)
        counts = [after[kind, end] - before.get((kind, end), 0.0) for end in ends]
        half, low, below = counts[-1] / 2, 0.0, 0.0
        for end, count in zip(ends, counts, strict=True):
            if count >= half:
                value = (low + (end - low) * (half - below) / max(count - below, 1.0)) * 1000
                break
            low, below = end, count
        quick = {end * 1000: count / counts[-1] for end, count in zip(ends, counts, strict=True)}
        note = f"the gateway's timer in the mixed traffic, {counts[-1]:,.0f} checks; " + ", ".join(
            f"{100 * share:.1f} % within {end:g} ms" for end, share in quick.items() if end in (0.1, 2.5, 10, 50)
        )
        found.append(Measurement(21, f"check of a {kind}: p50", value, "ms", MUST_MS, mode=KAFKA, note=note))
    return found


def compared(server: Server, sessions: list[Mapping[str, str]], tokens: list[Mapping[str, str]]) -> list[Measurement]:
    """Of people who see everything, so that all get the same answer."""
    return asyncio.run(_compared(server, sessions, tokens))


async def _compared(
    server: Server, sessions: list[Mapping[str, str]], tokens: list[Mapping[str, str]]
) -> list[Measurement]:
    found = []
    for kind, people in (("session", sessions), ("token", tokens)):
        known = await _pairs(server, [people[0]], IN_A_ROW, 0.0)
        rested = await _pairs(server, people, ROUNDS, REST_S)
        for words, (through, direct) in ((kind, known), (f"{kind} not seen for {REST_S:.0f} s", rested)):
            value = percentile(through, 0.5) - percentile(direct, 0.5)
            note = (
                f"{len(through)} times in turn, p50 {percentile(through, 0.5):.2f} ms at the gateway, "
                f"{percentile(direct, 0.5):.2f} at the service with a subject already signed"
            )
            name = f"all that the gateway adds, {words}: p50"
            found.append(Measurement(21, name, value, "ms", MUST_MS, mode=KAFKA, note=note))
    return found


async def _pairs(
    server: Server, people: list[Mapping[str, str]], rounds: int, rest_s: float
) -> tuple[list[float], list[float]]:
    """Milliseconds at the gateway and at the service; everybody asks once a round, after a rest."""
    platform = server.platform
    assert isinstance(platform, ManyProcesses)
    signer = SubjectSigner((platform.folder / "keys" / "subject-private.pem").read_text())
    service = platform.url_of("cockpit")
    through, direct = list[float](), list[float]()
    for _ in range(rounds):
        await asyncio.sleep(rest_s)
        signed = signer.sign(Subject("usr_bench", "bench", ALL_PERMISSIONS))
        (plain,) = make_requests(service, {HEADER: signed}, [PATH])
        asked = [request for person in people for request in make_requests(platform.url, dict(person), [PATH])]
        at_gateway, at_service = await _open(platform.url), await _open(service)
        # What a connection does at first is no part of it, and neither is the first check of this subject.
        (nobody,) = make_requests(platform.url, {}, ["/api/gateway/v1/sign-in"])
        await ask(*at_gateway, nobody)
        await ask(*at_service, plain)
        for request in asked:
            through.append(await _timed(at_gateway, request))
            direct.append(await _timed(at_service, plain))
        for _reader, writer in (at_gateway, at_service):
            writer.close()
    return through, direct


async def _open(url: str) -> Connection:
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port)


async def _timed(connection: Connection, request: bytes) -> float:
    begun = time.perf_counter()
    status = await ask(*connection, request)
    took = (time.perf_counter() - begun) * 1000
    if status != 200:
        raise RuntimeError(f"{request[:100]!r}: {status}")
    return took
