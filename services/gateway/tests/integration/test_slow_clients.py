"""Five hundred clients that hold connections and do next to nothing, and what everybody else notices of them."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from fincc.common import slow_clients

from ..conftest import StartGateway, sign_in

EACH, WAIT_S = 125, 3.0
SESSION = "/api/gateway/v1/session"
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINCC_CLIENT_WAIT_S", str(WAIT_S))
    monkeypatch.setattr(slow_clients, "LOOK_EVERY_S", 0.25)


async def peer(scope: Scope, receive: Receive, send: Send) -> None:
    """Takes a body as it comes; an answer of it has no end."""
    await Request(scope, receive).body()

    async def blocks() -> AsyncIterator[bytes]:
        while True:
            yield b"b" * 65536
            await asyncio.sleep(0)

    await StreamingResponse(blocks())(scope, receive, send)


async def test_five_hundred_slow_clients_do_not_stop_others_and_are_cut(start_gateway: StartGateway):
    gateway = await start_gateway(peers={"cockpit": peer})
    url = httpx.URL(gateway.url)
    token = await gateway.service.actions["local_token"]()
    head = f"host: x\r\nauthorization: Bearer {token}\r\n"
    starts = {
        "idle": "",
        "slow head": "GET / HTTP/1.1\r\nhost: x\r\nx-a: ",
        "slow body": f"PUT /api/cockpit/v1/x HTTP/1.1\r\n{head}content-length: 100000\r\n\r\n",
        "slow reader": f"GET /api/cockpit/v1/x HTTP/1.1\r\n{head}\r\n",
    }
    opened: list[tuple[str, Connection]] = []
    for what, start in starts.items():
        for _ in range(EACH):
            reader, writer = await asyncio.open_connection(url.host, url.port, limit=1024)
            writer.write(start.encode())
            opened.append((what, (reader, writer)))
    began = time.monotonic()

    async def drip() -> None:
        while True:
            for what, (_, writer) in opened:
                if what in ("slow head", "slow body"):
                    writer.write(b"x")
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    took: list[float] = []
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        await sign_in(client, gateway)
        while time.monotonic() - began < WAIT_S - 1:
            start_s = time.monotonic()
            assert (await client.get(SESSION)).status_code == 200
            took.append(time.monotonic() - start_s)
            await asyncio.sleep(0.01)
    assert len(took) > 5
    assert sorted(took)[len(took) // 2] < 0.25
    assert max(took) < 2

    async def closed(reader: asyncio.StreamReader) -> None:
        try:
            while await reader.read(65536):
                pass
        except ConnectionError:
            return

    await asyncio.sleep(WAIT_S)  # nobody reads meanwhile
    async with asyncio.timeout(5):
        await asyncio.gather(*(closed(reader) for _, (reader, _) in opened))
    dripping.cancel()
    for _, (_, writer) in opened:
        writer.close()
