"""An empty database for each test, the gateway built on it, and real servers for what is served."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.types import ASGIApp

from fincc.common.auth import SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.bus.base import Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.events.document_pb2 import Document
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.objects import ObjectStore
from fincc.common.runtime import http_config
from fincc.common.service import Resources, Service
from fincc.common.settings import CommonSettings
from fincc.common.testing.database import emptied, fresh_database
from fincc.common.testing.serving import serving
from fincc.gateway.app import create_service
from fincc.gateway.identity import Identity
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.tables import metadata
from fincc.gateway.usecases import passwords

Serve = Callable[..., Awaitable[str]]


@pytest.fixture(scope="session")
def dsn(postgres_dsn: str) -> Iterator[str]:
    with fresh_database(postgres_dsn, "gateway") as dsn:
        yield dsn


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hash with little memory: tests sign in hundreds of times."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    """Empty at the start of each test."""
    async with emptied(dsn, "gateway", metadata) as database:
        yield database


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime.now(UTC))


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    """(private, public), of the gateway."""
    return new_key_pair()


@pytest.fixture
def signer(keys: tuple[str, str]) -> SubjectSigner:
    return SubjectSigner(keys[0])


@pytest.fixture
def verifier(keys: tuple[str, str]) -> SubjectVerifier:
    return SubjectVerifier(keys[1])


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    return GatewaySettings(app_dir=tmp_path / "dist")


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves an app until the test ends, on a free port unless one is given; gives its address."""
    async with AsyncExitStack() as stack:

        async def start(app: ASGIApp, port: int = 0, trusted_proxies: str = "") -> str:
            config = http_config(app, CommonSettings(trusted_proxies=trusted_proxies))
            return f"http://127.0.0.1:{await stack.enter_async_context(serving(config, port))}"

        yield start


@dataclass(frozen=True)
class Gateway:
    """A gateway that is served, with the password of its admin."""

    service: Service
    url: str
    password: str
    database: Database

    @property
    def app(self) -> FastAPI:
        return self.service.app

    async def identify(self, token: str) -> Identity:
        """Who sends this API token, as the proxy asks it."""
        return await self.app.state.identities.identify([(b"authorization", f"Bearer {token}".encode())], "GET")

    async def receive(self, nodes: Sequence[Mapping[str, object]], version: int) -> None:
        """A document of the hierarchy, as the bus brings it."""
        content = orjson.dumps({"nodes": nodes, "services": []})
        document = Document(version=version, rows=len(nodes), sha256=sha256(content).digest(), inline=content)
        (consumer,) = self.service.consumers
        await consumer.handler(Message("catalog", "catalog", Envelope(document=document)))

    async def run_job(self, name: str) -> None:
        await next(job for job in self.service.jobs if job.name == name).run()


class PeerAddresses(CommonSettings):
    """Services on ports that were free; nobody listens at the others."""

    addresses: dict[str, str]

    def url_of(self, service: str) -> str:
        return self.addresses.get(service, "http://127.0.0.1:1")


StartGateway = Callable[..., Awaitable[Gateway]]


@pytest.fixture
async def start_gateway(
    database: Database,
    clock: FrozenClock,
    signer: SubjectSigner,
    verifier: SubjectVerifier,
    settings: GatewaySettings,
    serve: Serve,
    tmp_path: Path,
) -> AsyncIterator[StartGateway]:
    """Starts a gateway in front of apps in this process (`peers`) or at addresses (`urls`)."""
    async with AsyncExitStack() as stack:

        async def start(
            peers: dict[str, ASGIApp] | None = None,
            urls: dict[str, str] | None = None,
            trusted_proxies: str = "",
            public_key: str | None = None,
        ) -> Gateway:
            resources = Resources(
                settings=PeerAddresses(addresses=urls or {}, subject_public_key=public_key),
                database=database,
                objects=ObjectStore(str(tmp_path / "objects"), "gateway"),
                bus=MemoryBus(),
                clock=clock,
                verifier=verifier,
                signer=signer,
                peers=(peers or {}).get,
            )
            service = create_service(resources, settings)
            assert service.lifespan is not None
            await stack.enter_async_context(service.lifespan())
            password = await service.actions["ensure_admin"]()
            port = urlsplit(settings.public_url).port or 0  # people come where the settings say
            return Gateway(service, await serve(service.app, port, trusted_proxies), password, database)

        yield start


@pytest.fixture
async def gateway(start_gateway: StartGateway) -> Gateway:
    """A gateway behind which no service runs."""
    return await start_gateway()


@pytest.fixture
async def anonymous(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        yield client


async def sign_in_as(client: httpx.AsyncClient, name: str, password: str) -> httpx.AsyncClient:
    answer = await client.post("/api/gateway/v1/session", json={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return client


async def sign_in(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await sign_in_as(client, "admin", gateway.password)


@pytest.fixture
async def browser(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as admin by a session cookie."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        yield await sign_in(client, gateway)


@pytest.fixture
async def script(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as admin by an API token."""
    token = await gateway.service.actions["local_token"]()
    async with httpx.AsyncClient(base_url=gateway.url, headers={"authorization": f"Bearer {token}"}) as client:
        yield client


NODES = (
    {"id": "bg", "name": "Group", "type": "business_group"},
    {"id": "bu-a", "name": "Unit A", "type": "business_unit", "parent_id": "bg"},
    {"id": "bu-b", "name": "Unit B", "type": "business_unit", "parent_id": "bg"},
    {"id": "team-a1", "name": "Team A1", "type": "team", "parent_id": "bu-a"},
    {"id": "team-a2", "name": "Team A2", "type": "team", "parent_id": "bu-a"},
    {"id": "team-b1", "name": "Team B1", "type": "team", "parent_id": "bu-b"},
)


@pytest.fixture
async def hierarchy(gateway: Gateway) -> None:
    """A group of two units; the gateway has received it."""
    await gateway.receive(NODES, 1)


GRACE = "a password of her own"


@pytest.fixture
async def member(gateway: Gateway, browser: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as grace, a new local user without a role, who has changed the initial password."""
    added = (await browser.post("/api/gateway/v1/users", json={"name": "grace"})).json()
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        await sign_in_as(client, "grace", added["password"])
        body = {"old_password": added["password"], "new_password": GRACE}
        assert (await client.post("/api/gateway/v1/password", json=body)).status_code == 204
        yield client
