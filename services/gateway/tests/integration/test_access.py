"""Giving and taking roles, by whom, and why somebody may do something."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from ..conftest import NODES, sign_in_as

ACCESS, SESSION, USERS = "/api/gateway/v1/access", "/api/gateway/v1/session", "/api/gateway/v1/users"
BINDINGS = f"{ACCESS}/bindings"


async def give(client: httpx.AsyncClient, **body: str | None) -> httpx.Response:
    return await client.post(BINDINGS, json=body)


async def permissions(client: httpx.AsyncClient) -> set[str]:
    return set((await client.get(SESSION)).json()["permissions"])


async def explained(client: httpx.AsyncClient, **asked: str) -> dict:
    answer = await client.get(f"{ACCESS}/explanation", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_roles_say_what_they_allow_and_what_holds_at_no_node(browser):
    roles = {r["name"]: r for r in (await browser.get(f"{ACCESS}/roles")).json()["items"]}
    engineer = {p["name"]: p["at_nodes"] for p in roles["engineer"]["permissions"]}
    assert engineer["costs:read"]
    assert not engineer["health:read"]


async def test_a_role_counts_at_once_and_ends_at_once(browser, member, hierarchy):
    assert await permissions(member) == {"account:write"}
    given = await give(browser, user="grace", role="viewer", node="bu-a")
    assert given.status_code == 201
    assert given.json()["node"] == {"id": "bu-a", "name": "Unit A", "path": ["Group", "Unit A"]}
    assert given.json()["created_by"] == "admin"
    assert "costs:read" in await permissions(member)
    assert (await browser.delete(f"{BINDINGS}/{given.json()['id']}")).status_code == 204
    assert await permissions(member) == {"account:write"}


async def test_a_role_of_a_group_holds_for_who_is_in_it(browser, member, hierarchy, database):
    await give(browser, group="finance-people", role="finance", node=None)
    assert "sources:read" not in await permissions(member)
    await put_in_group(database, "grace", "finance-people")
    explanation = await explained(browser, user="grace", permission="sources:read")
    assert [(g["group"], g["role"]["name"], g["node"]) for g in explanation["given_by"]] == [
        ("finance-people", "finance", None)
    ]


async def put_in_group(database, name: str, group: str) -> None:
    async with database.write() as session:
        await session.execute(
            text("update users set groups = array[:group] where name = :name"), {"group": group, "name": name}
        )


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({"user": "grace", "role": "emperor"}, "role", "viewer, engineer"),
        ({"user": "grace", "role": "viewer", "node": "bu-x"}, "node", "bu-a"),
        ({"user": "nobody", "role": "viewer"}, "user", "the list of users"),
    ],
)
async def test_what_is_not_there_is_named_with_what_was_expected(browser, member, hierarchy, body, field, expected):
    answer = await browser.post(BINDINGS, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert expected in answer.json()["detail"]


@pytest.mark.parametrize("body", [{"role": "viewer"}, {"user": "a", "group": "b", "role": "viewer"}])
async def test_a_role_is_for_one_user_or_one_group(browser, body):
    answer = await browser.post(BINDINGS, json=body)
    assert (answer.status_code, "either a user or a group" in answer.json()["detail"]) == (422, True)


async def test_the_same_role_is_not_given_twice(browser, member, hierarchy):
    await give(browser, user="grace", role="viewer", node="bu-a")
    again = await give(browser, user="grace", role="viewer", node="bu-a")
    assert (again.status_code, "Unit A (bu-a) already" in again.json()["detail"]) == (409, True)


async def test_the_same_role_given_at_once_is_given_once(browser, member, hierarchy):
    answers = await asyncio.gather(*(give(browser, user="grace", role="viewer", node="bu-a") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]


async def test_a_role_that_is_taken_as_soon_as_it_was_given_was_given(browser, gateway, member, hierarchy, database):
    """Taken by somebody else before the answer is written."""

    async def take_it() -> int:
        async with database.write() as session:
            return (await session.execute(text("delete from bindings where role = 'viewer'"))).rowcount

    for _ in range(10):
        taking = asyncio.gather(*(take_it() for _ in range(5)))
        given = await give(browser, user="grace", role="viewer", node="bu-a")
        await taking
        assert given.status_code == 201, given.text
        await take_it()


async def test_who_gives_roles_at_a_node_gives_them_there_and_below_alone(browser, member, hierarchy):
    await browser.post(USERS, json={"name": "alan"})
    await give(browser, user="grace", role="admin", node="bu-a")
    assert (await give(member, user="alan", role="team_lead", node="team-a1")).status_code == 201
    for node in ("bg", None):
        refused = await give(member, user="alan", role="viewer", node=node)
        assert (refused.status_code, "you may give and take roles at Unit A (bu-a)" in refused.text) == (403, True)


async def test_nobody_gives_a_role_that_is_stronger_than_the_own(browser, gateway, member, hierarchy):
    """A token may hold the permission to give roles and nothing else."""
    body = {"name": "giver", "permissions": ["access:write", "costs:read", "ownership:read", "findings:read"]}
    token = (await browser.post("/api/gateway/v1/tokens", json=body)).json()["token"]
    async with httpx.AsyncClient(base_url=gateway.url, headers={"authorization": f"Bearer {token}"}) as giver:
        assert (await give(giver, user="grace", role="viewer")).status_code == 201
        refused = await give(giver, user="grace", role="admin")
        reset = await giver.post(f"{USERS}/admin/password")
    assert refused.status_code == reset.status_code == 403
    assert "sources:write" in refused.json()["detail"]


async def test_who_sees_a_node_sees_the_roles_there_alone(browser, member, hierarchy):
    await give(browser, user="grace", role="team_lead", node="bu-a")
    await give(browser, group="people-of-b", role="viewer", node="bu-b")
    answer = (await member.get(BINDINGS)).json()
    assert [(b["principal"]["name"], b["node"]["id"]) for b in answer["items"]] == [("grace", "bu-a")]
    assert answer["hidden"] == 2
    assert "you may give" in answer["items"][0]["why_not_remove"]
    everybody = (await member.get(USERS)).json()["items"]
    assert [(u["name"], u["sessions"]) for u in everybody] == [("admin", None), ("grace", None)]
    hidden = await member.get(f"{ACCESS}/explanation", params={"user": "admin", "permission": "costs:read"})
    assert hidden.status_code == 403


async def test_the_roles_that_hold_at_a_node_are_those_above_it_too(browser, member, hierarchy):
    await give(browser, user="grace", role="viewer", node="bu-a")
    await give(browser, user="grace", role="viewer", node="team-b1")
    answer = (await browser.get(BINDINGS, params={"node": "team-a1"})).json()
    assert [(b["principal"]["name"], b["node"] and b["node"]["id"]) for b in answer["items"]] == [
        ("admin", None),
        ("grace", "bu-a"),
    ]


async def test_the_last_admin_of_everything_stays(browser, member):
    (binding,) = (await browser.get(BINDINGS, params={"user": "admin"})).json()["items"]
    refused = await browser.delete(f"{BINDINGS}/{binding['id']}")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fincc:problem:last-admin")
    await give(browser, user="grace", role="admin")
    await browser.patch(f"{USERS}/grace", json={"is_disabled": True})
    assert (await browser.delete(f"{BINDINGS}/{binding['id']}")).status_code == 409
    await browser.patch(f"{USERS}/grace", json={"is_disabled": False})
    assert (await browser.delete(f"{BINDINGS}/{binding['id']}")).status_code == 204


async def test_other_roles_can_be_taken_where_nobody_is_admin_of_everything(browser, member, hierarchy, database):
    """The last one can leave by leaving a group at the identity provider."""
    await give(browser, user="grace", role="admin", node="bu-a")
    given = (await give(browser, group="people", role="viewer", node="team-a1")).json()
    async with database.write() as session:
        await session.execute(text("delete from bindings where node is null"))
    assert (await member.delete(f"{BINDINGS}/{given['id']}")).status_code == 204


async def test_a_group_without_people_is_no_admin(browser, member, database):
    (binding,) = (await browser.get(BINDINGS, params={"user": "admin"})).json()["items"]
    await give(browser, group="platform", role="admin")
    assert (await browser.delete(f"{BINDINGS}/{binding['id']}")).status_code == 409
    await put_in_group(database, "grace", "platform")
    assert (await browser.delete(f"{BINDINGS}/{binding['id']}")).status_code == 204


async def test_a_role_at_a_node_that_has_left_is_kept_and_gives_nothing(browser, gateway, member, hierarchy):
    await give(browser, user="grace", role="viewer", node="team-a1")
    await gateway.receive([n for n in NODES if n["id"] != "team-a1"], 2)
    assert await permissions(member) == {"account:write"}
    (binding,) = (await browser.get(BINDINGS, params={"user": "grace"})).json()["items"]
    assert binding["gives"] == []
    assert binding["node"]["path"] == []
    assert "is not in the hierarchy of" in binding["note"]
    explanation = await explained(browser, user="grace", permission="costs:read", node="bu-a")
    assert "the hierarchy has no node 'team-a1' today" in explanation["missing"][0]
    await gateway.receive(NODES, 3)
    assert "costs:read" in await permissions(member)


async def test_why_somebody_sees_a_node_is_told_down_the_tree(browser, member, hierarchy):
    await give(browser, user="grace", role="viewer", node="bg")
    answer = await explained(browser, user="grace", permission="costs:read", node="team-a1")
    assert answer["allowed"]
    assert [(g["role"]["title"], g["way"]) for g in answer["given_by"]] == [("Viewer", ["Group", "Unit A", "Team A1"])]


async def test_why_somebody_does_not_see_a_node_says_what_is_missing(browser, member, hierarchy):
    nothing = await explained(browser, user="grace", permission="costs:read", node="bu-a")
    assert (nothing["allowed"], nothing["missing"][0]) == (
        False,
        "grace has no role, neither an own one nor by a group",
    )
    await give(browser, user="grace", role="engineer", node="bu-b")
    beside = await explained(browser, user="grace", permission="costs:read", node="bu-a")
    assert beside["missing"] == [
        "engineer at Unit B (bu-b), as an own role, does not reach Unit A (bu-a), which is not below it"
    ]
    whole = await explained(browser, user="grace", permission="health:read", node="bu-b")
    assert "is about the whole" in whole["missing"][0]


async def test_an_explanation_agrees_with_what_is_allowed(browser, gateway, member, hierarchy):
    """For every permission at every node, against the subject the services get."""
    await give(browser, user="grace", role="team_lead", node="bu-a")
    await give(browser, user="grace", role="viewer", node="team-b1")
    token = (await member.post("/api/gateway/v1/tokens", json={"name": "mine"})).json()["token"]
    subject = (await gateway.identify(token)).subject
    paths = {"bu-a": ("bg", "bu-a"), "team-a1": ("bg", "bu-a", "team-a1"), "team-b1": ("bg", "bu-b", "team-b1")}
    for permission in ("costs:read", "findings:write", "access:read", "health:read", "account:write"):
        for node, path in paths.items():
            scope = subject.within(permission).scope
            holds = permission in subject.permissions and (scope is None or bool(scope & set(path)))
            assert (await explained(browser, user="grace", permission=permission, node=node))["allowed"] is holds


async def test_who_may_not_see_access_is_told_the_permission(member):
    refused = await member.get(BINDINGS)
    assert (refused.status_code, "access:read" in refused.json()["detail"]) == (403, True)


async def test_a_document_that_cannot_be_read_leaves_the_hierarchy_as_it_was(browser, gateway, member, hierarchy):
    await give(browser, user="grace", role="viewer", node="bu-a")
    await gateway.receive([{"id": "bu-a", "name": "A", "type": "galaxy"}], 2)
    assert "costs:read" in await permissions(member)


async def test_another_gateway_finds_the_hierarchy_that_this_one_received(start_gateway, gateway, hierarchy, browser):
    other = await start_gateway()
    async with httpx.AsyncClient(base_url=other.url) as client:
        await sign_in_as(client, "admin", gateway.password)
        given = await give(client, group="people", role="viewer", node="bu-a")
    assert given.json()["node"]["name"] == "Unit A"


async def test_what_was_done_about_access_is_recorded_and_no_password_of_it(browser, member, hierarchy):
    given = (await give(browser, user="grace", role="viewer", node="bu-a")).json()
    await browser.delete(f"{BINDINGS}/{given['id']}")
    password = (await browser.post(f"{USERS}/grace/password")).json()["password"]
    await browser.patch(f"{USERS}/grace", json={"is_disabled": True})
    answer = await browser.get("/api/gateway/v1/audit", params={"service": "gateway", "limit": 4})
    entries = answer.json()["items"][::-1]
    assert [e["action"] for e in entries] == ["role.given", "role.taken", "user.password_reset", "user.disabled"]
    assert {e["subject_name"] for e in entries} == {"admin"}
    role = {"user": given["principal"]["id"], "role": "viewer", "node": "bu-a"}
    assert entries[0]["after"] == entries[1]["before"] == role
    assert password not in answer.text
