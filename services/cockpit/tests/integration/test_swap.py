"""Snapshots become visible whole, once, and newest wins."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import event

from fincc.cockpit.repository import state
from fincc.common.bus.base import Done
from fincc.common.testing.factories import (
    abort_message,
    cost_rows,
    count_message,
    purge_message,
    snapshot_messages,
)


def november(day: int) -> datetime:
    return datetime(2026, 11, day, 13, tzinfo=UTC)


ROWS = cost_rows(
    6,
    BilledCost=["1.10", "2.20", "-0.30", "4", "0.000000000001", "7"],
    ChargePeriodStart=[november(d) for d in (1, 1, 2, 3, 3, 30)],
    ResourceId=["i-1", "i-2", "i-1", None, "i-2", "i-3"],
)
OWNER = {"x_TeamId": ["cards", "cards", "cards", None, "cards", "loans"], "x_AttributionRuleId": "tag-team"}
TOTAL = Decimal("14.000000000001")


async def stored(cockpit):
    rows = await cockpit.sql("select sum(r.billed) as billed from rollup r join snapshots s using (set_id)")
    return rows[0]["billed"]


async def prefix(cockpit):
    rows = await cockpit.sql("select distinct on (team_id) team_id, billed from team_prefix order by team_id, day desc")
    return {r["team_id"]: r["billed"] for r in rows}


async def test_a_sealed_snapshot_is_stored_exactly(cockpit):
    done = await cockpit.deliver(snapshot_messages("src", "2026-11", 1, ROWS, parts=3, owner=OWNER))
    assert done == [Done.HOLD, Done.HOLD, Done.HOLD, Done.COMMIT]
    assert await stored(cockpit) == TOTAL
    assert await prefix(cockpit) == {"": Decimal(4), "cards": Decimal("3.000000000001"), "loans": Decimal(7)}


def shown_rows() -> float:
    labels = {"service": "cockpit", "outcome": "projected"}
    return REGISTRY.get_sample_value("fincc_rows_total", labels) or 0.0


async def test_rows_count_as_shown_once_they_are_and_not_when_the_commit_fails(cockpit, monkeypatch):
    engine, bump = cockpit.resources.database.engine.sync_engine, state.bump

    def refuse(_connection: object) -> None:
        event.remove(engine, "commit", refuse)
        raise ConnectionResetError("the server is gone")

    async def bump_last(*args: Any) -> None:
        monkeypatch.undo()
        await bump(*args)
        event.listen(engine, "commit", refuse)

    monkeypatch.setattr(state, "bump", bump_last)
    before = shown_rows()
    messages = snapshot_messages("src", "2026-11", 1, ROWS, owner=OWNER)
    with pytest.raises(ConnectionResetError):
        await cockpit.deliver(messages)
    assert (await stored(cockpit), shown_rows()) == (None, before)
    await cockpit.deliver(messages[-1:])
    assert (await stored(cockpit), shown_rows()) == (TOTAL, before + 6)


async def test_nothing_is_visible_before_the_seal(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 1, ROWS, parts=3, owner=OWNER)[:-1])
    assert await stored(cockpit) is None


async def test_a_newer_version_replaces_the_older_and_an_older_is_ignored(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 5, ROWS, owner=OWNER))
    more = cost_rows(1, BilledCost="100")
    await cockpit.deliver(snapshot_messages("src", "2026-11", 6, more, owner={"x_TeamId": "cards"}))
    await cockpit.deliver(snapshot_messages("src", "2026-11", 4, ROWS, owner=OWNER))
    assert await stored(cockpit) == 100
    assert await prefix(cockpit) == {"cards": Decimal(100)}


async def test_an_aborted_version_leaves_the_previous_one(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 5, ROWS, owner=OWNER))
    half = snapshot_messages("src", "2026-11", 6, ROWS, parts=2, owner=OWNER)[:1]
    assert await cockpit.deliver([*half, abort_message("src", "2026-11", 6)]) == [Done.HOLD, Done.COMMIT]
    assert await stored(cockpit) == TOTAL
    assert cockpit.resources.objects.list("cockpit/facts/src/2026-11/6") == []


async def test_a_period_that_does_not_count_is_stored_but_not_added(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 5, ROWS, owner=OWNER))
    await cockpit.deliver(snapshot_messages("copy", "2026-11", 5, ROWS, owner=OWNER, counted=False))
    assert sum((await prefix(cockpit)).values()) == TOTAL
    assert await stored(cockpit) == 2 * TOTAL
    await cockpit.deliver([count_message("copy", "2026-11", 5, True)])
    assert sum((await prefix(cockpit)).values()) == 2 * TOTAL
    await cockpit.deliver([count_message("src", "2026-11", 5, False)])
    assert sum((await prefix(cockpit)).values()) == TOTAL


async def test_a_purged_period_is_gone(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 5, ROWS, owner=OWNER))
    await cockpit.deliver([purge_message("src", "2026-11", 6)])
    assert await prefix(cockpit) == {}
    assert await stored(cockpit) is None
    await cockpit.deliver(snapshot_messages("src", "2026-11", 5, ROWS, owner=OWNER))
    assert await prefix(cockpit) == {}


@pytest.mark.parametrize("table", ["rollup", "owner_day", "service_days"])
async def test_a_set_that_cannot_be_filled_leaves_nothing_behind(cockpit, cockpit_dsn, table):
    messages = snapshot_messages("src", "2026-11", 1, ROWS, owner=OWNER)
    await cockpit.deliver(messages[:-1])
    administrator = await asyncpg.connect(cockpit_dsn)
    try:
        column = "billed" if table == "rollup" else "set_id"
        refuse = f"alter table cockpit.{table} add constraint refused check ({column} is null) not valid"
        await administrator.execute(refuse)
        with pytest.raises(Exception, match="refused"):
            await cockpit.deliver(messages[-1:])
    finally:
        await administrator.execute(f"alter table cockpit.{table} drop constraint if exists refused")
        await administrator.close()
    left = "select relname from pg_class where relkind = 'r' and relname like 'rollup\\_%' union select set_id::text from sets"
    assert await cockpit.sql(left) == []
    await cockpit.deliver(messages[-1:])
    assert await stored(cockpit) == TOTAL
