"""HTTP load from one process: `python -m bench.load URL CONNECTIONS SECONDS FILE` with headers and paths from a JSON file.

Each connection asks for one path after the other and waits for each answer. Prints requests a second and latencies.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from bench.measure import Stopwatch, percentile, report

_LENGTH = b"content-length:"


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """The status of the answer, once all of it is here."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(_LENGTH)
    if at < 0:
        raise RuntimeError(f"an answer without a length: {head[:200]!r}")
    await reader.readexactly(int(lower[at + len(_LENGTH) : lower.index(b"\r", at)]))
    return int(head[9:12])


async def connection(host: str, port: int, requests: list[bytes], until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for request in itertools.cycle(requests):
            begun = time.perf_counter()
            if begun >= until:
                return
            status = await ask(reader, writer, request)
            took.append(time.perf_counter() - begun)
            if status != 200:
                raise RuntimeError(f"{request[:200]!r}: {status}")
    finally:
        writer.close()


async def run(url: str, connections: int, seconds: float, headers: dict[str, str], paths: list[str]) -> list[float]:
    """Seconds of each request."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": f"{host}:{port}", **headers}.items())
    requests = [f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode() for path in paths]
    took: list[float] = []
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            mixed = random.Random(number).sample(requests, len(requests))
            group.create_task(connection(host, port, mixed, until, took))
    return took


if __name__ == "__main__":
    url, connections, seconds, file = sys.argv[1:]
    given = json.loads(Path(file).read_text())
    watch = Stopwatch()
    took = uvloop.run(run(url, int(connections), float(seconds), given["headers"], given["paths"]))
    cost = watch.stop()
    report(
        cost,
        rps=len(took) / cost.wall_s,
        requests=len(took),
        p50_ms=percentile(took, 0.5) * 1000,
        p99_ms=percentile(took, 0.99) * 1000,
    )
