"""Questions that were asked before in the same words: answered without reading the words again."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from fincc.cockpit.api.parameters import response_to
from fincc.cockpit.usecases.answers import Answers, Question
from fincc.common.auth import HEADER, SubjectVerifier
from fincc.common.problem import Unauthenticated

PERMISSION = "costs:read"
REMEMBERED = 4096
LONGEST_QUERY = 1024  # bytes; so that what is remembered stays small

_SUBJECT = HEADER.encode()


class Words(NamedTuple):
    """What of a request the meaning depends on, who asks included."""

    path: str
    query: bytes
    accept: bytes
    scope: frozenset[str] | None


class Phrasebook:
    """Which question the words of answered requests are, and which route it came by. That never changes; its answer is
    looked up each time."""

    def __init__(self) -> None:
        self._known: OrderedDict[Words, tuple[Question, Any]] = OrderedDict()

    def learn(self, request: Request, question: Question) -> None:
        query: bytes = request.scope["query_string"]
        if request.method != "GET" or len(query) > LONGEST_QUERY:
            return
        accept = request.headers.get("accept", "").encode("latin-1")
        words = Words(request.scope["path"], query, accept, question.scope)
        self._known[words] = question, request.scope.get("endpoint")
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def find(self, words: Words) -> tuple[Question, Any] | None:
        """The question and what answered it first."""
        known = self._known.get(words)
        if known is not None:
            self._known.move_to_end(words)
        return known


class AskedAgain:
    """A middleware. Whatever is not plainly a known question of somebody who may ask it goes the usual way."""

    def __init__(self, app: ASGIApp, answers: Answers, verifier: SubjectVerifier, phrases: Phrasebook) -> None:
        self._app, self._answers, self._verifier, self._phrases = app, answers, verifier, phrases

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            headers = dict(reversed(scope["headers"]))  # of several the first counts, as everywhere else
            question, endpoint = self._question(scope, headers) or (None, None)
            answer = await self._answers.find(question) if question is not None else None
            if question is not None and answer is not None:
                scope["endpoint"] = endpoint  # as the router would
                has = headers.get(b"if-none-match", b"").decode("latin-1")
                await response_to(has, answer, question)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _question(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[Question, Any] | None:
        try:
            subject = self._verifier.verify(headers[_SUBJECT].decode("latin-1"))
        except (KeyError, Unauthenticated):
            return None
        if PERMISSION not in subject.permissions:
            return None
        accept = headers.get(b"accept", b"")
        return self._phrases.find(Words(scope["path"], scope["query_string"], accept, subject.within(PERMISSION).scope))
