"""Signing in with an identity provider (OpenID Connect): what is sent along, and who comes back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIFETIME_S = 600
FIRST_PAGE = "/cost/teams"
MAX_NEXT = 2000
MAX_GROUPS = 5000
MAX_TEXT = 500
_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")
_NOT_A_PAGE = ("/api/", "/signin/", "/sign-in")


class Refused(Exception):
    """The sign-in cannot be finished; the text says why, to the person who tries."""


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way. All of it is in a cookie of the browser that began it; the provider sees only hashes of it.

    `began_s`: seconds since the epoch. `next_page`: where to go afterwards.
    """

    secret: str
    began_s: int
    next_page: str

    @property
    def state(self) -> str:
        return self._derived(b"fincc-state")

    @property
    def nonce(self) -> str:
        return self._derived(b"fincc-nonce")

    @property
    def verifier(self) -> str:
        """Of PKCE (RFC 7636), 43 characters."""
        return self._derived(b"fincc-pkce")

    @property
    def challenge(self) -> str:
        return _base64url(hashlib.sha256(self.verifier.encode()).digest())

    @property
    def cookie(self) -> str:
        return f"{self.secret}.{self.began_s}.{_base64url(self.next_page.encode())}"

    def _derived(self, purpose: bytes) -> str:
        return _base64url(hashlib.blake2b(self.cookie.encode(), digest_size=32, person=purpose).digest())


def attempt_of(cookie: str, state: str, now_s: float) -> Attempt:
    """The attempt that the cookie is about, if the state is its own. Raises Refused."""
    try:
        secret, began, page = cookie.split(".")
        padded = page + "=" * (-len(page) % 4)
        attempt = Attempt(secret, int(began), base64.urlsafe_b64decode(padded).decode())
    except ValueError as error:
        raise Refused("this browser has not begun to sign in, or it took longer than ten minutes") from error
    if not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise Refused("this answer belongs to another sign-in than the one this browser began last")
    if not 0 <= now_s - attempt.began_s <= LIFETIME_S:
        raise Refused("signing in took longer than ten minutes")
    return attempt


def own_page(text: str) -> str:
    """A page of ours to go to; the first page for anything else, such as an address of another host."""
    is_own = len(text) <= MAX_NEXT and _OWN_PATH.fullmatch(text) and not text.startswith(_NOT_A_PAGE)
    return text if is_own else FIRST_PAGE


@dataclass(frozen=True)
class ClaimNames:
    """Which claims say what about a person."""

    user: str
    display_name: str
    email: str
    groups: str


@dataclass(frozen=True)
class Profile:
    """A person as the provider describes them at this sign-in; `external_id` is what never changes."""

    issuer: str
    external_id: str
    user_name: str
    display_name: str | None
    email: str | None
    groups: tuple[str, ...]
    vouched: frozenset[str]
    """Names that nobody but the provider can have given: the user name, and the e-mail address if it was verified."""


def lacks(claims: Mapping[str, Any], names: ClaimNames) -> bool:
    """Whether it is worth asking the provider for more: an ID token need not have everything."""
    return any(name not in claims for name in (names.user, names.display_name, names.email, names.groups))


def profile_of(claims: Mapping[str, Any], names: ClaimNames) -> Profile:
    """Raises Refused when it is not said in which groups the person is, though there are some."""
    email, named = _text(claims.get(names.email)), _text(claims.get(names.user))
    is_verified = claims.get("email_verified") is True  # it speaks of the claim `email`, whichever we show
    vouched = {
        named if names.user not in ("email", names.email) else None,
        _text(claims.get("email")) if is_verified else None,
    }
    return Profile(
        claims["iss"],
        claims["sub"],
        (named or email or _text(claims["sub"]) or "nameless").lower(),
        _text(claims.get(names.display_name)),
        email,
        _groups(claims, names.groups),
        frozenset(name.lower() for name in vouched if name),
    )


def _groups(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    elsewhere = claims.get("_claim_names")
    if name not in claims and ((isinstance(elsewhere, dict) and name in elsewhere) or claims.get("hasgroups")):
        raise Refused(
            "you are in more groups than the identity provider writes into a sign-in, so it named none of them. An "
            "administrator of Entra ID has to choose “Groups assigned to the application” for the groups claim"
        )
    found = claims.get(name) or []
    groups = [found] if isinstance(found, str) else found
    if not isinstance(groups, list) or not all(isinstance(g, str) for g in groups):
        raise Refused(f"the claim {name!r}, which should list groups, is no list of texts")
    if len(groups) > MAX_GROUPS or any(len(g) > MAX_TEXT for g in groups):
        raise Refused(
            f"the claim {name!r} lists more than {MAX_GROUPS} groups, or one of more than {MAX_TEXT} characters"
        )
    return tuple(sorted(set(groups)))


def _text(value: object) -> str | None:
    """A claim people may read: one line, not endless; None for anything that is no text."""
    if not isinstance(value, str):
        return None
    return " ".join("".join(c if c.isprintable() else " " for c in value[:MAX_TEXT]).split()) or None


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class InitialAdmins:
    """Who gets the admin role by a setting: user names, verified e-mail addresses, and groups, written `group:name`."""

    names: frozenset[str]
    groups: frozenset[str]

    @classmethod
    def of(cls, text: str) -> InitialAdmins:
        entries = [entry.strip() for entry in text.split(",") if entry.strip()]
        groups = {e.removeprefix("group:").strip() for e in entries if e.startswith("group:")}
        return cls(frozenset(e.lower() for e in entries if not e.startswith("group:")), frozenset(groups))

    def has(self, profile: Profile) -> bool:
        return not self.names.isdisjoint(profile.vouched)

    def groups_of(self, profile: Profile) -> frozenset[str]:
        return self.groups & set(profile.groups)
