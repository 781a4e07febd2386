"""Failures leave as problem+json: what passes says so, what is our mistake does not pretend to pass."""

from __future__ import annotations

import asyncio
import socket

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from starlette.types import ASGIApp

from fincc.common.auth import SubjectVerifier, new_key_pair
from fincc.common.db import Database
from fincc.common.http import create_app

FAREWELL = asyncpg.exceptions.InternalClientError("cannot switch to state 12; another operation (2) is in progress")
GONE = asyncpg.exceptions.ConnectionDoesNotExistError("connection was closed in the middle of operation")


def app_that_raises(error: BaseException) -> FastAPI:
    routes = APIRouter()

    @routes.get("/it")
    async def get_it() -> None:
        raise error

    return create_app("cockpit", SubjectVerifier(new_key_pair()[1]), list, routes)


async def ask(app: FastAPI) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://cockpit") as client:
        return await client.get("/api/cockpit/v1/it")


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(111, "refused"), TimeoutError(), GONE, FAREWELL, OperationalError("select 1", {}, GONE)],
)
async def test_a_database_that_is_away_is_a_clear_503_that_says_when_to_come_back(error: Exception) -> None:
    answer = await ask(app_that_raises(error))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == "urn:fincc:problem:store-away"
    assert "try again" in body["detail"]
    assert "select 1" not in answer.text


async def test_so_is_one_that_a_middleware_misses() -> None:
    class Asking:
        def __init__(self, _app: ASGIApp) -> None: ...

        async def __call__(self, *_: object) -> None:
            raise GONE

    app = app_that_raises(LookupError())
    app.add_middleware(Asking)
    answer = await ask(app)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_server_that_nobody_runs_is_one_that_is_away() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, but listening to nothing
        database = Database(f"postgresql://u:p@127.0.0.1:{nobody.getsockname()[1]}/none", "cockpit")
        with pytest.raises(ConnectionRefusedError) as refused:
            async with database.read() as session:
                await session.scalar(text("select 1"))
        await database.close()
    assert (await ask(app_that_raises(refused.value))).status_code == 503


@pytest.mark.parametrize(
    "error",
    [
        LookupError("a bug"),
        OSError("bytes that cannot be decoded"),
        FileNotFoundError(2, "no such file"),
        ProgrammingError("select x", {}, asyncpg.exceptions.UndefinedColumnError("no x")),
        asyncio.InvalidStateError(),
    ],
)
async def test_a_mistake_of_ours_stays_one(error: Exception) -> None:
    answer = await ask(app_that_raises(error))
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:fincc:problem:internal")
