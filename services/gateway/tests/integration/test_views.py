"""Saved views: the own pages, under names."""

import asyncio

import pytest

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.gateway.repository import users
from fincc.gateway.repository import views as stored_views
from fincc.gateway.usecases import views

VIEWS = "/api/gateway/v1/views"
VIEW = {"name": "My month", "page": "/cost/teams", "query": "range=mtd&f=RegionId:in:eu-west-1"}


@pytest.fixture
async def stranger(gateway, database: Database, clock: FrozenClock) -> str:
    """The id of a view of somebody else."""
    async with database.write() as session:
        await users.insert_user_once(session, "usr_2", "grace", "no hash")
    return (await views.save_view(database, clock, "usr_2", "My month", "/cost/teams", "")).id


async def names(browser) -> list[str]:
    return [v["name"] for v in (await browser.get(VIEWS)).json()["items"]]


async def test_a_saved_view_is_found_again_as_it_was(browser, clock: FrozenClock):
    answer = await browser.post(VIEWS, json={**VIEW, "name": "  My month "})
    assert answer.status_code == 201, answer.text
    created_at = clock.now().isoformat().replace("+00:00", "Z")
    assert answer.json() == {**VIEW, "id": answer.json()["id"], "created_at": created_at}
    assert (await browser.get(VIEWS)).json() == {"items": [answer.json()]}


async def test_views_are_listed_by_name(browser):
    for name in ("b", "C", "a"):
        await browser.post(VIEWS, json={**VIEW, "name": name})
    assert await names(browser) == ["a", "b", "C"]


async def test_a_view_is_renamed_and_stays_the_same_view(browser):
    saved = (await browser.post(VIEWS, json=VIEW)).json()
    renamed = {**VIEW, "name": "November"}
    answer = await browser.put(f"{VIEWS}/{saved['id']}", json=renamed)
    assert answer.json() == {**saved, "name": "November"}
    assert (await browser.get(VIEWS)).json()["items"] == [answer.json()]
    assert (await browser.put(f"{VIEWS}/{saved['id']}", json=renamed)).status_code == 200


async def test_another_page_takes_the_place_of_the_one_that_was_saved(browser):
    saved = (await browser.post(VIEWS, json=VIEW)).json()
    elsewhere = {**VIEW, "page": "/cost/explore", "query": "range=90d"}
    answer = await browser.put(f"{VIEWS}/{saved['id']}", json=elsewhere)
    assert answer.json() == {**saved, **elsewhere}
    assert (await browser.get(VIEWS)).json()["items"] == [answer.json()]
    assert (
        await browser.put(f"{VIEWS}/{saved['id']}", json={**VIEW, "page": "//elsewhere.example"})
    ).status_code == 422
    assert (await browser.get(VIEWS)).json()["items"] == [answer.json()]


async def test_a_deletion_is_undone_by_saving_the_view_again(browser):
    saved = (await browser.post(VIEWS, json=VIEW)).json()
    assert (await browser.delete(f"{VIEWS}/{saved['id']}")).status_code == 204
    assert await names(browser) == []
    assert (await browser.delete(f"{VIEWS}/{saved['id']}")).status_code == 404
    assert (await browser.post(VIEWS, json={n: saved[n] for n in VIEW})).status_code == 201
    assert await names(browser) == ["My month"]


async def test_a_name_is_taken_once(browser):
    await browser.post(VIEWS, json=VIEW)
    other = (await browser.post(VIEWS, json={**VIEW, "name": "Other"})).json()
    for answer in (
        await browser.post(VIEWS, json={**VIEW, "page": "/cost/explore"}),
        await browser.put(f"{VIEWS}/{other['id']}", json=VIEW),
    ):
        assert answer.status_code == 409
        assert answer.json()["errors"][0]["field"] == "name"
        assert "choose another name" in answer.json()["detail"]
    assert await names(browser) == ["My month", "Other"]


async def test_of_two_who_save_the_same_name_at_once_one_is_told(browser):
    answers = await asyncio.gather(*(browser.post(VIEWS, json=VIEW) for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]


async def test_there_is_a_limit_that_says_what_to_do(browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "MAX_VIEWS", 2)
    for name in ("one", "two"):
        assert (await browser.post(VIEWS, json={**VIEW, "name": name})).status_code == 201
    answer = await browser.post(VIEWS, json=VIEW)
    assert answer.status_code == 409
    assert "2 saved views" in answer.json()["detail"]
    assert "delete one first" in answer.json()["detail"]


async def test_nobody_sees_or_changes_the_views_of_others(browser, stranger: str, database: Database):
    assert await names(browser) == []
    assert (await browser.put(f"{VIEWS}/{stranger}", json={**VIEW, "name": "Mine"})).status_code == 404
    assert (await browser.delete(f"{VIEWS}/{stranger}")).status_code == 404
    assert (await browser.post(VIEWS, json=VIEW)).status_code == 201
    async with database.read() as session:
        assert [v["name"] for v in await stored_views.list_views(session, "usr_2")] == ["My month"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 81),
        ("page", "https://elsewhere.example"),
        ("page", "//elsewhere.example"),
        ("page", "/"),
        ("page", "/cost/../admin"),
        ("query", "a=1#here"),
        ("query", "a=1?b=2"),
        ("query", "a=1 b"),
        ("query", "x" * 4001),
    ],
)
async def test_a_view_that_is_no_page_of_the_app_is_refused(browser, field: str, value: str):
    answer = await browser.post(VIEWS, json={**VIEW, field: value})
    assert answer.status_code == 422
    assert field in answer.json()["errors"][0]["field"]
    assert await names(browser) == []


async def test_views_need_a_sign_in_and_writes_the_csrf_token(anonymous, browser):
    assert (await anonymous.get(VIEWS)).status_code == 401
    del browser.headers["x-csrf-token"]
    assert (await browser.post(VIEWS, json=VIEW)).status_code == 403
