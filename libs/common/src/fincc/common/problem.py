"""Named failures and their one rendering, RFC 9457 problem+json."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import asyncpg
import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from opentelemetry import trace
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fincc.common.bus.delivery import TransientError, is_transient
from fincc.common.telemetry import log_unexpected
from fincc.common.yaml_files import DocumentError

OF_THE_STORE = (
    *(DBAPIError, NoFreeConnection, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
    *(OSError, TransientError),
)
"""What may be raised while the database is away, and for other reasons as well; `is_transient` tells them apart."""

PLAIN = b"text/plain; charset=utf-8"

log = logging.getLogger(__name__)


class Problem(Exception):
    """Base of the named failures. `detail` says what was wrong, where, and what to do; `errors` names fields.

    `headers` go with the response (Retry-After, say); anything else becomes a member of the problem.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something failed on our side"

    def __init__(
        self,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.detail, self.errors, self.headers, self.extra = detail, errors or [], headers, extra


class NotFound(Problem):
    status, slug, title = 404, "not-found", "There is no such thing"


class Invalid(Problem):
    status, slug, title = 422, "invalid", "The request was understood but is not valid"


class Conflict(Problem):
    status, slug, title = 409, "conflict", "The request conflicts with what is there"


class Unauthenticated(Problem):
    status, slug, title = 401, "unauthenticated", "Sign in first"


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "You may not do this"


class NotReady(Problem):
    status, slug, title = 503, "not-ready", "The service cannot answer yet"


class StoreAway(NotReady):
    """The database, the broker or the object store does not answer now."""

    slug, title = "store-away", "The data cannot be reached"

    def __init__(self) -> None:
        super().__init__(
            "the service's database or broker does not answer; nothing is lost, try again shortly",
            headers={"Retry-After": "5"},
        )


class BodyTooLarge(Problem):
    status, slug, title = 413, "body-too-large", "The request body is too large"

    def __init__(self, limit_bytes: int, advice: str = "send less") -> None:
        super().__init__(f"the body of this request may have {limit_bytes} bytes; {advice}")


class BadDocument(Invalid):
    slug, title = "bad-document", "The file has mistakes"


class UnknownVersion(NotFound):
    slug, title = "unknown-version", "There is no such version"


class Outdated(Problem):
    """If-Match named another version than the active one."""

    status, slug, title = 412, "outdated", "Somebody has published another version meanwhile"


def bad_document(error: DocumentError) -> BadDocument:
    """All mistakes of a document, each with its line or place."""
    errors = [
        {"field": f"line {p.line}" if p.line is not None else p.where, "message": p.message}
        for p in error.problems[:200]
    ]
    return BadDocument(str(error), errors=errors)


def trace_id() -> str:
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


def render(status: int, slug: str, title: str, detail: str, instance: str, **extra: Any) -> Response:
    body = {
        "type": f"urn:fincc:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "trace_id": trace_id(),
        **extra,
    }
    return Response(orjson.dumps(body), status, media_type="application/problem+json")


def answer_to(error: Problem, path: str) -> Response:
    """The failure as problem+json."""
    extra = {**({"errors": error.errors} if error.errors else {}), **error.extra}
    answer = render(error.status, error.slug, error.title, error.detail, path, **extra)
    answer.headers.update(error.headers or {})
    return answer


class TooLargeInOurWords:
    """Starlette answers a body that says it is longer than its route takes by itself, in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        is_answered = False

        async def send_on(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start" and message["status"] == BodyTooLarge.status:
                limit = scope.get(MAX_BODY_SIZE_SCOPE_KEY)
                if limit is not None and (b"content-type", PLAIN) in message["headers"]:
                    is_answered = True
                    await answer_to(BodyTooLarge(limit), scope["path"])(scope, receive, send)
            if not is_answered:
                await send(message)

        await self._app(scope, receive, send_on)


def install(app: FastAPI) -> None:
    """Every error of this app leaves as problem+json."""
    app.add_middleware(TooLargeInOurWords)

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        return answer_to(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {"field": ".".join(str(p) for p in e["loc"]), "message": e["msg"].removeprefix("Value error, ")}
            for e in error.errors()
        ]
        detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors[:3])
        return render(Invalid.status, Invalid.slug, Invalid.title, detail, request.url.path, errors=errors)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == BodyTooLarge.status and MAX_BODY_SIZE_SCOPE_KEY in request.scope:
            return answer_to(BodyTooLarge(request.scope[MAX_BODY_SIZE_SCOPE_KEY]), request.url.path)
        return render(
            error.status_code, f"http-{error.status_code}", str(error.detail), str(error.detail), request.url.path
        )

    @app.exception_handler(ClientDisconnect)
    async def on_disconnect(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # to nobody: the client left in the middle of its request

    async def on_store(request: Request, error: Exception) -> Response:
        """For what a route raises, which ends here, and for what a middleware raises, which the server logs as well."""
        if not is_transient(error):
            raise error
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        log.warning("the store does not answer", extra={"where": request.url.path, "reason": reason})
        return answer_to(StoreAway(), request.url.path)

    for kind in OF_THE_STORE:
        app.add_exception_handler(kind, on_store)

    @app.exception_handler(Exception)
    async def on_unexpected(request: Request, error: Exception) -> Response:
        if is_transient(error):
            return await on_store(request, error)
        log_unexpected(request.url.path, error)
        return render(
            500,
            Problem.slug,
            Problem.title,
            "The error was logged; quote the trace id when you report it.",
            request.url.path,
        )
