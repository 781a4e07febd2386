"""The gateway's table of contents: its own routes, one proxy per service, the app for everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fincc.common import workers
from fincc.common.http import create_app
from fincc.common.service import Resources, Service
from fincc.common.topology import SERVICES
from fincc.gateway import api
from fincc.gateway.domain.attempts import Attempts
from fincc.gateway.domain.page import EVERYWHERE
from fincc.gateway.identity import Identities, SignedSubjects
from fincc.gateway.jobs import Housekeeping
from fincc.gateway.merged_audit import MergedAudit, audit_routes
from fincc.gateway.overview import GATEWAY, MergedDocument
from fincc.gateway.peers import Peers
from fincc.gateway.proxy import Proxy
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.site import Site, app_dir
from fincc.gateway.usecases import Limits, create_local_token, create_sign_in_code, ensure_admin


class SecurityHeaders:
    """Adds the headers that every response has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *EVERYWHERE]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def create_service(resources: Resources, settings: GatewaySettings | None = None) -> Service:
    settings = settings or GatewaySettings()
    if resources.signer is None:
        raise ValueError("the gateway signs who asks: set FINCC_SUBJECT_PRIVATE_KEY to the PEM of an ES256 key")
    subjects = SignedSubjects(resources.signer)
    identities = Identities(resources.database, resources.clock, settings)
    housekeeping = Housekeeping(resources.database, resources.clock, settings, identities)
    peers = Peers(
        resources.peers, resources.settings.url_of, settings.peer_connections, settings.peer_connect_timeout_s
    )
    limits = Limits(
        Attempts(settings.sign_in_failures_per_user, settings.sign_in_wait_s),
        Attempts(settings.sign_in_failures_per_address, settings.sign_in_wait_s),
    )
    parts = api.Parts(
        resources.database, resources.clock, settings, identities, limits, peers, housekeeping.reasons, subjects
    )
    app = create_app(
        GATEWAY,
        resources.verifier,
        housekeeping.reasons,
        api.session_routes(parts),
        api.token_routes(parts),
        api.view_routes(parts),
        api.overview_routes(parts),
        audit_routes(MergedAudit(resources.database, peers, subjects), resources.database),
        workers.router(resources.database, resources.clock),
    )
    app.state.identify = api.identify_by(identities)
    app.include_router(api.root_routes(parts, MergedDocument(peers, app.openapi, api.VERSION)))
    proxies = [
        Route(f"{spec.prefix}/{{path:path}}", Proxy(spec.name, peers, identities, subjects, settings), name=spec.name)
        for spec in SERVICES
        if spec.name != GATEWAY
    ]
    site = Site(settings.app_dir or app_dir())
    app.router.routes[:] = [*proxies, *app.router.routes, Route("/{path:path}", site, name="app")]
    app.add_middleware(SecurityHeaders)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await site.load()
        try:
            yield
        finally:
            await peers.close()

    actions = {
        "ensure_admin": lambda: ensure_admin(resources.database, resources.clock),
        "sign_in_code": lambda: create_sign_in_code(resources.database, resources.clock),
        "local_token": lambda: create_local_token(resources.database, resources.clock),
    }
    return Service(
        GATEWAY, app, jobs=housekeeping.jobs(), lifespan=lifespan, unready=housekeeping.reasons, actions=actions
    )
