"""What a service hands to the runtime, and what the runtime hands to a service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from fincc.common.keyring import Keyring

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from fincc.common.auth import SubjectSigner, SubjectVerifier
    from fincc.common.bus.base import Bus, Handler, OnRevoked
    from fincc.common.clock import Clock
    from fincc.common.db import Database
    from fincc.common.objects import ObjectStore
    from fincc.common.settings import CommonSettings

READY: list[str] = []


class CannotStart(Exception):
    """A setting is missing or wrong, or a port is taken: one line that says what to do."""


@dataclass(frozen=True)
class Resources:
    """Long-lived things, made once by the runtime; `database` and `objects` are those of the service's own role and folder."""

    settings: CommonSettings
    database: Database
    objects: ObjectStore
    bus: Bus
    clock: Clock
    verifier: SubjectVerifier
    signer: SubjectSigner | None
    keyring: Keyring = field(default_factory=lambda: Keyring({}))
    """Encrypts what a service keeps secret; without keys it says so when it is asked to."""
    peers: Callable[[str], ASGIApp | None] = lambda _name: None
    """In one process: the ASGI app of another service (only the gateway asks); None when it runs elsewhere."""


@dataclass(frozen=True)
class Consumer:
    """One subscription; the consumer group is the service's name."""

    topic: str
    handler: Handler
    on_revoked: OnRevoked | None = None


@dataclass(frozen=True)
class Job:
    """Timed work: `run` is called, then again `every_s` seconds after it returned. A raised error is logged and retried.

    `role`: in which processes of the service; what prepares answers is for those that answer.
    """

    name: str
    every_s: float
    run: Callable[[], Awaitable[Any]]
    role: Literal["api", "worker"] = "worker"


@dataclass(frozen=True)
class Service:
    """A service as the runtime sees it. `unready` returns the reasons why it is not ready, empty when it is."""

    name: str
    app: FastAPI
    consumers: tuple[Consumer, ...] = ()
    jobs: tuple[Job, ...] = ()
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None
    unready: Callable[[], list[str]] = field(default=lambda: READY)
    actions: Mapping[str, Callable[..., Awaitable[Any]]] = field(default_factory=dict)
    """What `fincc up` may ask of a service in its own process; for the gateway: sign-in of the person at the terminal."""
