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

from fincc.common.jwks import KeysUnavailable, PublishedKeys, choose, jwk_of, key_set, keys_of, split_pems
from fincc.common.permissions import ALL_PERMISSIONS as ALL_PERMISSIONS
from fincc.common.permissions import OWN, PERMISSIONS, PLACED, Scope
from fincc.common.problem import Forbidden, NotReady, Unauthenticated

HEADER = "x-fincc-subject"
LIFETIME_S = 60
_ISSUER, _AUDIENCE, _ALGORITHM = "fincc-gateway", "fincc-services", "ES256"


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
        self.public_pem = public_of(private_pem)
        self._headers = {"kid": jwk_of(self.public_pem)["kid"]}

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
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers=self._headers)  # type: ignore[arg-type]


class SubjectVerifier:
    """Verifies subjects with public keys: given ones (PEM after PEM), or those that the gateway publishes.

    A verified token is remembered until it expires.
    """

    REMEMBER = 1024

    def __init__(self, public_pems: str = "", published: PublishedKeys | None = None) -> None:
        self._given = keys_of(key_set(split_pems(public_pems)))
        self._published = published
        self._seen: dict[str, tuple[float, Subject]] = {}

    async def check(self, token: str) -> Subject:
        """As `verify`, but looks first whether the gateway publishes a key that is not known yet. Raises NotReady, too."""
        if self._published is not None and token not in self._seen:
            try:
                await self._published.find(_key_id(token))
            except KeysUnavailable as error:
                raise NotReady(f"the gateway's public keys cannot be had: {error}") from error
        return self.verify(token)

    def verify(self, token: str) -> Subject:
        """Raises Unauthenticated for anything but a fresh token of our gateway, signed with a key known by now."""
        known = self._seen.get(token)
        if known and known[0] > time.time():
            return known[1]
        key = choose(self._given if self._published is None else self._published.known, _key_id(token))
        if key is None:
            raise Unauthenticated("the subject of this request is signed with a key that is not known here")
        try:
            subject, end = self._read(token, key)
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the subject of this request is not valid: {error}") from error
        except KeyError as error:
            raise Unauthenticated(f"the subject of this request lacks the claim {error}") from error
        if len(self._seen) >= self.REMEMBER:
            self._seen.clear()
        self._seen[token] = (end, subject)
        return subject

    @staticmethod
    def _read(token: str, key: jwt.PyJWK) -> tuple[Subject, float]:
        """The subject and when it ends. Raises jwt.PyJWTError, or KeyError for a claim that is missing."""
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            leeway=5,
            options={"require": ["exp", "iat"]},
        )
        subject = Subject(
            claims["sub"],
            claims["name"],
            frozenset(claims["permissions"]),
            _scope(claims["scope"]),
            tuple((name, _scope(nodes)) for name, nodes in claims["elsewhere"].items()),
            address=claims.get("address"),
        )
        return subject, float(claims["exp"])


def _key_id(token: str) -> str | None:
    try:
        return jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError as error:
        raise Unauthenticated(f"the subject of this request is not valid: {error}") from error


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
        return await verifier.check(token)

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
