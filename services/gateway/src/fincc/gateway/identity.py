"""Who asks: from a session cookie or an API token to a user, looked up at most every few seconds."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from starlette.types import Scope

from fincc.common.answers import Once
from fincc.common.auth import LIFETIME_S, Subject, SubjectSigner
from fincc.common.bus.delivery import is_transient
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.problem import NotReady, Unauthenticated
from fincc.gateway.domain.credentials import csrf_token, digest, is_api_token, session_end
from fincc.gateway.domain.roles import EVERYBODY, Binding, Grants
from fincc.gateway.errors import CsrfFailed, TooManyRequests
from fincc.gateway.limits import per_credential
from fincc.gateway.repository import identities
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases.access import grants_by
from fincc.gateway.usecases.places import Places

COOKIE = "fincc_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REMEMBERED = 10_000
RESIGN_BEFORE_S = 30

_COOKIE_PREFIX = f"{COOKIE}=".encode()

UNTIL_CHANGED = Grants(dict.fromkeys(EVERYBODY))
"""What who has to change the password may do until then."""

RawHeaders = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought: the secret of a session or of a token, and the CSRF header."""

    kind: Literal["session", "token"]
    secret: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Person:
    """What a session says of its user, besides id and name."""

    display_name: str | None
    email: str | None
    groups: list[str]
    has_password: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """A user, and the credential that says so."""

    subject: Subject
    kind: Literal["session", "token"]
    secret_hash: bytes
    ends_at: datetime | None
    csrf: str
    grants: Grants
    """The same as in `subject`, by permission."""
    person: Person
    must_change_password: bool = False


def credentials_of(headers: RawHeaders) -> Credentials | None:
    """An API token goes before a cookie, so that a script in a browser is what it says it is."""
    session = csrf = ""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            if scheme.lower() == b"bearer":
                return Credentials("token", token.strip().decode("latin-1"), "")
        elif name == b"cookie":
            for part in value.split(b";"):
                cookie = part.strip()
                if cookie.startswith(_COOKIE_PREFIX):
                    session = cookie[len(_COOKIE_PREFIX) :].decode("latin-1")
        elif name == b"x-csrf-token":
            csrf = value.decode("latin-1")
    return Credentials("session", session, csrf) if session else None


def address_of(scope: Scope) -> str | None:
    """The client's network address; what it says about itself in headers counts only from a trusted proxy, which the
    server has then taken for the client already (FINCC_TRUSTED_PROXIES)."""
    client = scope.get("client")
    return client[0] if client else None


def seen_from(scope: Scope, subject: Subject) -> Subject:
    """Who asks, with the address that the request came from."""
    return replace(subject, address=address_of(scope))


class Identities:
    """Answers from memory for `identity_cache_s`; a sign-out in this process counts at once."""

    def __init__(self, database: Database, clock: Clock, settings: GatewaySettings, places: Places) -> None:
        self._database, self._clock, self._settings, self._places = database, clock, settings, places
        self._trust_for = timedelta(seconds=settings.identity_cache_s)
        self._known: dict[bytes, tuple[datetime, Identity]] = {}
        self._lookups: Once[bytes, Identity | None] = Once()
        self._forgotten = 0
        self._buckets = per_credential(settings)
        self.used: dict[bytes, datetime] = {}
        """When sessions and tokens were last seen; taken and written by a job."""

    async def identify(self, headers: RawHeaders, method: str) -> Identity:
        """Raises Unauthenticated; CsrfFailed for a write that has a cookie but not the token of its session; and
        TooManyRequests for a session or token that is used too often."""
        credentials = credentials_of(headers)
        identity = await self._find(credentials) if credentials else None
        if credentials is None or identity is None:
            raise Unauthenticated("sign in, or send `Authorization: Bearer fin_…` with a valid API token")
        if self._buckets is not None:
            wait_s = self._buckets.take(identity.secret_hash, time.monotonic())
            if wait_s > 0:
                raise TooManyRequests(identity.kind, wait_s)
        if (
            identity.kind == "session"
            and method not in SAFE_METHODS
            and not hmac.compare_digest(credentials.csrf.encode(), identity.csrf.encode())
        ):
            raise CsrfFailed("send the csrf_token of GET /session in the header X-CSRF-Token")
        return identity

    def forget(self, secret_hash: bytes) -> None:
        """The session or token was ended."""
        self._known.pop(secret_hash, None)
        self._lookups.forget(secret_hash)
        self._forgotten += 1

    def forget_all(self) -> None:
        self._known.clear()
        self._lookups.forget_all()
        self._forgotten += 1

    def take_used(self) -> dict[bytes, datetime]:
        used, self.used = self.used, {}
        return used

    async def _find(self, credentials: Credentials) -> Identity | None:
        if credentials.kind == "token" and not is_api_token(credentials.secret):
            return None
        secret_hash, now = digest(credentials.secret), self._clock.now()
        known = self._known.get(secret_hash)
        if known is not None and known[0] > now:
            return known[1]
        return await self._lookups.get(secret_hash, lambda: self._look_up(credentials, secret_hash, now))

    async def _look_up(self, credentials: Credentials, secret_hash: bytes, now: datetime) -> Identity | None:
        forgotten = self._forgotten
        try:
            identity = await self._read(credentials, secret_hash, now)
        except Exception as error:
            if is_transient(error):
                raise NotReady(
                    "the gateway's database does not answer, so nobody can be identified; try again shortly",
                    headers={"Retry-After": "5"},
                ) from error
            raise
        if identity is None or (identity.ends_at is not None and identity.ends_at <= now):
            return None
        self.used[secret_hash] = now
        if forgotten == self._forgotten:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            until = now + self._trust_for
            self._known[secret_hash] = (min(until, identity.ends_at or until), identity)
        return identity

    async def _read(self, credentials: Credentials, secret_hash: bytes, now: datetime) -> Identity | None:
        if credentials.kind == "token":
            row = await identities.find_token(self._database, secret_hash, now)
        else:
            row = await identities.find_session(self._database, secret_hash)
        if row is None:
            return None
        hierarchy = await self._places.of(row["catalog"] or 0)
        grants = grants_by((Binding(role, node) for role, node in orjson.loads(row["roles"])), hierarchy)
        person = Person(row["display_name"], row["email"], row["groups"], row["has_password"])
        if credentials.kind == "token":
            grants = grants.narrowed(row["permissions"], row["node"], hierarchy)
            return Identity(
                _subject(row, grants), "token", secret_hash, _token_end(row, secret_hash), "", grants, person
            )
        if row["must_change_password"]:
            grants = UNTIL_CHANGED
        end = session_end(
            row["created_at"], row["last_seen_at"], self._settings.session_idle, self._settings.session_lifetime
        )
        csrf = csrf_token(credentials.secret)
        is_first = row["must_change_password"]
        return Identity(_subject(row, grants), "session", secret_hash, end, csrf, grants, person, is_first)


def _subject(row: Any, grants: Grants) -> Subject:
    return Subject(row["user_id"], row["name"], grants.permissions, grants.scope, grants.elsewhere)


def _token_end(row: Any, secret_hash: bytes) -> datetime | None:
    """The secret before a rotation ends earlier than the token."""
    return row["expires_at"] if row["secret_hash"] == secret_hash else row["previous_until"]


class SignedSubjects:
    """Signed subjects for the services, each used again until it has half a minute left."""

    def __init__(self, signer: SubjectSigner) -> None:
        self._signer = signer
        self._signed: dict[Subject, tuple[float, bytes]] = {}

    def of(self, subject: Subject, now_s: float | None = None) -> bytes:
        now = time.time() if now_s is None else now_s
        known = self._signed.get(subject)
        if known is not None and known[0] > now:
            return known[1]
        if len(self._signed) >= REMEMBERED:
            self._signed.clear()
        signed = self._signer.sign(subject, now).encode()
        self._signed[subject] = (now + LIFETIME_S - RESIGN_BEFORE_S, signed)
        return signed
