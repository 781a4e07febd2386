"""How often one may ask, and whose address it is that asks."""

from pathlib import Path

import httpx
import pytest

from fincc.gateway.settings import GatewaySettings

from ..conftest import Gateway, StartGateway, sign_in

SESSION = "/api/gateway/v1/session"
FEW_PER_ADDRESS = GatewaySettings(requests_per_s_per_address=0.1, requests_burst_s=30, app_dir=Path("none"))
FEW_PER_TOKEN = GatewaySettings(requests_per_s=0.1, requests_burst_s=30, app_dir=Path("none"))


@pytest.mark.parametrize("settings", [FEW_PER_ADDRESS])
async def test_an_address_that_asks_too_often_is_told_when_to_come_back(anonymous):
    answers = [await anonymous.get("/") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    refusal = answers[-1]
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["type"] == "urn:fincc:problem:too-many-requests"
    assert 1 <= int(refusal.headers["retry-after"]) == refusal.json()["retry_after_s"] <= 10
    assert refusal.headers["x-content-type-options"] == "nosniff"
    assert (await anonymous.get("/healthz")).status_code == 200


@pytest.mark.parametrize("settings", [FEW_PER_TOKEN])
async def test_a_token_that_is_used_too_often_does_not_stop_others_at_its_address(gateway: Gateway, script):
    answers = [await script.get(SESSION) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert "token" in answers[-1].json()["detail"]
    async with httpx.AsyncClient(base_url=gateway.url) as other:
        await sign_in(other, gateway)
        assert (await other.get(SESSION)).status_code == 200


@pytest.mark.parametrize("settings", [FEW_PER_TOKEN])
async def test_a_token_that_is_used_too_often_is_refused_on_the_way_to_services_too(script):
    statuses = [(await script.get("/api/cockpit/v1/cost-by-team")).status_code for _ in range(4)]
    assert statuses == [503, 503, 503, 429]


@pytest.mark.parametrize(
    "settings", [GatewaySettings(requests_per_s=0, requests_per_s_per_address=0, app_dir=Path("none"))]
)
async def test_limits_can_be_switched_off(script):
    assert [(await script.get(SESSION)).status_code for _ in range(5)] == [200] * 5


FORWARDED = {"x-forwarded-for": "203.0.113.9"}


async def address_seen(gateway: Gateway, headers: dict[str, str]) -> str:
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers) as client:
        await sign_in(client, gateway)
        [session] = (await client.get("/api/gateway/v1/sessions")).json()["items"]
        return session["address"]


async def test_where_somebody_claims_to_come_from_is_not_believed(gateway: Gateway):
    assert await address_seen(gateway, FORWARDED) == "127.0.0.1"


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8"])
async def test_a_trusted_proxy_says_where_somebody_comes_from(start_gateway: StartGateway, proxies: str):
    gateway = await start_gateway(trusted_proxies=proxies)
    assert await address_seen(gateway, FORWARDED) == "203.0.113.9"


async def test_only_what_the_trusted_proxy_added_itself_is_believed(start_gateway: StartGateway):
    gateway = await start_gateway(trusted_proxies="127.0.0.1")
    assert await address_seen(gateway, {"x-forwarded-for": "198.51.100.1, 203.0.113.9"}) == "203.0.113.9"


async def test_a_proxy_that_is_not_trusted_is_the_one_who_asks(start_gateway: StartGateway):
    gateway = await start_gateway(trusted_proxies="10.0.0.1")
    assert await address_seen(gateway, FORWARDED) == "127.0.0.1"
