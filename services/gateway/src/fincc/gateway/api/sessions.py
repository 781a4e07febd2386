"""Routes of sessions: signing in, who is signed in, where else, signing out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from fincc.common.problem import Conflict, Unauthenticated
from fincc.gateway.api.parts import (
    ACCOUNT,
    NO_STORE,
    VERSION,
    Bounded,
    Parts,
    by_session,
    client_of,
    html_answer,
    identity_of,
)
from fincc.gateway.domain.external import FIRST_PAGE
from fincc.gateway.domain.page import plain_page
from fincc.gateway.errors import LocalSignInOff
from fincc.gateway.identity import COOKIE, Identities, Identity
from fincc.gateway.repository import sessions as stored
from fincc.gateway.schemas import sessions as schemas
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases import sessions

BEGIN = "/signin/oidc"


def _session(parts: Parts, identity: Identity) -> dict[str, Any]:
    subject = identity.subject
    return {
        "user": {"id": subject.id, "name": subject.name, **asdict(identity.person)},
        "permissions": sorted(subject.permissions),
        "limited": sorted(n for n in subject.permissions if subject.within(n).scope is not None),
        "access_contact": parts.settings.access_contact,
        "csrf_token": identity.csrf,
        "must_change_password": identity.must_change_password,
        "version": VERSION,
    }


def set_session_cookie(response: Response, request: Request, settings: GatewaySettings, secret: str) -> None:
    lifetime_s = int(settings.session_lifetime.total_seconds())
    is_https = is_by_https(request, settings)
    response.set_cookie(COOKIE, secret, max_age=lifetime_s, httponly=True, samesite="lax", secure=is_https)


def is_by_https(request: Request, settings: GatewaySettings) -> bool:
    return (settings.public_url or str(request.url)).startswith("https:")


def session_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["session"], route_class=Bounded)

    @routes.get("/sign-in", response_model=schemas.WaysIn)
    async def get_ways_in() -> dict[str, Any]:
        """How people sign in here: with a password, with an identity provider, or with either."""
        provider = {"title": parts.settings.oidc_title, "href": BEGIN} if parts.provider else None
        return {"password": parts.settings.local_sign_in, "provider": provider}

    @routes.post("/session", response_model=schemas.Session)
    async def sign_in(body: schemas.SignIn, request: Request, response: Response) -> dict[str, Any]:
        """Sign in with name and password; sets the session cookie."""
        if not parts.settings.local_sign_in:
            raise LocalSignInOff
        secret = await sessions.sign_in(
            parts.database, parts.clock, parts.limits, body.username, body.password, client_of(request)
        )
        headers = [(b"cookie", f"{COOKIE}={secret}".encode())]
        identity = await parts.identities.identify(headers, "GET")
        set_session_cookie(response, request, parts.settings, secret)
        response.headers.update(NO_STORE)
        return _session(parts, identity)

    @routes.get("/session", response_model=schemas.Session, dependencies=ACCOUNT)
    async def get_session(request: Request, response: Response) -> dict[str, Any]:
        """Who is signed in, and what they may do."""
        response.headers.update(NO_STORE)
        return _session(parts, identity_of(request))

    @routes.delete("/session", response_model=schemas.SignedOut, dependencies=ACCOUNT)
    async def sign_out(request: Request, response: Response) -> dict[str, Any]:
        """Ends this session; where an identity provider began it, says how to end its session, too."""
        identity = identity_of(request)
        if identity.kind != "session":
            raise Conflict("this request is signed in by an API token; delete the token instead")
        id_token = await sessions.sign_out(parts.database, parts.clock, identity.subject, identity.secret_hash)
        parts.identities.forget(identity.secret_hash)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        if parts.provider is None or id_token is None:
            return {"continue_at": None}
        return {"continue_at": await parts.provider.sign_out_url(id_token)}

    @routes.get("/sessions", response_model=schemas.OwnSessions, dependencies=ACCOUNT)
    async def get_sessions(request: Request, response: Response) -> dict[str, Any]:
        """Where the one who asks is signed in, the session used last first."""
        identity, now = identity_of(request), parts.clock.now()
        used_since, created_since = now - parts.settings.session_idle, now - parts.settings.session_lifetime
        async with parts.database.read() as session:
            rows = await stored.list_sessions(session, identity.subject.id, used_since, created_since)
        response.headers.update(NO_STORE)
        return {"items": [{**row, "is_current": row["secret_hash"] == identity.secret_hash} for row in rows]}

    @routes.delete("/sessions/{session_id}", status_code=204, dependencies=ACCOUNT)
    async def end_session(session_id: str, request: Request) -> None:
        """Ends one of the own sessions, on another device say."""
        by = by_session(request, "end sessions").subject
        parts.identities.forget(await sessions.end_session(parts.database, parts.clock, by, session_id))

    return routes


def link_routes(parts: Parts) -> APIRouter:
    """The one-time link, outside the gateway's prefix."""
    routes = APIRouter()

    @routes.get("/signin/once", include_in_schema=False)
    async def sign_in_once(request: Request, code: str = "") -> Response:
        """The one-time link. HEAD, and a GET that only prefetches, leave the code as it is."""
        if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
            return Response(status_code=204, headers=NO_STORE)
        secret = await sessions.sign_in_once(parts.database, parts.clock, code, client_of(request))
        if secret is not None:
            answer = RedirectResponse(FIRST_PAGE, 303, NO_STORE)
            set_session_cookie(answer, request, parts.settings, secret)
            return answer
        if await _is_signed_in(parts.identities, request):
            return RedirectResponse(FIRST_PAGE, 303, NO_STORE)
        page = plain_page(
            "This link does not work any more",
            "A sign-in link works once, for ten minutes. Sign in another way, "
            "or start `fincc up` again for a new link.",
        )
        return html_answer(page, 410)

    return routes


async def _is_signed_in(identities: Identities, request: Request) -> bool:
    try:
        await identities.identify(request.scope["headers"], "GET")
    except Unauthenticated:
        return False
    return True
