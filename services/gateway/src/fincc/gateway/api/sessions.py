"""Routes of sessions: signing in, who is signed in, signing out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from fincc.common.problem import Conflict, Unauthenticated
from fincc.gateway import schemas
from fincc.gateway.api.parts import ACCOUNT, NO_STORE, VERSION, Bounded, Parts, identity_of
from fincc.gateway.domain.page import content_security_policy, plain_page
from fincc.gateway.identity import COOKIE, Identities, Identity, address_of
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases import sessions

FIRST_PAGE = "/cost/teams"


def _session(identity: Identity) -> dict[str, Any]:
    subject = identity.subject
    return {
        "user": {"id": subject.id, "name": subject.name},
        "permissions": sorted(subject.permissions),
        "csrf_token": identity.csrf,
        "must_change_password": identity.must_change_password,
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
        secret = await sessions.sign_in(
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
        await sessions.sign_out(parts.database, parts.clock, identity.subject, identity.secret_hash)
        parts.identities.forget(identity.secret_hash)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")

    return routes


def link_routes(parts: Parts) -> APIRouter:
    """The one-time link, outside the gateway's prefix."""
    routes = APIRouter()

    @routes.get("/signin/once", include_in_schema=False)
    async def sign_in_once(request: Request, code: str = "") -> Response:
        """The one-time link. HEAD, and a GET that only prefetches, leave the code as it is."""
        if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
            return Response(status_code=204, headers=NO_STORE)
        secret = await sessions.sign_in_once(parts.database, parts.clock, code, address_of(request.scope))
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

    return routes


async def _is_signed_in(identities: Identities, request: Request) -> bool:
    try:
        await identities.identify(request.scope["headers"], "GET")
    except Unauthenticated:
        return False
    return True
