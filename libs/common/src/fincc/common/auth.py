"""The signed subject: the gateway says who asks, every service verifies it, every route names its permission."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Depends, Request

from fincc.common.problem import Forbidden, Unauthenticated

HEADER = "x-fincc-subject"
LIFETIME_S = 60
_ISSUER, _AUDIENCE, _ALGORITHM = "fincc-gateway", "fincc-services", "ES256"

PERMISSIONS: dict[str, str] = {
    "costs:read": "See costs, resources and single records",
    "health:read": "See reconciliation, runs, quarantine and dead letters",
    "sources:read": "See sources and their periods",
    "sources:write": "Add, check, schedule, ingest and remove sources",
    "ownership:read": "See hierarchy, catalog, rules and explanations",
    "ownership:write": "Import hierarchy and catalog, publish rules",
    "findings:read": "See untagged resources, tag coverage, policies and clouds",
    "findings:write": "Publish tag policies, exempt and assign findings, add and list clouds",
    "operations:write": "Replay dead letters, rebuild from the archive, rotate keys of secrets",
    "access:read": "See who may see and do what, and why",
    "access:write": "Give and take roles, add users, end sessions and tokens of others",
    "account:write": "Change the own password and API tokens",
    "audit:read": "See the audit record and check that it is whole",
    "views:write": "Name, rename and delete the own saved views of pages",
}
ALL_PERMISSIONS = frozenset(PERMISSIONS)
OWN = frozenset({"account:write", "views:write"})
"""About the own account: they hold or do not, wherever somebody belongs."""
PLACED = frozenset({"costs:read", "ownership:read", "findings:read", "findings:write", "access:read", "access:write"})
"""These can be given for a part of the hierarchy. All others are about the whole installation, and hold there or not."""


Scope = frozenset[str] | None
"""Permitted nodes of the hierarchy, each with all below it; None means everything, also what belongs to no team."""


@dataclass(frozen=True)
class Subject:
    """Who asks, what they may do and where: `permissions` hold in `scope`, but for those that `elsewhere` names."""

    id: str
    name: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    scope: Scope = None
    elsewhere: tuple[tuple[str, Scope], ...] = ()
    address: str | None = None
    """Network address of the client, as the gateway saw it."""

    def within(self, permission: str) -> Subject:
        """The subject as a route of that permission has to see it: `scope` is where the permission holds."""
        return replace(self, scope=dict(self.elsewhere).get(permission, self.scope), elsewhere=())


class SubjectSigner:
    """Signs subjects, with the private key; only the gateway has one."""

    def __init__(self, private_pem: str) -> None:
        self._key = serialization.load_pem_private_key(private_pem.encode(), password=None)

    def sign(self, subject: Subject, now_s: float | None = None) -> str:
        now = int(time.time() if now_s is None else now_s)
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + LIFETIME_S,
            "sub": subject.id,
            "name": subject.name,
            "permissions": sorted(subject.permissions),
            "scope": _nodes(subject.scope),
            "elsewhere": {name: _nodes(scope) for name, scope in subject.elsewhere},
            "address": subject.address,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)  # type: ignore[arg-type]


class SubjectVerifier:
    """Verifies subjects with the public key; a verified token is remembered until it expires."""

    REMEMBER = 1024

    def __init__(self, public_pem: str) -> None:
        self._key = serialization.load_pem_public_key(public_pem.encode())
        self._seen: dict[str, tuple[float, Subject]] = {}

    def verify(self, token: str) -> Subject:
        """Raises Unauthenticated for anything but a fresh token of our gateway."""
        known = self._seen.get(token)
        if known and known[0] > time.time():
            return known[1]
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM], issuer=_ISSUER, audience=_AUDIENCE, leeway=5)  # type: ignore[arg-type]
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the subject of this request is not valid: {error}") from error
        subject = Subject(
            claims["sub"],
            claims["name"],
            frozenset(claims["permissions"]),
            _scope(claims["scope"]),
            tuple((name, _scope(nodes)) for name, nodes in claims["elsewhere"].items()),
            address=claims.get("address"),
        )
        if len(self._seen) >= self.REMEMBER:
            self._seen.clear()
        self._seen[token] = (float(claims["exp"]), subject)
        return subject


def _nodes(scope: Scope) -> list[str] | None:
    return None if scope is None else sorted(scope)


def _scope(nodes: list[str] | None) -> Scope:
    return None if nodes is None else frozenset(nodes)


def new_key_pair() -> tuple[str, str]:
    """(private PEM, public PEM) of a new ES256 key."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return private, public_of(private)


def public_of(private_pem: str) -> str:
    key = serialization.load_pem_private_key(private_pem.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


Identify = Callable[[Request], Awaitable[Subject]]
"""Who asks: `app.state.identify`. Services read the signed subject; the gateway itself reads sessions and tokens."""


def by_signed_subject(verifier: SubjectVerifier) -> Identify:
    """The way of every service behind the gateway."""

    async def identify(request: Request) -> Subject:
        token = request.headers.get(HEADER)
        if not token:
            raise Unauthenticated("this request does not come through the gateway")
        return verifier.verify(token)

    return identify


Place = Literal["own", "everywhere", "none"]


def permission(name: str, place: Place = "own") -> Callable[[Request], Awaitable[Subject]]:
    """The dependency every route names: `subject: Annotated[Subject, Depends(permission("costs:read"))]`.

    A permission of PLACED may hold for a part of the hierarchy only. What the route does about that is its `place`:
    own: it answers and changes only what belongs to `subject.scope`; everywhere: it is about the whole installation,
    so that the permission has to hold everywhere; none: what it answers belongs to nobody.
    """
    if name not in PERMISSIONS:
        raise ValueError(f"no permission {name!r}; add it to PERMISSIONS")
    if name not in PLACED | OWN:
        place = "everywhere"

    # A coroutine, because FastAPI runs plain functions in a thread.
    async def check(request: Request) -> Subject:
        identify: Identify = request.app.state.identify
        subject = await identify(request)
        if name not in subject.permissions:
            raise Forbidden(f"this needs the permission {name!r} ({PERMISSIONS[name]})")
        placed = subject.within(name)
        if place == "everywhere" and placed.scope is not None:
            raise Forbidden(
                f"this is about the whole installation, and you have the permission {name!r} for a part of it only"
            )
        return placed

    check.permission, check.place = name, place  # type: ignore[attr-defined]  # read by `checks_in`
    return check


def checks_in(dependant: Any) -> Iterator[tuple[str, Place]]:
    """(permission, place) of each check of a route, given FastAPI's tree of its dependencies."""
    for dependency in dependant.dependencies:
        name = getattr(dependency.call, "permission", None)
        if name is not None:
            yield name, dependency.call.place
        yield from checks_in(dependency)


def needs(name: str, place: Literal["everywhere", "none"] = "everywhere") -> Any:
    """Shorthand for routes that only need the check and filter nothing: `dependencies=[needs("health:read")]`."""
    return Depends(permission(name, place))


CostReader = Annotated[Subject, Depends(permission("costs:read"))]
