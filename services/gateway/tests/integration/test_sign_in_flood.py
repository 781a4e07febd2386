"""Ten thousand attempts to sign in: they are throttled, they cost little, and others sign in meanwhile."""

import asyncio
import itertools
import resource
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from argon2 import PasswordHasher

from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases import passwords

from ..conftest import Gateway, StartGateway, sign_in, sign_in_as

ATTEMPTS, AT_ONCE = 10_000, 20
ADDRESS = "203.0.113.66"
PATH = "/api/gateway/v1/session"


async def attempt_all(gateway: Gateway, attempts: Iterator[tuple[str, str]]) -> Counter[int]:
    """Sends an attempt of each (user, address) over connections that are kept; how often each status came back."""
    url, statuses = httpx.URL(gateway.url), Counter[int]()

    async def client() -> None:
        reader, writer = await asyncio.open_connection(url.host, url.port)
        for user, address in attempts:
            body = f'{{"username":"{user}","password":"not this one"}}'
            head = f"host: x\r\nx-forwarded-for: {address}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
            writer.write(f"POST {PATH} HTTP/1.1\r\n{head}\r\n\r\n{body}".encode())
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(answer.split("content-length: ")[1].split("\r\n")[0]))
            statuses[int(answer.split(" ")[1])] += 1
        writer.close()

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return statuses


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def refused_in_audit(gateway: Gateway, address: str) -> int:
    async with httpx.AsyncClient(base_url=gateway.url) as browser:
        await sign_in(browser, gateway)
        answer = await browser.get("/api/gateway/v1/audit", params={"action": "session.refused", "limit": 200})
        return sum(entry["address"] == address for entry in answer.json()["items"])


async def test_ten_thousand_attempts_from_one_address_are_throttled_and_others_sign_in(start_gateway: StartGateway):
    gateway = await start_gateway(trusted_proxies="127.0.0.1")
    before, began = megabytes(), time.process_time()
    users = (f"user{i % 1000}" for i in range(ATTEMPTS))
    flood = asyncio.create_task(attempt_all(gateway, ((user, ADDRESS) for user in users)))
    took = []
    while not flood.done():
        async with httpx.AsyncClient(base_url=gateway.url, headers={"x-forwarded-for": "198.51.100.7"}) as other:
            start = time.monotonic()
            await sign_in(other, gateway)
            took.append(time.monotonic() - start)
        await asyncio.sleep(0.2)
    statuses = await flood
    assert statuses[200] == 0
    assert statuses[401] == GatewaySettings().sign_in_failures_per_address
    assert statuses[429] == ATTEMPTS - statuses[401]
    assert max(took) < 10
    assert time.process_time() - began < 60
    assert megabytes() - before < 50
    assert await refused_in_audit(gateway, ADDRESS) == statuses[401]


async def test_ten_thousand_attempts_on_one_user_from_everywhere_are_throttled(start_gateway: StartGateway):
    gateway = await start_gateway(trusted_proxies="127.0.0.1")
    addresses = (f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}" for i in range(ATTEMPTS))
    statuses = await attempt_all(gateway, (("grace", address) for address in addresses))
    assert statuses[401] == GatewaySettings().sign_in_failures_per_user
    assert statuses[429] == ATTEMPTS - statuses[401]


async def test_attempts_on_all_users_from_everywhere_do_not_make_others_wait(
    start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
):
    """Nothing tells such attempts from people who mistype, so each is checked, at the true price of a check: who comes while
    too many wait is told at once to come back."""
    gateway = await start_gateway(trusted_proxies="127.0.0.1")
    monkeypatch.setattr(passwords, "hasher", PasswordHasher())
    monkeypatch.setattr(passwords, "MOST_WAITING", 5)
    ends = time.monotonic() + 4
    numbers = itertools.takewhile(lambda _: time.monotonic() < ends, itertools.count())
    attempts = ((f"user{i}", f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}") for i in numbers)
    flood = asyncio.create_task(attempt_all(gateway, attempts))
    async with httpx.AsyncClient(base_url=gateway.url, timeout=10) as other:
        answers = []
        while not flood.done():
            start = time.monotonic()
            answer = await other.post(PATH, json={"username": "admin", "password": gateway.password})
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 503:
                assert answer.json()["type"] == "urn:fincc:problem:sign-in-busy"
                assert answer.headers["retry-after"] == "5"
            answers.append(time.monotonic() - start)
            await asyncio.sleep(0.1)
        assert max(answers) < 5
        await sign_in_as(other, "admin", gateway.password)
    statuses = await flood
    assert statuses[503] > 0, statuses
    assert statuses[401] > 0
    assert set(statuses) <= {401, 429, 503}


async def test_who_was_told_to_come_back_has_not_failed(start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch):
    gateway = await start_gateway()

    async def is_busy(client: httpx.AsyncClient, path: str, times: int, **body: str) -> None:
        with monkeypatch.context() as full:
            full.setattr(passwords, "MOST_WAITING", 0)
            for _ in range(times):
                answer = await client.post(path, json=body)
                assert answer.status_code == 503, answer.text

    async with httpx.AsyncClient(base_url=gateway.url) as client:
        more = GatewaySettings().sign_in_failures_per_address + 1
        await is_busy(client, PATH, more, username="admin", password=gateway.password)
        await sign_in(client, gateway)
        change = {"old_password": gateway.password, "new_password": "another long password"}
        await is_busy(client, "/api/gateway/v1/password", more, **change)
        answer = await client.post("/api/gateway/v1/password", json=change)
        assert answer.status_code == 204, answer.text
