"""Public keys as JSON Web Key Sets (RFC 7517): written for others, and read from where others publish theirs."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from fincc.common.fetch import FetchFailed, fetch_json, open_client

log = logging.getLogger(__name__)

AGAIN_AFTER_S = 5.0
LIFETIME_S = 300.0
MAX_KEYS = 100
_END = "-----END PUBLIC KEY-----"


def jwk_of(public_pem: str) -> dict[str, str]:
    """The P-256 key as a JWK, `kid` being its thumbprint (RFC 7638). Raises ValueError."""
    key = load_pem_public_key(public_pem.encode())
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not the public half of an ES256 key; `fincc keys` makes a pair")
    numbers = key.public_numbers()
    members = {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
    return {**members, "kid": thumbprint(members), "use": "sig", "alg": "ES256"}


def thumbprint(members: Mapping[str, str]) -> str:
    """RFC 7638 of the members a key of its type must have."""
    canonical = orjson.dumps(dict(sorted(members.items())))
    return _base64url(hashlib.sha256(canonical).digest())


def split_pems(text: str) -> list[str]:
    """The public keys of a text that holds one PEM after another."""
    return [f"{part.strip()}\n{_END}\n" for part in text.split(_END) if part.strip()]


def keys_of(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Key id → key of a key set; what is no public signing key that we understand is left out.

    A key without an id has the id "". Raises ValueError for what is no key set.
    """
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise ValueError("a key set has a list named `keys`")
    found: dict[str, jwt.PyJWK] = {}
    for entry in entries[:MAX_KEYS]:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
            continue
        try:
            found.setdefault(str(entry.get("kid") or ""), jwt.PyJWK(entry))
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
    return found


class KeysUnavailable(Exception):
    """A key is not known from before, and whether it is published could not be found out."""


class PublishedKeys:
    """Keys as somebody publishes them: fetched when first needed, when they are old, and for a key id not yet seen.

    Fetched at most once every `again_after_s`, however many ask. When that fails the last good ones stay.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Mapping[str, Any]]],
        again_after_s: float = AGAIN_AFTER_S,
        lifetime_s: float = LIFETIME_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch, self._again_after_s, self._lifetime_s, self._now_s = fetch, again_after_s, lifetime_s, now_s
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = asyncio.Lock()
        self._failure = ""
        self.known: dict[str, jwt.PyJWK] = {}

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of that id; without an id the only key there is. Raises KeysUnavailable."""
        if self._now_s() - self._fetched_at >= self._lifetime_s or choose(self.known, kid) is None:
            await self._refresh(kid)
        key = choose(self.known, kid)
        if key is None and self._failure:
            raise KeysUnavailable(self._failure)
        return key

    async def _refresh(self, kid: str | None) -> None:
        async with self._lock:
            now = self._now_s()
            is_fresh = now - self._fetched_at < self._lifetime_s and choose(self.known, kid) is not None
            if is_fresh or now - self._tried_at < self._again_after_s:
                return
            self._tried_at, self._failure = now, "the request that fetched them was given up"
            try:
                self.known = keys_of(await self._fetch())
            except (FetchFailed, ValueError) as error:
                self._failure = str(error)
                log.warning("public keys could not be fetched", extra={"reason": self._failure})
                return
            self._fetched_at, self._failure = now, ""


def fetched_from(url: str, timeout_s: float = 3.0) -> Callable[[], Awaitable[Mapping[str, Any]]]:
    """Fetches the key set at `url`. Raises FetchFailed."""

    async def fetch() -> Mapping[str, Any]:
        async with open_client() as client:
            status, document = await fetch_json(client, url, timeout_s)
        if status != 200:
            raise FetchFailed(f"{url} answered {status}")
        return document

    return fetch


def choose(keys: Mapping[str, jwt.PyJWK], kid: str | None) -> jwt.PyJWK | None:
    """The key of that id; without an id the only key there is."""
    if kid is not None:
        return keys.get(kid)
    return next(iter(keys.values())) if len(keys) == 1 else None


def key_set(public_pems: Iterable[str]) -> dict[str, Any]:
    """The document to publish: each key once, in this order. Raises ValueError."""
    by_id = {jwk["kid"]: jwk for jwk in map(jwk_of, public_pems)}
    return {"keys": list(by_id.values())}


def _coordinate(number: int) -> str:
    return _base64url(number.to_bytes(32))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
