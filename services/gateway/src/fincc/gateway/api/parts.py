"""What the routes work with, and how they know who asks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.types import Message

from fincc.common.auth import Identify, Subject, needs
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.hierarchy import Hierarchy
from fincc.common.permissions import Scope
from fincc.common.problem import BodyTooLarge, Forbidden
from fincc.gateway.domain.page import content_security_policy
from fincc.gateway.identity import Identities, Identity, SignedSubjects, address_of, seen_from
from fincc.gateway.peers import Peers
from fincc.gateway.provider import Provider
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases.access import Actor
from fincc.gateway.usecases.passwords import Limits
from fincc.gateway.usecases.places import Places
from fincc.gateway.usecases.sessions import Client

VERSION = version("fincc-gateway")


MAX_BODY_BYTES = 64 * 1024
MAX_AGENT = 300


NO_STORE = {"Cache-Control": "no-store"}


ACCOUNT = [needs("account:write")]


@dataclass(frozen=True)
class Parts:
    """What the routes work with."""

    database: Database
    clock: Clock
    settings: GatewaySettings
    identities: Identities
    limits: Limits
    peers: Peers
    own_reasons: Callable[[], list[str]]
    places: Places
    provider: Provider | None
    subjects: SignedSubjects


def client_of(request: Request) -> Client:
    """From where the request comes; a proxy we trust has said so already."""
    agent = request.headers.get("user-agent")
    return Client(address_of(request.scope), agent[:MAX_AGENT] if agent else None)


def html_answer(page: str, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page of our own, with the policy of what it may load."""
    policy = {"Content-Security-Policy": content_security_policy(page)}
    return HTMLResponse(page, status, {**NO_STORE, **policy, **(headers or {})})


class Bounded(APIRoute):
    """A route whose body may have MAX_BODY_BYTES; a stranger could fill the memory otherwise."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise BodyTooLarge(MAX_BODY_BYTES)

            async def received() -> Message:
                return {"type": "http.request", "body": bytes(body)}

            return await handler(Request(request.scope, received))

        return bounded


def identity_of(request: Request) -> Identity:
    """Found by the permission check of the route."""
    identity: Identity = request.state.identity
    return identity


def actor_of(request: Request, gives_at: Scope = frozenset()) -> Actor:
    """Who changes something, with all that they may do, and where they may give roles: nowhere unless it is said."""
    identity = identity_of(request)
    return Actor(identity.subject, identity.grants, gives_at)


def place_of(node: str | None, hierarchy: Hierarchy) -> dict[str, Any] | None:
    """As `schemas.parts.Place`."""
    if node is None:
        return None
    return {"id": node, "name": hierarchy.name(node), "path": [n.name for n in hierarchy.path(node)]}


def by_session(request: Request, what: str) -> Identity:
    """A token that leaked must not be able to make itself at home."""
    identity = identity_of(request)
    if identity.kind != "session":
        raise Forbidden(f"an API token may not {what}; sign in to the app")
    return identity


def by_owner(request: Request, what: str) -> Identity:
    """An initial password is known to who set it, who must not be able to leave a token behind."""
    identity = by_session(request, what)
    if identity.must_change_password:
        raise Forbidden(f"change the initial password before you {what}")
    return identity


def identify_by(identities: Identities) -> Identify:
    """Makes the gateway's own routes read sessions and tokens, where those of services read the signed subject."""

    async def identify(request: Request) -> Subject:
        found = await identities.identify(request.scope["headers"], request.method)
        identity = replace(found, subject=seen_from(request.scope, found.subject))
        request.state.identity = identity
        return identity.subject

    return identify
