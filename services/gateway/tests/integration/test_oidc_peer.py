"""The same with a provider that others have written; a certified one stands in `tests/e2e/test_company_account.py`."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import oidc_provider_mock
import pytest

from fincc.common.testing.ports import free_port
from fincc.gateway.settings import GatewaySettings

API = "/api/gateway/v1"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def settings(issuer: str, tmp_path: Path) -> GatewaySettings:
    return GatewaySettings(
        app_dir=tmp_path,
        public_url=f"http://127.0.0.1:{free_port()}",
        oidc_issuer=issuer,
        oidc_client_id="fincc",
        oidc_client_secret="any",
    )


async def back_from(person: httpx.AsyncClient, form: dict[str, str]) -> httpx.Response:
    away = await person.get("/signin/oidc")
    async with httpx.AsyncClient(timeout=30) as browser:
        answered = await browser.post(away.headers["location"], data=form)
    return await person.get(answered.headers["location"])


async def test_a_person_signs_in_with_groups_and_signs_out_there_too(person, issuer: str):
    claims = {"preferred_username": "ann", "name": "Ann", "email": "ann@example.com", "groups": ["finops"]}
    async with httpx.AsyncClient(timeout=30) as admin:
        await admin.put(f"{issuer}/users/ann", json=claims)
    assert (await back_from(person, {"sub": "ann"})).status_code == 303
    session = (await person.get(f"{API}/session")).json()
    assert (session["user"]["name"], session["user"]["groups"]) == ("ann", ["finops"])
    out = await person.delete(f"{API}/session", headers={"x-csrf-token": session["csrf_token"]})
    async with httpx.AsyncClient(timeout=30) as browser:
        page = await browser.get(out.json()["continue_at"])
    assert page.status_code in (200, 302, 303), page.text
