"""The history of runs, page by page and as a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from fincc.common.auth import ALL_PERMISSIONS
from fincc.common.clock import FrozenClock
from fincc.ingestion.api import runs as run_routes
from fincc.ingestion.repository import runs, sources
from fincc.ingestion.usecases.context import Context

from .asking import Asker

RUNS = "/api/ingestion/v1/runs"


async def get(asker: Asker, permissions: frozenset[str] = ALL_PERMISSIONS, **params: Any) -> httpx.Response:
    return await asker.send("GET", RUNS, permissions=permissions, params=params)


async def pages(asker: Asker, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await get(asker, limit=limit, **cursor)).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


@pytest.fixture
async def history(context: Context, clock: FrozenClock) -> None:
    """Nine runs, three at each of three instants, of two sources; one of them was refused."""
    async with context.database.write() as session:
        for name in ("aws", "=cmd"):
            await sources.insert(session, f"src_{name}", "paper", name, "paper", {})
        for n in range(9):
            now = clock.now() + timedelta(minutes=n // 3)
            source = "src_aws" if n % 3 else "src_=cmd"
            await runs.start(session, f"run_{n}", None, source, "2026-11", f"t{n}", 1, 100, now)
        counts, billed = {"rows_read": 12, "rows_quarantined": 2}, {"USD": "12.50", "EUR": "-3"}
        reason, finished_at = "-1 lines, says the manifest", clock.now() + timedelta(hours=1)
        await runs.finish(session, "run_4", "refused", reason, counts, billed, {}, finished_at)


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


async def test_pages_lose_no_run_of_those_that_started_together(asker: Asker, history: None) -> None:
    whole = [r["id"] for r in await pages(asker, 100)]
    assert sorted(whole) == [f"run_{n}" for n in range(9)]
    assert [r["id"] for r in await pages(asker, 2)] == whole


async def test_the_file_of_runs_is_the_list_of_runs(
    asker: Asker, history: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_routes, "CSV_PAGE", 2)
    listed = await pages(asker, 100)
    found = table(await get(asker, format="csv", limit=1))
    assert list(found[0]) == list(listed[0])
    guarded = [{**r, "source": f"'{r['source']}" if r["source"] == "=cmd" else r["source"]} for r in listed]
    for run in guarded:
        run["reason"] = f"'{run['reason']}" if run["reason"] else None
    assert found == [{k: cell(v) for k, v in run.items()} for run in guarded]


async def test_the_file_has_the_filter_of_the_list(asker: Asker, history: None) -> None:
    questions: list[dict[str, Any]] = [{"source": "aws"}, {"state": "refused"}, {"source": "=cmd", "state": "refused"}]
    for question in questions:
        listed = (await get(asker, limit=100, **question)).json()["items"]
        assert [r["id"] for r in table(await get(asker, format="csv", **question))] == [r["id"] for r in listed]


async def test_the_file_of_runs_needs_the_permission_of_the_list(asker: Asker, history: None) -> None:
    others = ALL_PERMISSIONS - {"health:read"}
    assert (await get(asker, others, format="csv")).status_code == (await get(asker, others)).status_code == 403


@pytest.mark.parametrize("cursor", ["", "yesterday", "2026-11-24T12:00:00+00:00", "2026-11-24T12:00:00~run_1"])
async def test_a_cursor_that_we_did_not_give_is_refused(asker: Asker, cursor: str) -> None:
    answer = await get(asker, cursor=cursor)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"
