"""The gateway's table of contents: its own routes, one proxy per service, the app for everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fincc.common import dead_letters, workers
from fincc.common.auth import SubjectSigner
from fincc.common.http import create_app
from fincc.common.jwks import split_pems
from fincc.common.service import CannotStart, Resources, Service
from fincc.common.topology import SERVICES
from fincc.gateway.api.access import access_routes
from fincc.gateway.api.account import account_routes
from fincc.gateway.api.audit import audit_routes
from fincc.gateway.api.external import external_routes
from fincc.gateway.api.keys import key_routes
from fincc.gateway.api.overview import document_routes, overview_routes
from fincc.gateway.api.parts import VERSION, Parts, identify_by
from fincc.gateway.api.sessions import link_routes, session_routes
from fincc.gateway.api.tokens import token_routes
from fincc.gateway.api.users import user_routes
from fincc.gateway.api.views import view_routes
from fincc.gateway.consumers import Consumers
from fincc.gateway.domain.buckets import Buckets
from fincc.gateway.domain.page import EVERYWHERE, HTTPS_ONLY
from fincc.gateway.identity import Identities, SignedSubjects
from fincc.gateway.jobs import Housekeeping
from fincc.gateway.limits import AddressLimit, per_address
from fincc.gateway.overview import GATEWAY, MergedDocument
from fincc.gateway.peers import Peers
from fincc.gateway.provider import Provider
from fincc.gateway.proxy import Proxy
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.site import Site, app_dir
from fincc.gateway.usecases.passwords import Limits
from fincc.gateway.usecases.places import Places
from fincc.gateway.usecases.sessions import create_sign_in_code
from fincc.gateway.usecases.tokens import create_local_token
from fincc.gateway.usecases.users import ensure_admin


class SecurityHeaders:
    """Adds the headers that every response has."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app, self._headers = app, (*EVERYWHERE, HTTPS_ONLY) if is_https else EVERYWHERE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def create_service(resources: Resources, settings: GatewaySettings | None = None) -> Service:
    settings = settings or GatewaySettings()
    signer = _signer(resources, settings)
    places = Places(resources.database, resources.objects, resources.clock)
    identities = Identities(resources.database, resources.clock, settings, places)
    consumers = Consumers(places, identities.forget_all)
    housekeeping = Housekeeping(resources.database, resources.clock, settings, identities, places)
    peers = Peers(
        resources.peers, resources.settings.url_of, settings.peer_connections, settings.peer_connect_timeout_s
    )
    limits = Limits(
        Buckets(settings.sign_in_failures_per_user, settings.sign_in_wait_s),
        Buckets(settings.sign_in_failures_per_address, settings.sign_in_wait_s),
    )

    def reasons() -> list[str]:
        """For the status page; a gateway whose hierarchy is late still answers."""
        return [*housekeeping.reasons(), *resources.bus.unready(GATEWAY)]

    provider = Provider(settings) if settings.has_provider else None
    subjects = SignedSubjects(signer)
    parts = Parts(
        resources.database, resources.clock, settings, identities, limits, peers, reasons, places, provider, subjects
    )
    app = create_app(
        GATEWAY,
        resources.verifier,
        housekeeping.reasons,
        session_routes(parts),
        account_routes(parts),
        token_routes(parts),
        view_routes(parts),
        access_routes(parts),
        user_routes(parts),
        overview_routes(parts),
        audit_routes(parts),
        dead_letters.router(resources.database, resources.clock, consumers.replay),
        workers.router(resources.database, resources.clock),
    )
    app.state.identify, app.state.identities = identify_by(identities), identities
    pems = [signer.public_pem, *split_pems(resources.settings.subject_public_key or "")]
    site = Site(settings.app_dir or app_dir())
    _add_outside(app, parts, pems, site)
    _protect(app, settings)

    return Service(
        GATEWAY,
        app,
        consumers.table(),
        housekeeping.jobs(),
        lifespan=_lifespan(site, parts),
        unready=housekeeping.reasons,
        actions=_actions(resources, settings),
    )


def _signer(resources: Resources, settings: GatewaySettings) -> SubjectSigner:
    """Raises CannotStart where a setting is missing or would let nobody in."""
    problems = settings.problems()
    if resources.signer is None:
        problems.append("the gateway signs who asks: set FINCC_SUBJECT_PRIVATE_KEY to the PEM of an ES256 key")
    if resources.signer is None or problems:
        raise CannotStart("; ".join(problems))
    return resources.signer


def _add_outside(app: FastAPI, parts: Parts, pems: Sequence[str], site: Site) -> None:
    """What is not below the gateway's own prefix: ways to sign in, keys, all routes as a document, services, the app."""
    for router in (
        link_routes(parts),
        external_routes(parts),
        key_routes(pems),
        document_routes(MergedDocument(parts.peers, app.openapi, VERSION)),
    ):
        app.include_router(router)
    app.router.routes[:] = [*_proxies(parts), *app.router.routes, Route("/{path:path}", site, name="app")]


def _proxies(parts: Parts) -> list[Route]:
    """One for each other service."""
    return [
        Route(
            f"{spec.prefix}/{{path:path}}",
            Proxy(spec.name, parts.peers, parts.identities, parts.subjects, parts.settings),
            name=spec.name,
        )
        for spec in SERVICES
        if spec.name != GATEWAY
    ]


def _lifespan(site: Site, parts: Parts) -> Callable[[], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await site.load()
        try:
            yield
        finally:
            await parts.peers.close()
            if parts.provider is not None:
                await parts.provider.close()

    return lifespan


def _protect(app: FastAPI, settings: GatewaySettings) -> None:
    if (buckets := per_address(settings)) is not None:
        app.add_middleware(AddressLimit, buckets=buckets)
    app.add_middleware(SecurityHeaders, is_https=settings.public_url.startswith("https:"))


def _actions(resources: Resources, settings: GatewaySettings) -> dict[str, Callable[[], Awaitable[str | None]]]:
    """What whoever starts the platform may ask for."""
    return {
        "ensure_admin": lambda: ensure_admin(resources.database, resources.clock, with_password=settings.local_sign_in),
        "sign_in_code": lambda: create_sign_in_code(resources.database, resources.clock),
        "local_token": lambda: create_local_token(resources.database, resources.clock),
    }
