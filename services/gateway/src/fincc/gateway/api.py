"""The gateway's own routes: sessions, password, API tokens, saved views, status, the merged OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.types import Message

from fincc.common import workers
from fincc.common.auth import Identify, Subject, needs
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.problem import Conflict, Forbidden, Unauthenticated
from fincc.gateway import repository, schemas, usecases
from fincc.gateway.domain.page import content_security_policy, plain_page
from fincc.gateway.errors import BodyTooLarge
from fincc.gateway.identity import COOKIE, Identities, Identity, SignedSubjects, address_of, seen_from
from fincc.gateway.overview import MergedDocument, service_status
from fincc.gateway.peers import Peers
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases import Limits

VERSION = version("fincc-gateway")
MAX_BODY_BYTES = 64 * 1024
FIRST_PAGE = "/cost/teams"
NO_STORE = {"Cache-Control": "no-store"}
ACCOUNT = [needs("account:write")]
VIEWS = [needs("views:write")]


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
    subjects: SignedSubjects


class Bounded(APIRoute):
    """A route whose body may have MAX_BODY_BYTES; a stranger could fill the memory otherwise."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise BodyTooLarge(MAX_BODY_BYTES, "send less")

            async def received() -> Message:
                return {"type": "http.request", "body": bytes(body)}

            return await handler(Request(request.scope, received))

        return bounded


def identity_of(request: Request) -> Identity:
    """Found by the permission check of the route."""
    identity: Identity = request.state.identity
    return identity


def _session(identity: Identity) -> dict[str, Any]:
    subject = identity.subject
    return {
        "user": {"id": subject.id, "name": subject.name},
        "permissions": sorted(subject.permissions),
        "csrf_token": identity.csrf,
        "version": VERSION,
    }


def _set_cookie(response: Response, request: Request, settings: GatewaySettings, secret: str) -> None:
    is_https = (settings.public_url or str(request.url)).startswith("https:")
    lifetime_s = int(settings.session_lifetime.total_seconds())
    response.set_cookie(COOKIE, secret, max_age=lifetime_s, httponly=True, samesite="lax", secure=is_https)


def session_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["session"], route_class=Bounded)

    @routes.post("/session", response_model=schemas.Session)
    async def sign_in(body: schemas.SignIn, request: Request, response: Response) -> dict[str, Any]:
        """Sign in with name and password; sets the session cookie."""
        secret = await usecases.sign_in(
            parts.database, parts.clock, parts.limits, body.username, body.password, address_of(request.scope)
        )
        headers = [(b"cookie", f"{COOKIE}={secret}".encode())]
        identity = await parts.identities.identify(headers, "GET")
        _set_cookie(response, request, parts.settings, secret)
        response.headers.update(NO_STORE)
        return _session(identity)

    @routes.get("/session", response_model=schemas.Session, dependencies=ACCOUNT)
    async def get_session(request: Request, response: Response) -> dict[str, Any]:
        """Who is signed in, and what they may do."""
        response.headers.update(NO_STORE)
        return _session(identity_of(request))

    @routes.delete("/session", status_code=204, dependencies=ACCOUNT)
    async def sign_out(request: Request, response: Response) -> None:
        identity = identity_of(request)
        if identity.kind != "session":
            raise Conflict("this request is signed in by an API token; delete the token instead")
        await usecases.sign_out(parts.database, parts.clock, identity.subject, identity.secret_hash)
        parts.identities.forget(identity.secret_hash)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")

    @routes.post("/password", status_code=204, dependencies=ACCOUNT)
    async def change_password(body: schemas.PasswordChange, request: Request) -> None:
        """Ends all other sessions of the user."""
        identity = _by_session(request, "change the password")
        await usecases.change_password(
            parts.database,
            parts.clock,
            parts.limits,
            identity.subject,
            identity.secret_hash,
            body.old_password,
            body.new_password,
        )
        parts.identities.forget_all()

    return routes


def token_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(prefix="/tokens", tags=["tokens"], route_class=Bounded)

    @routes.get("", response_model=schemas.Tokens, dependencies=ACCOUNT)
    async def get_tokens(request: Request) -> dict[str, Any]:
        async with parts.database.read() as session:
            return {"items": await repository.list_tokens(session, identity_of(request).subject.id)}

    @routes.post("", response_model=schemas.CreatedToken, status_code=201, dependencies=ACCOUNT)
    async def create_token(body: schemas.NewToken, request: Request, response: Response) -> dict[str, Any]:
        """A token for `Authorization: Bearer`; it is shown once."""
        lifetime = timedelta(days=body.expires_in_days) if body.expires_in_days else None
        by = _by_session(request, "create API tokens").subject
        token = await usecases.create_token(parts.database, parts.clock, by, by.id, body.name, lifetime)
        response.headers.update(NO_STORE)
        return {
            "id": token.id,
            "name": token.name,
            "last4": token.last4,
            "created_at": token.created_at,
            "last_used_at": None,
            "expires_at": token.expires_at,
            "token": token.secret,
        }

    @routes.delete("/{token_id}", status_code=204, dependencies=ACCOUNT)
    async def delete_token(token_id: str, request: Request) -> None:
        by = identity_of(request).subject
        secret_hash = await usecases.delete_token(parts.database, parts.clock, by, token_id)
        parts.identities.forget(secret_hash)

    return routes


def view_routes(parts: Parts) -> APIRouter:
    """Everybody has the own saved views, and sees no other's."""
    routes = APIRouter(prefix="/views", tags=["saved views"], route_class=Bounded)

    @routes.get("", response_model=schemas.Views, dependencies=VIEWS)
    async def get_views(request: Request) -> dict[str, Any]:
        async with parts.database.read() as session:
            return {"items": await repository.list_views(session, identity_of(request).subject.id)}

    @routes.post("", response_model=schemas.View, status_code=201, dependencies=VIEWS)
    async def save_view(body: schemas.NewView, request: Request) -> usecases.SavedView:
        user_id = identity_of(request).subject.id
        return await usecases.save_view(parts.database, parts.clock, user_id, body.name, body.page, body.query)

    @routes.put("/{view_id}", response_model=schemas.View, dependencies=VIEWS)
    async def change_view(view_id: str, body: schemas.NewView, request: Request) -> usecases.SavedView:
        user_id = identity_of(request).subject.id
        return await usecases.change_view(parts.database, user_id, view_id, body.name, body.page, body.query)

    @routes.delete("/{view_id}", status_code=204, dependencies=VIEWS)
    async def delete_view(view_id: str, request: Request) -> None:
        await usecases.delete_view(parts.database, identity_of(request).subject.id, view_id)

    return routes


def overview_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["overview"])

    @routes.get("/status", response_model=schemas.Status, dependencies=[needs("health:read")])
    async def get_status(request: Request) -> dict[str, Any]:
        """How each service is: ready or why not, its processes, what waits, and how its timed work went."""
        own = await workers.list_alive(parts.database, parts.clock.now())
        subject = parts.subjects.of(identity_of(request).subject)
        return {
            "version": VERSION,
            "services": await service_status(parts.peers, parts.own_reasons(), own, subject),
        }

    return routes


def root_routes(parts: Parts, document: MergedDocument) -> APIRouter:
    """Routes outside the gateway's prefix."""
    routes = APIRouter()

    @routes.get("/signin/once", include_in_schema=False)
    async def sign_in_once(request: Request, code: str = "") -> Response:
        """The one-time link. HEAD, and a GET that only prefetches, leave the code as it is."""
        if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
            return Response(status_code=204, headers=NO_STORE)
        secret = await usecases.sign_in_once(parts.database, parts.clock, code, address_of(request.scope))
        if secret is not None:
            answer = RedirectResponse(FIRST_PAGE, 303, NO_STORE)
            _set_cookie(answer, request, parts.settings, secret)
            return answer
        if await _is_signed_in(parts.identities, request):
            return RedirectResponse(FIRST_PAGE, 303, NO_STORE)
        page = plain_page(
            "This link does not work any more",
            "A sign-in link works once, for ten minutes. Sign in with name and password, "
            "or start `fincc up` again for a new link.",
        )
        headers = {**NO_STORE, "Content-Security-Policy": content_security_policy(page)}
        return HTMLResponse(page, 410, headers)

    @routes.get("/api/openapi.json", include_in_schema=False, dependencies=[needs("health:read")])
    async def get_openapi(request: Request) -> Response:
        await document.refresh()
        headers = {"ETag": document.etag, "Cache-Control": "private, no-cache"}
        if request.headers.get("if-none-match") == document.etag:
            return Response(status_code=304, headers=headers)
        return Response(document.body, headers=headers, media_type="application/json")

    return routes


def identify_by(identities: Identities) -> Identify:
    """Makes the gateway's own routes read sessions and tokens, where those of services read the signed subject."""

    async def identify(request: Request) -> Subject:
        found = await identities.identify(request.scope["headers"], request.method)
        identity = replace(found, subject=seen_from(request.scope, found.subject))
        request.state.identity = identity
        return identity.subject

    return identify


async def _is_signed_in(identities: Identities, request: Request) -> bool:
    try:
        await identities.identify(request.scope["headers"], "GET")
    except Unauthenticated:
        return False
    return True


def _by_session(request: Request, what: str) -> Identity:
    """A token that leaked must not be able to make itself at home."""
    identity = identity_of(request)
    if identity.kind != "session":
        raise Forbidden(f"an API token may not {what}; sign in with a password")
    return identity
