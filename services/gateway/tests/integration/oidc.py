"""What tests of signing in with a provider share: a provider, the settings for it, and the way there and back."""

from typing import Any

import httpx
import pytest

from fincc.gateway.identity import COOKIE

from .identity_provider import CLIENT_ID, CLIENT_SECRET

API = "/api/gateway/v1"
ANN = {
    "sub": "8d1-ann",
    "preferred_username": "Ann",
    "name": "Ann Example",
    "email": "ann@example.com",
    "email_verified": True,
    "groups": ["finops", "platform"],
}
NOTHING = ["account:write"]
OIDC: dict[str, Any] = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET, "oidc_title": "Example ID"}


def changed(**settings: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("changes", [settings])


async def sign_in(person: httpx.AsyncClient, page: str = "") -> httpx.Response:
    """The answer to the way back from the provider."""
    away = await person.get("/signin/oidc", params={"next": page} if page else {})
    assert away.status_code == 303, away.text
    back = await person.get(away.headers["location"])
    return await person.get(back.headers["location"])


async def assert_refused(person: httpx.AsyncClient, reason: str, status: int = 403) -> None:
    """The way there and back ends with a page that says why, and signed in nobody."""
    answer = await sign_in(person)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert reason in answer.text
    assert COOKIE not in person.cookies
    assert (await person.get(f"{API}/session")).status_code == 401
