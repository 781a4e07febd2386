"""Signing in with an identity provider, outside the gateway's prefix: off to the provider, and back from it."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from fincc.gateway.api.parts import NO_STORE, Parts, client_of, html_answer
from fincc.gateway.api.sessions import BEGIN, is_by_https, set_session_cookie
from fincc.gateway.domain.external import LIFETIME_S, InitialAdmins, Refused, attempt_of
from fincc.gateway.domain.page import plain_page
from fincc.gateway.errors import TooManyAttempts
from fincc.gateway.provider import ProviderDown
from fincc.gateway.settings import CALLBACK
from fincc.gateway.usecases import external

log = logging.getLogger(__name__)

COOKIE = "fincc_signin"
MAX_REASON = 300


def external_routes(parts: Parts) -> APIRouter:
    """None where there is no provider."""
    routes = APIRouter()
    if (provider := parts.provider) is None:
        return routes
    admins = InitialAdmins.of(parts.settings.initial_admins)

    @routes.get(BEGIN, include_in_schema=False)
    async def begin(request: Request, next: str = "") -> Response:
        """Off to the provider; a cookie that ends with the sign-in remembers what its answer has to match."""
        attempt = external.begin(parts.clock, next)
        try:
            answer = RedirectResponse(await provider.authorization_url(attempt), 303, NO_STORE)
        except ProviderDown as error:
            return _failure(str(error), 502)
        answer.set_cookie(
            COOKIE,
            attempt.cookie,
            max_age=LIFETIME_S,
            path=BEGIN,
            httponly=True,
            samesite="lax",
            secure=is_by_https(request, parts.settings),
        )
        return answer

    @routes.get(CALLBACK, include_in_schema=False)
    async def finish(request: Request) -> Response:
        """Back from the provider, with a code or with the reason why not."""
        given = request.query_params
        try:
            now_s = parts.clock.now().timestamp()
            attempt = attempt_of(request.cookies.get(COOKIE, ""), given.get("state", ""), now_s)
            if "code" not in given:
                raise Refused(_reason(given.get("error", ""), given.get("error_description", "")))
            secret = await external.finish(
                parts.database, parts.clock, parts.limits, provider, admins, attempt, given, client_of(request)
            )
        except Refused as error:
            answer = _failure(str(error), 403)
        except ProviderDown as error:
            answer = _failure(str(error), 502)
        except TooManyAttempts as error:
            answer = _failure(error.detail, 429, error.headers)
        else:
            answer = RedirectResponse(attempt.next_page, 303, NO_STORE)
            set_session_cookie(answer, request, parts.settings, secret)
        answer.delete_cookie(COOKIE, path=BEGIN, httponly=True, samesite="lax")
        return answer

    return routes


def _reason(error: str, description: str) -> str:
    if error == "access_denied":
        return f"the provider did not let you in: {description[:MAX_REASON] or 'you, or a rule there, said no'}"
    what = " – ".join(part[:MAX_REASON] for part in (error, description) if part)
    return f"the provider sent an error: {what}" if what else "the provider sent neither a code nor an error"


def _failure(reason: str, status: int, headers: dict[str, str] | None = None) -> Response:
    log.warning("sign-in with the identity provider failed", extra={"reason": reason})
    page = plain_page(
        "Signing in did not work",
        f"The reason: {reason}.",
        "Open the app and try again. If it happens again, show this page to whoever runs this installation; "
        "docs/howto/configure-sign-in.md says what each reason means.",
    )
    return html_answer(page, status, headers)
