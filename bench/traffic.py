"""Mixed traffic of many people from one process: `python -m bench.traffic FILE` until standard input ends.

FILE says who they are (see `crowd`). Each opens a page, looks at it for some seconds, and opens another. What came of every
request is written to the file named there: second, kind, milliseconds, status. Prints this process's own CPU, and how late
it was itself: that is part of every measured time.
"""

from __future__ import annotations

import asyncio
import csv
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop
from bench.load import END_OF_HEAD, rest, value
from bench.measure import Stopwatch, percentile, report
from bench.pages import Ask, Looker, open_app, pages_of

CONNECTIONS = 6  # of a browser to one server
GIVEN_UP_S = 60.0
TICK_S = 0.01


class Broken(Exception):
    """The connection ended before any of the answer came."""


class Samples:
    """What came of each request."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, str, float, int]] = []
        self.again = 0
        """Requests sent once more, since a kept connection had been closed meanwhile."""

    def add(self, at: float, kind: str, seconds: float, status: int) -> None:
        self.rows.append((at, kind, seconds * 1000, status))


class Browser:
    """One person's connections and cache."""

    def __init__(self, url: str, headers: dict[str, str], samples: Samples, over: asyncio.Event) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        lines = {"Host": parts.netloc, "Accept": "application/json", **headers}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._samples, self._over = samples, over
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._kept: dict[str, tuple[float, bytes, str]] = {}
        self._polls: set[asyncio.Task[None]] = set()

    async def ask(self, *asks: Ask) -> list[bytes]:
        return list(await asyncio.gather(*map(self._one, asks)))

    def poll(self, ask: Ask, every_s: float) -> None:
        async def again() -> None:
            while True:
                await asyncio.sleep(every_s)
                await self._one(Ask(ask.kind, ask.path, 0.0))

        self._polls.add(asyncio.create_task(again()))

    async def leave_page(self) -> None:
        for task in self._polls:
            task.cancel()
        await asyncio.gather(*self._polls, return_exceptions=True)
        self._polls.clear()

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()

    async def _one(self, ask: Ask) -> bytes:
        kept = self._kept.get(ask.path)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        if self._over.is_set():
            return b""
        etag = f"If-None-Match: {kept[2]}\r\n" if kept is not None and kept[2] else ""
        request = f"GET {ask.path} HTTP/1.1\r\n{self._headers}{etag}\r\n".encode()
        at, begun = time.time(), time.perf_counter()
        try:
            async with self._slots, asyncio.timeout(GIVEN_UP_S):
                status, tag, body = await self._exchange(request)
        except (OSError, asyncio.IncompleteReadError, Broken):
            self._samples.add(at, ask.kind, time.perf_counter() - begun, 0)
            return b""
        is_unchanged = status == 304 and bool(etag)
        self._samples.add(at, ask.kind, time.perf_counter() - begun, 200 if is_unchanged else status)
        if status == 304 and kept is not None:
            body, tag = kept[1], kept[2]
        if status in (200, 304):
            self._kept[ask.path] = (time.monotonic() + ask.fresh_s, body, tag)
        return body

    async def _exchange(self, request: bytes) -> tuple[int, str, bytes]:
        """A kept connection may be closed by the server at the moment it is used: browsers then take a new one."""
        while self._idle:
            reader, writer = self._idle.pop()
            if reader.at_eof() or writer.is_closing():
                writer.close()
                continue
            try:
                return await self._answer(reader, writer, request)
            except (Broken, ConnectionError):
                self._samples.again += 1
        return await self._answer(*await asyncio.open_connection(self._host, self._port), request)

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> tuple[int, str, bytes]:
        is_whole = False
        try:
            writer.write(request)
            try:
                head = await reader.readuntil(END_OF_HEAD)
            except asyncio.IncompleteReadError as error:
                if error.partial:
                    raise
                raise Broken from error
            status, body = await rest(reader, head)
            is_whole = True
            return status, value(head, b"etag").decode(), body
        finally:
            if is_whole:
                self._idle.append((reader, writer))
            else:
                writer.close()


async def person(who: Looker, browser: Browser, think_s: tuple[float, float], over: asyncio.Event) -> None:
    """Comes at some moment of the first while, and opens pages until it is over."""
    pages = pages_of(who)
    await _wait(over, who.rng.uniform(0, think_s[1]))
    while not over.is_set():
        await open_app(browser, who)
        (page,) = who.rng.choices([*pages], [*pages.values()])
        await page(browser, who)
        await _wait(over, who.rng.uniform(*think_s))
        await browser.leave_page()
    browser.close()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def crowd(given: dict[str, Any]) -> list[tuple[Looker, dict[str, str]]]:
    """`given["people"]`: fields of a `Looker`, and `headers`."""
    days: dict[str, Any] = {name: given[name] for name in ("first", "last", "quarter")}
    found = []
    for number, one in enumerate(given["people"]):
        headers = one.pop("headers")
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in one.items()
        }
        found.append((Looker(**fields, **days, rng=random.Random(number)), headers))
    return found


async def own_delay(over: asyncio.Event, late_s: list[float]) -> None:
    """How late this process wakes up: what it waits for the CPU and for its own work."""
    while not over.is_set():
        due = time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        late_s.append(time.perf_counter() - due)


async def run(given: dict[str, Any], samples: Samples, late_s: list[float], read: Callable[[], str]) -> None:
    over, think_s = asyncio.Event(), tuple(given["think_s"])
    async with asyncio.TaskGroup() as group:
        group.create_task(own_delay(over, late_s))
        for who, headers in crowd(given):
            group.create_task(person(who, Browser(given["url"], headers, samples, over), think_s, over))
        await asyncio.to_thread(read)
        over.set()


def main(path: Path) -> None:
    given = json.loads(path.read_text())
    samples, late_s = Samples(), list[float]()
    watch = Stopwatch()
    uvloop.run(run(given, samples, late_s, sys.stdin.read))
    cost = watch.stop()
    with Path(given["samples"]).open("w", newline="") as file:
        csv.writer(file).writerows(samples.rows)
    report(cost, again=samples.again, late_p99_ms=percentile(late_s or [0.0], 0.99) * 1000)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
