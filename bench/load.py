"""HTTP load from one process: `python -m bench.load URL CONNECTIONS SECONDS FILE` with headers and paths from a JSON file.

Every path is asked for once before the clock starts; then each connection asks for one after the other and waits for each
answer. Prints requests a second and latencies, and the latency of the first answers.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from bench.measure import Stopwatch, percentile, report

END_OF_HEAD = b"\r\n\r\n"


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """The status of the answer, once all of it is here."""
    writer.write(request)
    status, _ = await rest(reader, await reader.readuntil(END_OF_HEAD))
    return status


async def rest(reader: asyncio.StreamReader, head: bytes) -> tuple[int, bytes]:
    """Status and body of the answer that begins with this head."""
    status, length = int(head[9:12]), value(head, b"content-length")
    if status in (204, 304):
        return status, b""
    if not length:
        raise RuntimeError(f"an answer without a length: {head[:200]!r}")
    return status, await reader.readexactly(int(length))


def value(head: bytes, name: bytes) -> bytes:
    """Of a header by its name in small letters, b"" where there is none."""
    _, found, after = head.lower().partition(b"\r\n%s:" % name)
    return head[-len(after) :].partition(b"\r")[0].strip() if found else b""


async def connection(host: str, port: int, requests: Iterable[bytes], until: float, took: list[float]) -> None:
    """Asks until the time is over or nothing is left to ask for."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for request in requests:
            begun = time.perf_counter()
            if begun >= until:
                return
            status = await ask(reader, writer, request)
            took.append(time.perf_counter() - begun)
            if status != 200:
                raise RuntimeError(f"{request[:200]!r}: {status}")
    finally:
        writer.close()


async def run(url: str, connections: int, seconds: float, requests: list[bytes]) -> tuple[list[float], list[float]]:
    """Seconds of the first answer to each request, and of those that followed."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    first: list[float] = []
    took: list[float] = []
    once = iter(requests)
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(connection(host, port, once, math.inf, first))
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            mixed = itertools.cycle(random.Random(number).sample(requests, len(requests)))
            group.create_task(connection(host, port, mixed, until, took))
    return first, took


def make_requests(url: str, headers: dict[str, str], paths: list[str]) -> list[bytes]:
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": urlsplit(url).netloc, **headers}.items())
    return [f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode() for path in paths]


if __name__ == "__main__":
    url, connections, seconds, file = sys.argv[1:]
    given = json.loads(Path(file).read_text())
    requests = make_requests(url, given["headers"], given["paths"])
    watch = Stopwatch()
    first, took = uvloop.run(run(url, int(connections), float(seconds), requests))
    detail: dict[str, float] = {"requests": len(took), "rps": len(took) / float(seconds) if took else 0.0}
    for name, times in (("first", first), ("", took)):
        for share in (0.5, 0.99):
            detail[f"{name}_p{100 * share:.0f}_ms".strip("_")] = percentile(times or [0.0], share) * 1000
    report(watch.stop(), first_requests=len(first), **detail)
