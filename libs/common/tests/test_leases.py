"""One worker at a time holds a lease, and whoever lost it can no longer publish."""

import asyncio
from datetime import UTC, datetime, timedelta

from fincc.common import leases
from fincc.common.clock import SystemClock
from fincc.common.db import Database
from fincc.common.leases import Lease

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def take(database: Database, holder: str, now: datetime = NOW, subject: str = "src|2026-11") -> Lease | None:
    async with database.write() as session:
        return await leases.take(session, "ingest", subject, holder, now, MINUTE)


async def is_held(database: Database, lease: Lease, now: datetime = NOW) -> bool:
    async with database.write() as session:
        return await leases.is_held(session, lease, now)


async def test_only_the_first_gets_it(database: Database):
    lease = await take(database, "a")
    assert lease == Lease("ingest", "src|2026-11", "a", 1)
    assert await take(database, "b") is None


async def test_leases_of_different_subjects_do_not_meet(database: Database):
    assert await take(database, "a", subject="src|2026-10")
    assert await take(database, "b", subject="src|2026-11")


async def test_of_many_who_ask_at_once_one_gets_it(database: Database):
    taken = await asyncio.gather(*(take(database, f"worker {n}") for n in range(8)))
    assert sum(lease is not None for lease in taken) == 1


async def test_the_holder_extends_it_under_the_same_fence(database: Database):
    first = await take(database, "a")
    again = await take(database, "a", NOW + MINUTE / 2)
    assert again == first
    assert await take(database, "b", NOW + MINUTE) is None
    assert first is not None
    assert await is_held(database, first, NOW + MINUTE)


async def test_after_it_ran_out_another_gets_it_and_the_old_holder_is_fenced_off(database: Database):
    old = await take(database, "a")
    new = await take(database, "b", NOW + MINUTE)
    assert old is not None
    assert new is not None
    assert new.fence > old.fence
    assert not await is_held(database, old, NOW + MINUTE)
    assert await is_held(database, new, NOW + MINUTE)


async def test_a_lease_that_ran_out_is_not_held_even_if_nobody_took_it(database: Database):
    lease = await take(database, "a")
    assert lease is not None
    assert not await is_held(database, lease, NOW + MINUTE)


async def test_a_holder_that_comes_back_too_late_gets_a_new_fence(database: Database):
    old = await take(database, "a")
    new = await take(database, "a", NOW + 2 * MINUTE)
    assert old is not None
    assert new is not None
    assert new.fence == old.fence + 1
    assert not await is_held(database, old, NOW + 2 * MINUTE)


async def test_a_released_lease_is_free_at_once(database: Database):
    lease = await take(database, "a")
    assert lease is not None
    async with database.write() as session:
        await leases.release(session, lease)
    assert not await is_held(database, lease)
    assert await take(database, "b") is not None


async def test_releasing_a_lost_lease_does_not_take_it_from_its_holder(database: Database):
    old = await take(database, "a")
    new = await take(database, "b", NOW + MINUTE)
    assert old is not None
    assert new is not None
    async with database.write() as session:
        await leases.release(session, old)
    assert await is_held(database, new, NOW + MINUTE)


async def test_who_checks_a_lease_keeps_it_until_its_transaction_ends(database: Database):
    lease = await take(database, "a")
    assert lease is not None
    async with database.write() as session:
        assert await leases.is_held(session, lease, NOW)
        taking = asyncio.create_task(take(database, "b", NOW + MINUTE))
        await asyncio.sleep(0.2)
        assert not taking.done()
    assert (await taking) is not None


async def test_a_lease_held_for_longer_than_its_time_is_renewed_and_then_given_back(database: Database):
    short, clock = timedelta(seconds=0.4), SystemClock()

    async def by_another() -> Lease | None:
        async with database.write() as session:
            return await leases.take(session, "ingest", "src|2026-12", "b", clock.now(), MINUTE)

    async with leases.held(database, clock, "ingest", "src|2026-12", "a", short) as lease:
        assert lease is not None
        await asyncio.sleep(1.2)
        assert await by_another() is None
    assert await by_another() is not None


async def test_whoever_comes_second_is_told_so(database: Database):
    clock = SystemClock()
    async with (
        leases.held(database, clock, "job", "1", "a", MINUTE) as first,
        leases.held(database, clock, "job", "1", "b", MINUTE) as second,
    ):
        assert first is not None
        assert second is None
