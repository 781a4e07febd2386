"""Who changed what is told once, in the transaction of the change, in a chain that shows what was done to it later."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from fincc.common import audit, audit_reading
from fincc.common.audit_reading import AuditEntry, ChainState, Position, Wanted, list_entries, verify
from fincc.common.auth import HEADER, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.http import create_app

ANN = Subject("usr_ann", "Ann", address="192.0.2.7")
START = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


class Chain:
    """A service's record, as its own role writes it, and as somebody with all rights may tamper with it."""

    def __init__(self, database: Database, admin: asyncpg.Connection) -> None:
        self.database, self.admin, self.clock = database, admin, FrozenClock(START)

    async def record(self, action: str = "source.created", object_id: str = "src_1", **told: Any) -> None:
        self.clock.advance(timedelta(seconds=1))
        async with self.database.write() as session:
            await audit.record(session, self.clock, told.pop("by", ANN), action, object_id, **told)

    async def entries(
        self, asked: Wanted | None = None, after: Position | None = None, n: int = 100
    ) -> list[AuditEntry]:
        async with self.database.read() as session:
            return await list_entries(session, self.database.schema, asked or Wanted(), after, n)

    async def state(self, known: int | None = None) -> ChainState:
        async with self.database.read() as session:
            return await verify(session, self.database.schema, known)

    async def five(self) -> None:
        for number in range(1, 6):
            await self.record(object_id=f"src_{number}", after={"name": f"bill {number}"})


@pytest.fixture
async def chain(database: Database, postgres_dsn: str) -> AsyncIterator[Chain]:
    admin = await asyncpg.connect(postgres_dsn, server_settings={"search_path": database.schema})
    async with database.write() as session:
        await session.execute(text("create table things (id int)"))
    yield Chain(database, admin)
    await admin.close()


async def test_an_entry_says_who_did_what_from_where_and_what_changed(chain: Chain) -> None:
    await chain.record("source.schedule_changed", "src_9", before={"paused": False}, after={"paused": True})
    (entry,) = await chain.entries()
    assert (entry.seq, entry.at) == (1, START + timedelta(seconds=1))
    assert (entry.subject_id, entry.subject_name, entry.address) == ("usr_ann", "Ann", "192.0.2.7")
    assert (entry.action, entry.object_kind, entry.object_id) == ("source.schedule_changed", "source", "src_9")
    assert (entry.before, entry.after) == ({"paused": False}, {"paused": True})


async def test_an_action_that_nobody_has_declared_is_refused(chain: Chain) -> None:
    with pytest.raises(ValueError, match=r"source\.stolen"):
        await chain.record("source.stolen")
    assert await chain.entries() == []


async def test_a_change_that_is_rolled_back_leaves_no_entry_and_an_entry_that_fails_undoes_the_change(
    chain: Chain,
) -> None:
    async def change(action: str, then: str) -> None:
        async with chain.database.write() as session:
            await session.execute(text("insert into things values (1)"))
            await audit.record(session, chain.clock, ANN, action, "src_1")
            await session.execute(text(then))

    with pytest.raises(DBAPIError, match="division by zero"):
        await change("source.created", "select 1 / 0")
    with pytest.raises(ValueError, match="no action"):
        await change("source.stolen", "select 1")
    assert await chain.entries() == []
    assert await chain.admin.fetchval("select count(*) from things") == 0
    await chain.record()
    assert (await chain.state()).entries == 1, "and no number is lost"


async def test_many_writers_at_once_keep_one_chain(chain: Chain) -> None:
    await asyncio.gather(*(chain.record(object_id=f"src_{n}") for n in range(40)))
    state = await chain.state()
    assert (state.entries, state.verified, state.broken) == (40, 40, None)
    assert sorted(e.seq for e in await chain.entries()) == list(range(1, 41))


async def test_the_second_writer_waits_until_the_first_has_ended_and_then_follows_it(chain: Chain) -> None:
    async with chain.database.write() as session:
        await audit.record(session, chain.clock, ANN, "source.created", "first")
        other = asyncio.create_task(chain.record(object_id="second"))
        await asyncio.sleep(0.2)
        assert not other.done()
    await other
    second, first = await chain.entries()
    assert (first.object_id, second.object_id) == ("first", "second")
    assert second.previous_hash == first.hash


@pytest.mark.parametrize(
    "statement",
    ["update audit set subject_name = 'Bob'", "delete from audit", "truncate audit", "alter table audit rename to a"],
)
async def test_the_role_of_the_service_can_neither_change_nor_remove_an_entry(chain: Chain, statement: str) -> None:
    await chain.record()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        async with chain.database.write() as session:
            await session.execute(text(statement))
    assert [e.subject_name for e in await chain.entries()] == ["Ann"]


async def test_a_chain_that_nobody_touched_is_whole_over_several_batches(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await chain.state() == ChainState(
        service=chain.database.schema, entries=0, verified=0, head="0" * 64, broken=None, known_hash=None
    )
    await chain.five()
    for batch in (1, 2, 5, 1000):
        monkeypatch.setattr("fincc.common.audit_reading.BATCH", batch)
        state = await chain.state()
        assert (state.entries, state.verified, state.broken) == (5, 5, None)
        assert state.head == (await chain.entries())[0].hash


@pytest.mark.parametrize("column", [c.name for c in audit.audit.c if c.name != "seq"])
async def test_a_changed_field_is_found(chain: Chain, column: str) -> None:
    await chain.five()
    changed = {
        "at": "at + interval '1 microsecond'",
        "address": "null",
        "before": '\'{"name": "x"}\'',
        "after": "jsonb_set(after, '{name}', '\"x\"')",
        "previous_hash": "sha256('x')",
        "hash": "sha256('x')",
    }.get(column, f"{column} || 'x'")
    await chain.admin.execute(f"update audit set {column} = {changed} where seq = 3")
    state = await chain.state()
    assert state.broken is not None
    assert (state.entries, state.verified, state.broken.seq) == (5, 2, 3)


async def test_an_entry_that_was_changed_together_with_its_hash_breaks_the_next_one(chain: Chain) -> None:
    await chain.five()
    row = dict(await chain.admin.fetchrow("select * from audit where seq = 3"))
    row |= {"subject_name": "Bob", "before": None, "after": json.loads(row["after"])}
    forged = audit.hash_of(chain.database.schema, row)
    await chain.admin.execute("update audit set subject_name = 'Bob', hash = $1 where seq = 3", forged)
    state = await chain.state()
    assert state.broken is not None
    assert (state.broken.seq, state.broken.reason) == (4, "it does not follow the entry before it")


@pytest.mark.parametrize("seq", [1, 3])
async def test_a_row_that_was_deleted_is_found(chain: Chain, seq: int) -> None:
    await chain.five()
    await chain.admin.execute("delete from audit where seq = $1", seq)
    state = await chain.state()
    assert state.broken is not None
    assert (state.broken.seq, state.entries) == (seq, 4)
    assert "missing" in state.broken.reason


async def test_a_deleted_row_is_found_when_the_others_have_moved_up(chain: Chain) -> None:
    await chain.five()
    await chain.admin.execute("delete from audit where seq = 3")
    for seq in (4, 5):
        await chain.admin.execute("update audit set seq = seq - 1 where seq = $1", seq)
    state = await chain.state()
    assert state.broken is not None
    assert state.broken.seq == 3


async def test_swapped_rows_are_found(chain: Chain) -> None:
    await chain.five()
    for seq, to in ((2, 100), (3, 2), (100, 3)):
        await chain.admin.execute("update audit set seq = $2 where seq = $1", seq, to)
    state = await chain.state()
    assert state.broken is not None
    assert state.broken.seq == 2


async def test_a_tail_that_was_cut_is_found_by_a_head_that_was_written_down(chain: Chain) -> None:
    await chain.five()
    head = await chain.state(known=5)
    assert head.known_hash == head.head
    await chain.admin.execute("delete from audit where seq >= 4")
    state = await chain.state(known=5)
    assert (state.broken, state.entries, state.known_hash) == (None, 3, None)


async def test_a_chain_that_was_written_anew_is_found_by_a_head_that_was_written_down(chain: Chain) -> None:
    await chain.five()
    head = (await chain.state()).head
    await chain.admin.execute("truncate audit")
    for number in range(1, 6):
        await chain.record(object_id=f"src_{number}", after={"name": "another"})
    state = await chain.state(known=5)
    assert (state.broken, state.entries) == (None, 5)
    assert state.known_hash != head


async def test_an_entry_of_one_service_does_not_fit_into_the_chain_of_another(chain: Chain) -> None:
    await chain.record()
    async with chain.database.read() as session:
        state = await verify(session, "elsewhere")
    assert state.broken is not None
    assert state.broken.seq == 1


async def test_the_hash_can_be_computed_from_what_is_documented(chain: Chain) -> None:
    """By nothing of ours: as docs/howto/audit.md says."""
    await chain.record("source.created", "src_ü", before={"b": None, "a": [1, True]}, after={"z": "ä", "y": "1.50"})
    (e,) = await chain.entries()
    told = [chain.database.schema, 1, "2026-11-24T12:00:01.123456+00:00", "usr_ann", "Ann", "192.0.2.7", e.trace_id]
    told += ["source.created", "source", "src_ü", {"a": [1, True], "b": None}, {"y": "1.50", "z": "ä"}, "0" * 64]
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert e.hash == hashlib.sha256(canonical.encode()).hexdigest()


async def test_whatever_is_recorded_is_read_back_as_it_was_hashed(chain: Chain) -> None:
    odd = {
        "decimal": Decimal("1E+3"),
        "float": 1e-7,
        "large": 1e300,
        "negative zero": -0.0,
        "whole": 2**70,
        "day": START.date(),
        "time": START,
        "set": {"b", "a"},
        "nul\0": "a\0b",
        "surrogate": "\ud800",
        "nested": {"yes": True, "none": None, "list": ({"x": 0.1},)},
    }
    await chain.record(after=odd)
    state = await chain.state()
    assert (state.verified, state.broken) == (1, None)
    (entry,) = await chain.entries()
    assert entry.after is not None
    assert entry.after["set"] == ["a", "b"]
    assert entry.after["time"] == "2026-11-24T12:00:00.123456+00:00"
    assert entry.after["whole"] == 2**70


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, "hunter2", {"name": "x", "key": "set"}),
        ("hunter2", "hunter3", {"name": "x", "key": "replaced"}),
        ("hunter2", None, {"name": "x", "key": "removed"}),
        ("hunter2", "hunter2", {"name": "x"}),
        (None, None, {"name": "x"}),
    ],
)
async def test_of_a_secret_only_what_became_of_it_is_kept(
    chain: Chain, before: str | None, after: str | None, said: dict[str, str]
) -> None:
    await chain.record(before={"key": before}, after={"name": "x", "key": after}, secrets=("key",))
    (entry,) = await chain.entries()
    assert (entry.before, entry.after) == (None, said)
    assert "hunter" not in str(await chain.admin.fetch("select * from audit"))


async def test_a_listing_is_newest_first_and_goes_on_where_a_page_ended(chain: Chain) -> None:
    await chain.five()
    first = await chain.entries(n=2)
    assert [e.seq for e in first] == [5, 4]
    after = Position.of(str(Position(first[-1].at, first[-1].seq)))
    assert [e.seq for e in await chain.entries(after=after)] == [3, 2, 1]
    assert [e.seq for e in await chain.entries(after=Position(first[-1].at))] == [4, 3, 2, 1]


async def test_a_listing_can_be_narrowed_to_a_person_an_action_a_kind_and_days(chain: Chain) -> None:
    await chain.record("source.created", "1")
    chain.clock.advance(timedelta(days=1))
    await chain.record("source.removed", "2", by=Subject("usr_bob", "Bob_50%"))
    await chain.record("policy.published", "3")

    async def found(**asked: Any) -> list[str]:
        return [e.object_id for e in await chain.entries(Wanted(**asked))]

    assert await found(subject="usr_bob") == await found(subject="bob_50%") == ["2"]
    assert await found(subject="%") == ["2"], "a percent sign is itself"
    assert await found(action="source") == ["2", "1"]
    assert await found(action="source.created") == ["1"]
    assert await found(first_day=START.date() + timedelta(days=1)) == ["3", "2"]
    assert await found(last_day=START.date()) == ["1"]
    assert await found(subject="nobody") == []
    assert await found(entry=2) == ["2"]


async def test_the_record_is_read_with_its_permission_alone_and_page_by_page(chain: Chain) -> None:
    await chain.five()
    private, public = new_key_pair()
    app = create_app("cockpit", SubjectVerifier(public), list, audit_reading.router(chain.database))

    async def ask(permission: str, path: str, **params: Any) -> httpx.Response:
        signed = SubjectSigner(private).sign(replace(ANN, permissions=frozenset({permission})))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test/api/cockpit/v1") as http:
            return await http.get(path, params=params, headers={HEADER: signed})

    for path in ("/audit", "/audit/verification"):
        assert (await ask("sources:read", path)).status_code == 403
    first = (await ask("audit:read", "/audit", limit=3)).json()
    second = (await ask("audit:read", "/audit", limit=3, after=first["next_cursor"])).json()
    assert [e["seq"] for e in first["items"] + second["items"]] == [5, 4, 3, 2, 1]
    assert second["next_cursor"] is None
    for cursor in ("x", "2026-11-01~1", "2026-11-01T00:00:00+00:00~x", f"2026-11-01T00:00:00+00:00~{2**63}"):
        assert (await ask("audit:read", "/audit", after=cursor)).status_code == 422
    state = (await ask("audit:read", "/audit/verification", known=9)).json()
    assert (state["entries"], state["broken"], state["known_hash"]) == (5, None, None)


def test_the_address_is_part_of_what_the_gateway_signs() -> None:
    private, public = new_key_pair()
    verified = SubjectVerifier(public).verify(SubjectSigner(private).sign(ANN))
    assert verified.address == "192.0.2.7"
