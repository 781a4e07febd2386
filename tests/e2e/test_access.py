"""Who sees what: roles at places, on the command line and in a real browser, and tokens that do less."""

from __future__ import annotations

import subprocess
from contextlib import closing
from decimal import Decimal
from typing import Any

import httpx
import pytest

from .browser import Browser
from .conftest import Bill, bring
from .harness import FINCC, OneProcess, Platform
from .people import PASSWORD, change_password, hierarchy_is_known


def costs(url: str, headers: dict[str, str]) -> dict[str, Any]:
    answer = httpx.get(f"{url}/api/cockpit/v1/cost-by-team", params={"days": 90}, headers=headers, timeout=60)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


@pytest.fixture(scope="module")
def with_bill(platform: Platform, few: Bill) -> Platform:
    bring(platform, few)
    return platform


def test_a_user_with_a_role_at_a_unit_sees_that_unit_and_a_token_never_more(with_bill: Platform) -> None:
    platform = with_bill
    everything = costs(platform.url, {"Authorization": f"Bearer {platform.token}"})
    unit, other = everything["units"][0], everything["units"][1]
    hierarchy_is_known(platform, unit["id"])
    added = platform.ok("user", "add", "grace", "--json").json()
    with closing(platform.signed_in("grace", added["password"])) as client:
        change_password(client, added["password"])
    assert platform.fincc("access", "explain", "grace", "costs:read", "--node", unit["id"]).code == 1
    platform.ok("access", "grant", "viewer", "--user", "grace", "--node", unit["id"])
    told = platform.ok("access", "explain", "grace", "costs:read", "--node", unit["id"])
    assert told.out.startswith("yes: grace")

    token = made_by_grace(platform, "create", "hers", "--permission", "costs:read", "--node", unit["id"])
    hers = costs(platform.url, {"Authorization": f"Bearer {token}"})
    assert {t["business_unit_id"] for t in hers["teams"] if t["team_id"]} == {unit["id"]}
    assert Decimal(hers["total"]["amount"]) == Decimal(unit["cost"]["amount"])
    refused = platform_as_grace(platform, "create", "more", "--node", other["id"])
    assert refused.returncode == 2
    assert f"there is no node '{other['id']}' at which you may do anything" in refused.stderr

    rotated = made_by_grace(platform, "rotate", "hers", "--overlap-hours", "1")
    for secret in (token, rotated):
        assert costs(platform.url, {"Authorization": f"Bearer {secret}"})["total"] == hers["total"]
    platform.ok("user", "disable", "grace")
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        costs(platform.url, {"Authorization": f"Bearer {rotated}"})
    platform.ok("user", "enable", "grace")
    platform.ok("access", "revoke", "viewer", "--user", "grace", "--node", unit["id"])
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        costs(platform.url, {"Authorization": f"Bearer {rotated}"})


def platform_as_grace(platform: Platform, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **platform.environment(),
        "FINCC_URL": platform.url,
        "FINCC_USER": "grace",
        "FINCC_PASSWORD": PASSWORD,
    }
    return subprocess.run(
        [FINCC, "token", *args], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def made_by_grace(platform: Platform, *args: str) -> str:
    done = platform_as_grace(platform, *args)
    assert done.returncode == 0, done.stderr + platform.tail()
    return done.stdout.strip()


def test_in_the_app_a_new_user_with_one_unit_signs_in_and_sees_that_unit_only(
    browser: Browser, few: Bill, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with OneProcess(tmp_path_factory.mktemp("access")) as platform:
        bring(platform, few)
        unit = costs(platform.url, {"Authorization": f"Bearer {platform.token}"})["units"][0]
        hierarchy_is_known(platform, unit["id"])
        assert browser.walk(platform, "e2e/access.spec.ts", FINCC_E2E_UNIT=unit["name"]) == 1
