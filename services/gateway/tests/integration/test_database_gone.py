"""The database goes away and comes back: what the gateway says meanwhile, and that it needs no restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest

from fincc.common.db import Database
from fincc.common.testing.database import emptied
from fincc.gateway.identity import COOKIE
from fincc.gateway.tables import metadata


class Cable:
    """The way to the database, which can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self.port = 0

    async def join(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        await asyncio.sleep(0.05)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers += [writer, far_writer]
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def cable(dsn: str) -> AsyncIterator[Cable]:
    parts = urlsplit(dsn)
    cable = Cable(parts.hostname or "", parts.port or 5432)
    await cable.join()
    yield cable
    await cable.cut()


@pytest.fixture
async def database(dsn: str, cable: Cable) -> AsyncIterator[Database]:
    parts = urlsplit(dsn)
    credentials = parts.netloc.rpartition("@")[0]
    through = urlunsplit(parts._replace(netloc=f"{credentials}@127.0.0.1:{cable.port}"))
    async with emptied(through, "gateway", metadata) as database:
        yield database


async def test_the_gateway_is_not_ready_while_its_database_is_gone(gateway, anonymous, cable: Cable):
    await gateway.run_job("record use")
    assert (await anonymous.get("/readyz")).status_code == 200
    await cable.cut()
    with pytest.raises(OSError, match="Connect call failed"):
        await gateway.run_job("record use")
    answer = await anonymous.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.json()["reasons"][0]
    assert (await anonymous.get("/healthz")).status_code == 200
    await cable.join()
    await gateway.run_job("record use")
    assert (await anonymous.get("/readyz")).status_code == 200


async def test_who_is_not_known_yet_is_asked_to_wait_and_not_refused(browser, cable: Cable, clock, settings):
    session = f"{COOKIE}={browser.cookies[COOKIE]}"
    gateway_url = str(browser.base_url)
    await cable.cut()
    assert (await browser.get("/api/gateway/v1/session")).status_code == 200, "known for some seconds more"
    clock.advance(timedelta(seconds=settings.identity_cache_s))
    async with httpx.AsyncClient(base_url=gateway_url, headers={"cookie": session}) as client:
        answers = await asyncio.gather(*(client.get("/api/gateway/v1/session") for _ in range(5)))
        assert [a.status_code for a in answers] == [503] * 5
        assert "database" in answers[0].json()["detail"]
        await cable.join()
        assert (await client.get("/api/gateway/v1/session")).status_code == 200


async def test_when_a_token_was_used_is_not_forgotten_meanwhile(script, gateway, cable: Cable):
    await script.get("/api/gateway/v1/session")
    await cable.cut()
    with pytest.raises(OSError, match="Connect call failed"):
        await gateway.run_job("record use")
    await cable.join()
    await gateway.run_job("record use")
    assert (await script.get("/api/gateway/v1/tokens")).json()["items"][0]["last_used_at"] is not None
