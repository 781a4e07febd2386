"""A new ownership document restates history, all at once."""

import asyncio
from collections.abc import Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fincc.cockpit.app import create_service
from fincc.common import leases
from fincc.common.bus.delivery import TransientError
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.focus import KEY_COLUMN
from fincc.common.objects import ObjectStore
from fincc.common.testing.factories import (
    Columns,
    cost_columns,
    cost_rows,
    document_message,
    ownership_content,
    snapshot_messages,
)

RESOURCES = 40
MONTHS = ("2026-09", "2026-10", "2026-11")


def rows_of(month: str, factor: int = 1) -> Columns:
    """Each resource costs its number times the factor on each of ten days."""
    year, number = map(int, month.split("-"))
    days = [datetime(year, number, 1 + d, tzinfo=UTC) for d in range(10)]
    n = RESOURCES * len(days)
    return cost_rows(
        n,
        BilledCost=[f"{factor * (r + 1)}.01" for _ in days for r in range(RESOURCES)],
        ChargePeriodStart=[d for d in days for _ in range(RESOURCES)],
        ResourceId=[f"i-{r}" for _ in days for r in range(RESOURCES)],
    )


def messages(month: str, version: int, factor: int = 1) -> list[Envelope]:
    return snapshot_messages("src", month, version, rows_of(month, factor), parts=2, owner={"x_TeamId": "of-part"})


def keys() -> list[bytes]:
    """The key of each resource."""
    return list(dict.fromkeys(cost_columns(rows_of(MONTHS[0]))[KEY_COLUMN].to_pylist()))


def ownership(version: int, teams: Mapping[int, str | None]) -> Envelope:
    """A document that knows these resources only."""
    known = keys()
    owners = {known[r]: (team, None, "rule-1" if team else None) for r, team in teams.items()}
    return document_message(version, ownership_content(owners), len(owners))


def truth(months: Mapping[str, int], teams: Mapping[int, str | None]) -> dict[str | None, Decimal]:
    """The oracle: what each team costs, given the factor of each month."""
    out: dict[str | None, Decimal] = {}
    for factor in months.values():
        for r in range(RESOURCES):
            team = teams.get(r, "of-part")
            out[team] = out.get(team, Decimal(0)) + 10 * Decimal(f"{factor * (r + 1)}.01")
    return out


async def shown(cockpit) -> dict[str | None, Decimal]:
    answer = await cockpit.get("costs", **{"from": "2026-09-01", "to": "2026-11-30", "group_by": "x_TeamId"})
    return {r["keys"]["x_TeamId"]: Decimal(r["cost"]["amount"]) for r in answer["rows"]}


EVEN_ODD = {r: "even" if r % 2 == 0 else None for r in range(30)}
THIRDS = {r: f"third-{r % 3}" for r in range(RESOURCES)}


async def load(cockpit, version: int = 1) -> None:
    for month in MONTHS:
        await cockpit.deliver(messages(month, version))


async def test_a_key_the_document_does_not_know_keeps_the_owner_of_its_part(cockpit):
    await load(cockpit)
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), {})
    await cockpit.deliver([ownership(3, EVEN_ODD)], "ownership")
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), {})
    await cockpit.run_job("switch")
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), EVEN_ODD)
    answer = await cockpit.get("cost-by-team", as_of="2026-11-10", days=10)
    assert answer["meta"]["ownership_version"] == 3
    assert {t["team_id"] for t in answer["teams"]} == {"even", "of-part", None}


async def test_new_snapshots_are_aggregated_under_the_active_document(cockpit):
    await cockpit.deliver([ownership(3, THIRDS)], "ownership")
    await cockpit.run_job("switch")
    await load(cockpit)
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), THIRDS)


async def test_a_snapshot_collected_under_the_old_document_is_restated_at_its_swap(cockpit):
    parts = messages("2026-11", 1)
    await cockpit.deliver(parts[:-1])
    await cockpit.deliver([ownership(3, THIRDS)], "ownership")
    await cockpit.run_job("switch")
    await cockpit.deliver(parts[-1:])
    assert await shown(cockpit) == truth({"2026-11": 1}, THIRDS)


async def test_a_snapshot_decided_under_a_document_that_is_not_in_use_yet_waits_for_it(cockpit):
    """Shown at once, its month alone would have the new owners, since the old document does not know the keys."""
    await load(cockpit)
    rows = rows_of("2026-11")
    again = snapshot_messages("src", "2026-11", 2, rows, parts=2, owner={"x_TeamId": "moved"}, ownership_version=7)
    await cockpit.deliver(again[:-1])
    with pytest.raises(TransientError, match="document 7"):
        await cockpit.deliver(again[-1:])
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), {})
    await cockpit.deliver([ownership(7, dict.fromkeys(range(RESOURCES), "moved"))], "ownership")
    await cockpit.run_job("switch")
    await cockpit.deliver(again[-1:])
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), dict.fromkeys(range(RESOURCES), "moved"))


async def test_a_snapshot_does_not_wait_for_a_document_that_cannot_be_used(cockpit):
    broken = ownership(7, EVEN_ODD)
    broken.document.sha256 = b"\0" * 32
    await cockpit.deliver([broken], "ownership")
    parts = snapshot_messages(
        "src", "2026-11", 1, rows_of("2026-11"), parts=2, owner={"x_TeamId": "of-part"}, ownership_version=7
    )
    await cockpit.deliver(parts[:-1])
    with pytest.raises(TransientError, match="document 7"):
        await cockpit.deliver(parts[-1:])
    await cockpit.run_job("switch")
    await cockpit.deliver(parts[-1:])
    assert await shown(cockpit) == truth({"2026-11": 1}, {})


async def test_a_worker_that_has_switched_and_is_gone_keeps_no_other_waiting(cockpit):
    await load(cockpit)
    await cockpit.deliver([ownership(3, EVEN_ODD)], "ownership")
    await cockpit.run_job("switch")
    again = create_service(cockpit.resources)
    await cockpit.deliver([ownership(4, THIRDS)], "ownership")
    await next(job for job in again.jobs if "switch" in job.name).run()
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), THIRDS)


async def test_a_worker_that_comes_to_a_switch_when_it_is_done_restates_nothing(cockpit, monkeypatch):
    await load(cockpit)
    await cockpit.deliver([ownership(3, EVEN_ODD)], "ownership")
    again, held = create_service(cockpit.resources), leases.held

    @asynccontextmanager
    async def held_late(*arguments):
        monkeypatch.undo()
        await cockpit.run_job("switch")
        async with held(*arguments) as lease:
            yield lease

    monkeypatch.setattr(leases, "held", held_late)
    await next(job for job in again.jobs if "switch" in job.name).run()
    assert await cockpit.sql("select 1 from sets where state = 'retired'") == [(1,)] * len(MONTHS), "those of before"
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), EVEN_ODD)


async def test_only_the_newest_of_several_documents_is_switched_to(cockpit):
    await load(cockpit)
    await cockpit.deliver([ownership(3, EVEN_ODD), ownership(4, THIRDS)], "ownership")
    await cockpit.run_job("switch")
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), THIRDS)
    await cockpit.deliver([ownership(2, EVEN_ODD)], "ownership")
    await cockpit.run_job("switch")
    assert (await cockpit.get("cost-by-team"))["meta"]["ownership_version"] == 4


async def test_a_document_that_moves_nothing_leaves_the_roll_ups_alone(cockpit):
    await load(cockpit)
    await cockpit.deliver([ownership(3, EVEN_ODD)], "ownership")
    await cockpit.run_job("switch")
    before = await cockpit.sql("select set_id from snapshots order by set_id")
    await cockpit.deliver([ownership(4, EVEN_ODD)], "ownership")
    await cockpit.run_job("switch")
    assert await cockpit.sql("select set_id from snapshots order by set_id") == before
    assert (await cockpit.get("cost-by-team"))["meta"]["ownership_version"] == 4


async def test_a_damaged_document_is_refused_and_named(cockpit):
    await load(cockpit)
    broken = ownership(3, EVEN_ODD)
    broken.document.sha256 = b"\0" * 32
    await cockpit.deliver([broken], "ownership")
    await cockpit.run_job("switch")
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), {})
    warnings = (await cockpit.get("cost-by-team"))["meta"]["warnings"]
    assert warnings == ["ownership document 3: its content does not have the SHA-256 that its message names"]
    await cockpit.deliver([ownership(4, EVEN_ODD)], "ownership")
    await cockpit.run_job("switch")
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), EVEN_ODD)
    assert (await cockpit.get("cost-by-team"))["meta"]["warnings"] == []


async def test_during_a_switch_with_a_swap_in_its_middle_every_answer_is_one_truth(cockpit):
    await load(cockpit)
    old = dict.fromkeys(MONTHS, 1)
    new = {**old, "2026-11": 3}
    allowed = [truth(old, {}), truth(new, {}), truth(new, THIRDS), truth(old, THIRDS)]
    restated = messages("2026-11", 2, factor=3)
    await cockpit.deliver(restated[:-1])
    await cockpit.deliver([ownership(3, THIRDS)], "ownership")
    seen, done = [], asyncio.Event()

    async def poll() -> None:
        while not done.is_set():
            seen.append(await shown(cockpit))
            await asyncio.sleep(0.005)

    async def swap_when_staging() -> None:
        while not await cockpit.sql("select 1 from sets where ownership_version = 3"):  # noqa: ASYNC110 - no event there
            await asyncio.sleep(0.001)
        await cockpit.deliver(restated[-1:])

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(poll())
        swap = tasks.create_task(swap_when_staging())
        await cockpit.run_job("switch")
        await swap
        done.set()
    assert [s for s in seen if s not in allowed] == []
    assert await shown(cockpit) == truth(new, THIRDS)
    prefix = await cockpit.sql(
        "select team_id, billed from team_prefix where day = (select max(day) from team_prefix) order by team_id"
    )
    assert {r["team_id"]: r["billed"] for r in prefix} == truth(new, THIRDS)


async def test_replaced_roll_ups_are_dropped_after_a_while_and_answers_stay(cockpit):
    await load(cockpit)
    await cockpit.deliver([ownership(3, THIRDS)], "ownership")
    await cockpit.run_job("switch")
    await cockpit.deliver(messages("2026-11", 2))
    await cockpit.run_job("drop")
    assert len(await cockpit.sql("select 1 from sets")) == 7
    cockpit.resources.clock.advance(timedelta(minutes=6))
    assert await cockpit.run_job("drop") == 5
    assert len(await cockpit.sql("select 1 from sets")) == 3
    partitions = await cockpit.sql("select 1 from pg_inherits where inhparent = 'cockpit.rollup'::regclass")
    assert len(partitions) == 3
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), THIRDS)
    paths = {p.rsplit("/", 1)[0] for p in cockpit.resources.objects.list("cockpit/facts")}
    assert len(paths) == 3


async def test_a_document_in_a_file_outlives_its_owners_clean_up(cockpit, tmp_path):
    await load(cockpit)
    owner = ObjectStore(str(tmp_path / "objects"), "attribution")
    for version, teams in ((3, EVEN_ODD), (4, THIRDS)):
        in_file = ownership(version, teams)
        path = f"attribution/ownership/{version}.bin"
        owner.write(path, in_file.document.inline)
        in_file.document.object_path = path
        await cockpit.deliver([in_file], "ownership")
        owner.delete(path)
        await cockpit.run_job("switch")
        assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), teams)
    gone = ownership(5, EVEN_ODD)
    gone.document.object_path = "attribution/ownership/5.bin"
    await cockpit.deliver([gone], "ownership")
    await cockpit.run_job("switch")
    assert await shown(cockpit) == truth(dict.fromkeys(MONTHS, 1), THIRDS)
    assert "5.bin is not in the object store" in (await cockpit.get("cost-by-team"))["meta"]["warnings"][0]
    await cockpit.run_job("drop")
    kept = [p.rsplit("/", 1)[1] for p in cockpit.resources.objects.list("cockpit/documents")]
    assert kept == ["3.bin", "4.bin"]  # the active one and the one before
    await cockpit.deliver([ownership(6, EVEN_ODD)], "ownership")
    await cockpit.run_job("switch")
    await cockpit.run_job("drop")
    kept = [p.rsplit("/", 1)[1] for p in cockpit.resources.objects.list("cockpit/documents")]
    assert kept == ["4.bin"]
