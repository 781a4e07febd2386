"""The service around the numbers: migrations, dead letters, pending deliveries, freshness, currencies, expiry."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from fincc.cockpit import tables
from fincc.common import dead_letters
from fincc.common.auth import HEADER, Subject
from fincc.common.bus.base import Done
from fincc.common.snapshots import ControlMismatch
from fincc.common.testing.factories import (
    abort_message,
    cost_rows,
    count_message,
    ledger_message,
    message,
    snapshot_messages,
)

OWNER = {"x_TeamId": "cards", "x_AttributionRuleId": "r"}


def november(day):
    return datetime(2026, 11, day, tzinfo=UTC)


async def test_the_migrations_make_the_tables_of_the_code(database):
    def differences(connection):
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda o, name, kind, *_: (
                    not (kind == "table" and name.startswith(("alembic", "rollup_", "audit")))
                ),
            },
        )
        found = compare_metadata(context, tables.metadata)
        return [d for d in found if not isinstance(d, list) and d[0] not in ("add_table_comment",)]

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_buried_seal_is_replayed_by_its_own_handler(cockpit):
    messages = snapshot_messages("src", "2026-11", 1, cost_rows(2), parts=2, owner=OWNER)
    bury = dead_letters.writer(cockpit.resources.database)
    await cockpit.deliver(messages[:1])
    with pytest.raises(ControlMismatch) as problem:  # a part is missing
        await cockpit.deliver(messages[-1:])
    await bury(message("enriched-cost", messages[-1]), problem.value)
    (letter,) = (await cockpit.get("dead-letters"))["items"]
    assert (letter["kind"], letter["key"]) == ("cost.seal", "src|2026-11")
    assert "1 of 2 parts are missing" in letter["reason"]
    await cockpit.deliver(messages[:-1])
    headers = {HEADER: cockpit.signer.sign(Subject("u", "U", frozenset({"operations:write"})))}
    path = f"/api/cockpit/v1/dead-letters/{letter['id']}/replay"
    assert (await cockpit.client.post(path, headers=headers)).status_code == 202
    assert (await cockpit.get("dead-letters"))["items"] == []
    assert (await cockpit.get("reconciliation"))["items"][0]["status"] == "complete"


async def test_a_delivery_is_pending_at_the_hop_that_has_not_got_it(cockpit):
    old = snapshot_messages("src", "2026-11", 1, cost_rows(2), owner=OWNER)
    new = snapshot_messages("src", "2026-11", 2, cost_rows(3), owner=OWNER)
    await cockpit.deliver([ledger_message("raw", old[-1], "open")], "cost-ledger")
    item = (await cockpit.get("reconciliation"))["items"][0]
    assert (item["status"], item["pending_hop"], item["source_billed"]) == ("pending", "raw", None)
    await cockpit.deliver(old)
    await cockpit.deliver([ledger_message("raw", new[-1])], "cost-ledger")
    answer = await cockpit.get("reconciliation")
    assert (answer["ok"], answer["items"][0]["pending_hop"]) == (False, "enriched")
    await cockpit.deliver([ledger_message("enriched", new[-1])], "cost-ledger")
    item = (await cockpit.get("reconciliation"))["items"][0]
    assert (item["snapshot"], item["pending_hop"], item["cockpit_billed"]) == ("2", "cockpit", None)
    meta = (await cockpit.get("cost-by-team"))["meta"]
    assert [(p["billing_period"], p["hop"]) for p in meta["pending"]] == [("2026-11", "cockpit")]
    await cockpit.deliver(new)
    assert (await cockpit.get("reconciliation"))["ok"] is True
    assert (await cockpit.get("cost-by-team"))["meta"]["pending"] == []


async def test_an_aborted_delivery_is_not_pending(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 1, cost_rows(2), owner=OWNER))
    later = snapshot_messages("src", "2026-11", 2, cost_rows(3), owner=OWNER)
    await cockpit.deliver([ledger_message("raw", later[-1], "aborted")], "cost-ledger")
    await cockpit.deliver([abort_message("src", "2026-11", 2)])
    item = (await cockpit.get("reconciliation"))["items"][0]
    assert (item["snapshot"], item["status"]) == ("1", "complete")


async def test_a_source_that_overlaps_is_named_and_not_added(cockpit):
    rows = cost_rows(2, ChargePeriodStart=november(5))
    await cockpit.deliver(snapshot_messages("a", "2026-11", 1, rows, owner=OWNER))
    await cockpit.deliver(snapshot_messages("b", "2026-11", 1, rows, owner=OWNER, counted=False))
    answer = await cockpit.get("cost-by-team")
    assert answer["total"]["amount"] == "2.00"
    assert answer["meta"]["overlapping"] == [{"source": "b", "billing_period": "2026-11"}]
    reconciliation = await cockpit.get("reconciliation")
    assert {i["source"]: i["status"] for i in reconciliation["items"]} == {"a": "complete", "b": "overlapping"}
    assert reconciliation["ok"] is True
    await cockpit.deliver([count_message("a", "2026-11", 1, False), count_message("b", "2026-11", 1, True)])
    answer = await cockpit.get("cost-by-team")
    assert (answer["total"]["amount"], answer["meta"]["overlapping"][0]["source"]) == ("2.00", "a")


async def test_currencies_are_never_added(cockpit):
    rows = cost_rows(
        3, BilledCost=["5", "7", "-1"], BillingCurrency=["USD", "EUR", "USD"], ChargePeriodStart=november(5)
    )
    await cockpit.deliver(snapshot_messages("a", "2026-11", 1, rows, owner=OWNER))
    answer = await cockpit.get("cost-by-team")
    assert answer["total"] == {"amount": "7.00", "currency": "EUR"}
    assert answer["meta"]["other_currencies"] == ["USD"]
    assert (await cockpit.get("cost-by-team", currency="USD"))["total"]["amount"] == "4.00"
    items = (await cockpit.get("reconciliation"))["items"]
    assert {i["currency"]: i["cockpit_billed"] for i in items} == {"EUR": "7.00", "USD": "4.00"}


async def test_a_late_source_and_a_restated_month_are_named(cockpit):
    await cockpit.deliver(
        snapshot_messages("new", "2026-11", 1, cost_rows(1, ChargePeriodStart=november(20)), owner=OWNER)
    )
    restated = snapshot_messages(
        "old", "2026-11", 1, cost_rows(1, ChargePeriodStart=november(10)), owner=OWNER, is_closed=True
    )
    restated[-1].cost.seal.restated_by.add(currency="USD", amount="-0.25")
    await cockpit.deliver(restated)
    meta = (await cockpit.get("cost-by-team"))["meta"]
    assert meta["as_of"] == "2026-11-20"
    assert meta["late_sources"] == [{"source": "old", "data_through": "2026-11-10"}]
    assert [(r["source"], r["difference"]["amount"]) for r in meta["restated"]] == [("old", "-0.25")]


async def test_a_snapshot_left_open_for_a_day_is_given_up(cockpit):
    messages = snapshot_messages("src", "2026-11", 1, cost_rows(2), parts=2, owner=OWNER)
    assert await cockpit.deliver(messages[:1]) == [Done.HOLD]
    await cockpit.run_job("expire")
    assert cockpit.resources.objects.list("cockpit") == []
    cockpit.resources.clock.advance(timedelta(hours=25))
    await cockpit.run_job("expire")
    with pytest.raises(ControlMismatch):
        await cockpit.deliver(messages[1:])


async def test_a_month_of_refunds_only_is_negative(cockpit):
    rows = cost_rows(
        2, BilledCost=["-10.10", "-0.90"], ChargePeriodStart=november(5), ChargeCategory=["Credit", "Usage"]
    )
    await cockpit.deliver(snapshot_messages("src", "2026-11", 1, rows, owner=OWNER))
    answer = await cockpit.get("cost-by-team")
    assert (answer["total"]["amount"], answer["change_percent"]) == ("-11.00", None)
    assert answer["teams"][0]["share_percent"] == 100.0


async def test_who_may_not_see_costs_is_refused(cockpit):
    token = cockpit.signer.sign(Subject("u", "U", frozenset({"health:read"})))
    response = await cockpit.client.get("/api/cockpit/v1/cost-by-team", headers={HEADER: token})
    assert response.status_code == 403
    assert (await cockpit.client.get("/api/cockpit/v1/cost-by-team")).status_code == 401


async def test_a_reader_in_the_middle_keeps_its_rows_while_partitions_go(cockpit):
    await cockpit.deliver(snapshot_messages("src", "2026-11", 1, cost_rows(4), owner=OWNER))
    async with cockpit.resources.database.read() as session:
        before = await session.scalar(text("select sum(billed) from rollup"))
        await cockpit.deliver(snapshot_messages("src", "2026-11", 2, cost_rows(9), owner=OWNER))
        cockpit.resources.clock.advance(timedelta(hours=1))
        await cockpit.run_job("drop")
        assert len(await cockpit.sql("select 1 from sets")) == 2  # this reader holds a lock on the old one
        assert await session.scalar(text("select sum(billed) from rollup")) == before == Decimal(4)
    await cockpit.run_job("drop")
    assert len(await cockpit.sql("select 1 from sets")) == 1
