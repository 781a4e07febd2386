"""The headers that protect each kind of page, and the published keys."""

from pathlib import Path

import jwt
import pytest

from fincc.common.auth import Subject, SubjectVerifier, new_key_pair
from fincc.common.jwks import PublishedKeys, fetched_from
from fincc.gateway.settings import GatewaySettings

from ..conftest import StartGateway

PAGES = {"app": ("/cost/teams", 200), "link": ("/signin/once", 410), "sign-in": ("/signin/oidc", 502)}
PAGES["back"] = ("/signin/oidc/callback?code=x&state=y", 403)
ANSWERS = {**PAGES, "API": ("/api/gateway/v1/sign-in", 200), "refusal": ("/api/gateway/v1/session", 401)}


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "index.html").write_text("<!doctype html><script>start()</script>")
    return GatewaySettings(
        public_url="https://costs.example.com", oidc_issuer="https://127.0.0.1:1", oidc_client_id="x", app_dir=dist
    )


@pytest.mark.parametrize("kind", PAGES)
async def test_a_page_may_load_and_run_only_what_is_ours(anonymous, kind: str):
    path, status = PAGES[kind]
    answer = await anonymous.get(path)
    assert answer.status_code == status, answer.text
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    scripts = policy["script-src"].split()
    assert scripts[0] == "'self'"
    assert all(s.startswith("'sha256-") for s in scripts[1:])
    assert len(scripts) == (2 if kind == "app" else 1)
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'"
    assert policy["form-action"] == "'self'"


@pytest.mark.parametrize("kind", ANSWERS)
async def test_every_answer_has_the_headers_that_protect(anonymous, kind: str):
    headers = (await anonymous.get(ANSWERS[kind][0])).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("settings", [GatewaySettings(app_dir=Path("none"))])
async def test_browsers_are_not_bound_to_https_where_there_is_none(anonymous):
    assert "strict-transport-security" not in (await anonymous.get("/")).headers


async def test_services_find_the_key_that_signs_and_the_one_before(start_gateway: StartGateway, signer):
    before = new_key_pair()
    gateway = await start_gateway(public_key=before[1])
    address = f"{gateway.url}/.well-known/jwks.json"
    keys = await fetched_from(address)()
    assert next(k["kid"] for k in keys["keys"]) == jwt.get_unverified_header(signer.sign(Subject("a", "b")))["kid"]
    assert len(keys["keys"]) == 2
    assert all("d" not in key for key in keys["keys"])
    service = SubjectVerifier(published=PublishedKeys(fetched_from(address)))
    assert await service.check(signer.sign(Subject("usr_1", "Ann"))) == Subject("usr_1", "Ann")
