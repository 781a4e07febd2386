"""Runs one service or all of them: resources → lifespans → consumers, jobs and HTTP in one task group.

The first failure stops everything and is named. Stopping goes in reverse order.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.loops.auto import auto_loop_factory

from fincc.common import dead_letters
from fincc.common.auth import SubjectSigner, SubjectVerifier
from fincc.common.bus.base import Bus
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import SystemClock
from fincc.common.db import Database
from fincc.common.jwks import PublishedKeys, fetched_from
from fincc.common.keyring import BadKeys, Keyring
from fincc.common.memory import reuse_blocks
from fincc.common.objects import ObjectStore
from fincc.common.service import CannotStart, Job, Resources, Service
from fincc.common.settings import CommonSettings
from fincc.common.slow_clients import Pace, Paced
from fincc.common.topology import SERVICES, ServiceSpec, get_service
from fincc.common.watch import Watch

log = logging.getLogger(__name__)

ROLES = ("api", "worker")
_TURN_S = 0.001
"""How long a thread may keep Python to itself while another waits; five times as long, as it comes, is felt in answers."""


@dataclass
class Running:
    """What a started runtime offers to whoever started it."""

    services: dict[str, Service]
    bus: Bus
    databases: dict[str, Database]
    url: str
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


def make_bus(settings: CommonSettings, targets: tuple[str, ...]) -> Bus:
    """Kafka when brokers are set; else the in-process bus, which needs every service in this process."""
    if settings.kafka_bootstrap:
        from fincc.common.bus.kafka import KafkaBus

        return KafkaBus(settings)
    if set(targets) != {s.name for s in SERVICES}:
        raise CannotStart(
            "a service on its own needs Kafka: set FINCC_KAFKA_BOOTSTRAP=host:port, or start `fincc run all`"
        )
    return MemoryBus()


def target_names(target: str) -> tuple[str, ...]:
    return tuple(s.name for s in SERVICES) if target == "all" else (get_service(target).name,)


@asynccontextmanager
async def start(
    settings: CommonSettings, target: str = "all", roles: tuple[str, ...] = ROLES, bus: Bus | None = None
) -> AsyncIterator[Running]:
    """Everything up and ready inside the block; the schemas must be migrated already."""
    names = target_names(target)
    reuse_blocks()
    sys.setswitchinterval(_TURN_S)
    if settings.database_url is None:
        raise CannotStart("no database: set FINCC_DATABASE_URL, or use `fincc up`, which brings its own")
    signer, verifier = _signing(settings, names)
    try:
        keyring = Keyring.of(settings)
    except BadKeys as error:
        raise CannotStart(str(error)) from error
    async with AsyncExitStack() as stack:
        the_bus = bus or make_bus(settings, names)
        services, databases = _create(settings, keyring, names, signer, verifier, the_bus, stack)
        specs = [get_service(n) for n in names]
        if "worker" in roles:
            for name in names:
                _subscribe(the_bus, services[name], databases[name])
        watches = [Watch(services[n], databases[n], the_bus, SystemClock(), settings.process, roles) for n in names]
        for name in names:
            lifespan = services[name].lifespan
            if lifespan is not None:
                await stack.enter_async_context(lifespan())
        await the_bus.start()
        stack.push_async_callback(the_bus.stop)
        port = settings.port or (SERVICES[0] if target == "all" else specs[0]).port + settings.port_offset
        front = services["gateway"].app if target == "all" else services[names[0]].app
        running = Running(services, the_bus, databases, f"http://{settings.host}:{port}")
        try:
            async with _tasks(settings, running, watches, the_bus, front, port, roles):
                yield running
        except BaseExceptionGroup as failures:  # the first failure stops everything and is the one to tell
            raise failures.exceptions[0] from None


def _create(
    settings: CommonSettings,
    keyring: Keyring,
    names: tuple[str, ...],
    signer: SubjectSigner | None,
    verifier: SubjectVerifier,
    bus: Bus,
    stack: AsyncExitStack,
) -> tuple[dict[str, Service], dict[str, Database]]:
    services: dict[str, Service] = {}
    databases: dict[str, Database] = {}
    assert settings.database_url is not None
    for name in names:
        database = Database(settings.database_url.get_secret_value(), name, settings.database_pool)
        databases[name] = database
        stack.push_async_callback(database.close)
        resources = Resources(
            settings=settings,
            database=database,
            objects=ObjectStore(settings.object_root, name, settings.object_copies_mib),
            bus=bus,
            clock=SystemClock(),
            verifier=verifier,
            signer=signer if name == "gateway" else None,
            keyring=keyring,
            peers=_peers(services),
        )
        services[name] = get_service(name).create(resources)
    return services, databases


def _signing(settings: CommonSettings, names: tuple[str, ...]) -> tuple[SubjectSigner | None, SubjectVerifier]:
    """The gateway knows its own key; others are given public keys, or fetch those it publishes. Raises CannotStart."""
    private, public = settings.subject_private_key, settings.subject_public_key or ""
    try:
        if private:
            signer = SubjectSigner(private.get_secret_value())
            public = signer.public_pem + public
            if "gateway" in names:
                return signer, SubjectVerifier(public)
        if settings.subject_jwks_url:
            return None, SubjectVerifier(published=PublishedKeys(fetched_from(settings.subject_jwks_url)))
        if public:
            return None, SubjectVerifier(public)
    except ValueError as error:
        raise CannotStart(f"FINCC_SUBJECT_PRIVATE_KEY or FINCC_SUBJECT_PUBLIC_KEY: {error}") from error
    raise CannotStart(
        "no key to verify who asks: set FINCC_SUBJECT_PUBLIC_KEY (`fincc keys` makes a pair), or "
        "FINCC_SUBJECT_JWKS_URL to where the gateway publishes its keys"
    )


def _peers(services: dict[str, Service]) -> Callable[[str], ASGIApp | None]:
    return lambda name: services[name].app if name in services else None


def _subscribe(bus: Bus, service: Service, database: Database) -> None:
    on_dead = dead_letters.writer(database)
    for consumer in service.consumers:
        bus.subscribe(consumer.topic, service.name, consumer.handler, on_dead=on_dead, on_revoked=consumer.on_revoked)


@asynccontextmanager
async def _tasks(
    settings: CommonSettings,
    running: Running,
    watches: list[Watch],
    bus: Bus,
    app: ASGIApp,
    port: int,
    roles: tuple[str, ...],
) -> AsyncIterator[None]:
    server = _Server(http_config(app, settings))
    listener = _listen(settings.host, port)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(server.serve(sockets=[listener]), name="http")]
            if "worker" in roles:
                tasks.append(group.create_task(_named("bus", bus.run()), name="bus"))
            for watch in watches:
                tasks += [
                    group.create_task(_repeat(watch, job), name=f"{watch.service.name}: {job.name}")
                    for job in watch.jobs
                ]
            await server.ready.wait()
            try:
                yield
            finally:
                server.should_exit = True
                for task in tasks[1:]:
                    task.cancel()
    finally:
        listener.close()


def http_config(app: ASGIApp, settings: CommonSettings) -> uvicorn.Config:
    """Who asked is the other end of the connection, unless that is a proxy we trust."""
    pace = Pace(settings.client_wait_s, settings.client_bytes_per_s)
    proxies = [proxy.strip() for proxy in settings.trusted_proxies.split(",") if proxy.strip()]
    return uvicorn.Config(
        app,
        http=partial(Paced, pace=pace),  # type: ignore[arg-type]  # called as the class would be
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )


class _Server(uvicorn.Server):
    """Says when it listens. Signals belong to whoever started the runtime."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def install_signal_handlers(self) -> None:
        return None

    def capture_signals(self):  # type: ignore[no-untyped-def]
        from contextlib import nullcontext

        return nullcontext()


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is named because asyncio turns off Nagle's delay (40 ms a response) only where it is.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"port {port} on {host} is in use ({error.strerror}); choose another with --port or FINCC_PORT"
        ) from error
    return listener


async def _named(name: str, work: object) -> None:
    try:
        await work  # type: ignore[misc]
    except Exception as error:
        log.critical("%s stopped the process", name, exc_info=error)
        raise


async def _repeat(watch: Watch, job: Job) -> None:
    """A job that fails is logged and tried again at its next turn; it never stops the process."""
    while True:
        await watch.run(job)
        await asyncio.sleep(job.every_s)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Until it ends, on the event loop that uvicorn prefers here: uvloop, where there is one."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work)


async def until_signal(running: Running) -> None:
    """Wait for Ctrl-C or a termination signal."""
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again for garbage stops every request for a while
    _heed_signals(running)
    await running.stopping.wait()


async def unless_signal(running: Running, work: Coroutine[Any, Any, None]) -> bool:
    """Whether `work` came to its end. Ctrl-C or a termination signal gives it up, and nothing else yet: what serves it is
    still there and can be stopped in order."""
    _heed_signals(running)
    doing, told = asyncio.ensure_future(work), asyncio.ensure_future(running.stopping.wait())
    await asyncio.wait((doing, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not doing.done():
        doing.cancel()
        return False
    await doing
    return True


def _heed_signals(running: Running) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.stopping.set)


def describe(spec: ServiceSpec) -> str:
    """One line of `fincc targets`."""
    reads, writes = ", ".join(spec.consumes) or "–", ", ".join(spec.produces) or "–"
    return f"{spec.name:12} {spec.title:22} port {spec.port}  reads {reads}  writes {writes}"
