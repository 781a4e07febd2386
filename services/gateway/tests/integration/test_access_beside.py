"""Whoever has a role at a unit is told nothing of the units beside it, by no answer and no refusal."""

import httpx
import pytest

from .test_access import ACCESS, BINDINGS, give

NEVER_WAS = "never-was"


@pytest.fixture
async def lead(browser: httpx.AsyncClient, member: httpx.AsyncClient, hierarchy: None) -> httpx.AsyncClient:
    """Grace, who may give roles at Unit A and below."""
    await give(browser, user="grace", role="admin", node="bu-a")
    return member


def without_trace(answer: httpx.Response) -> str:
    return str({name: value for name, value in answer.json().items() if name != "trace_id"})


@pytest.mark.parametrize("node", ["bu-b", "team-b1"])
@pytest.mark.parametrize("path", ["bindings", "explanation"])
async def test_a_node_beside_the_own_place_is_as_unknown_as_one_that_never_was(lead, path: str, node: str):
    asked = {"user": "grace", "permission": "costs:read"} if path == "explanation" else {}
    beside, never = [await lead.get(f"{ACCESS}/{path}", params={**asked, "node": n}) for n in (node, NEVER_WAS)]
    assert (beside.status_code, beside.text.count("Unit B"), beside.text.count("Team B1")) == (422, 0, 0)
    assert without_trace(beside) == without_trace(never).replace(NEVER_WAS, node)


async def test_a_mistyped_node_is_answered_with_those_of_the_own_place_alone(lead):
    for answer in (
        await lead.get(BINDINGS, params={"node": NEVER_WAS}),
        await give(lead, user="grace", role="viewer", node=NEVER_WAS),
    ):
        assert answer.status_code == 422
        assert "bg, bu-a, team-a1, team-a2;" in answer.json()["detail"]


async def test_roles_are_given_at_no_node_beside_the_own_place(lead):
    beside, never = [await give(lead, user="grace", role="viewer", node=node) for node in ("bu-b", NEVER_WAS)]
    assert beside.status_code == never.status_code == 422
    assert beside.json()["detail"] == never.json()["detail"].replace(NEVER_WAS, "bu-b")


async def test_a_role_beside_the_own_place_is_as_unknown_as_one_that_never_was(browser, lead):
    for node in ("bu-b", None):
        given = (await give(browser, group="others", role="viewer", node=node)).json()
        beside, never = [await lead.delete(f"{BINDINGS}/{id_}") for id_ in (given["id"], NEVER_WAS)]
        assert beside.status_code == never.status_code == 404
        assert beside.json()["detail"] == never.json()["detail"].replace(NEVER_WAS, given["id"])
        assert (await browser.delete(f"{BINDINGS}/{given['id']}")).status_code == 204


async def test_an_explanation_is_silent_about_roles_beside_the_own_place(browser, lead):
    await browser.post("/api/gateway/v1/users", json={"name": "alan"})
    asked = {"user": "alan", "permission": "costs:read", "node": "team-a1"}
    without = (await lead.get(f"{ACCESS}/explanation", params=asked)).json()
    await give(browser, user="alan", role="viewer", node="bu-b")
    answer = await lead.get(f"{ACCESS}/explanation", params=asked)
    assert answer.json() == without
    assert "places that you may not see are left out" in without["missing"][-1]
    told = (await browser.get(f"{ACCESS}/explanation", params=asked)).json()
    assert told["missing"] == [
        "viewer at Unit B (bu-b), as an own role, does not reach Team A1 (team-a1), which is not below it"
    ]
    await give(browser, user="alan", role="viewer")
    assert (await lead.get(f"{ACCESS}/explanation", params=asked)).json()["allowed"]
