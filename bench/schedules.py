"""Deliveries gone wrong: `python -m bench.schedules DSN COUNT SEED`.

Each schedule is a log of a month's parts, shuffled, each one to three times, and its Seal; the reader is killed at random,
between messages and in the middle of them, and begins again where its committed position says. Afterwards the stored
roll-up must be what plain Python says.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from bench.cockpit_alone import Cockpit, cockpit, message
from bench.measure import Stopwatch, report

from fincc.common.bus.kafka.offsets import Offsets
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.testing.database import fresh_database
from fincc.common.testing.factories import cost_rows, snapshot_messages

MONTH = "2026-10"
TEAMS = ("cards", "loans", "fraud", None)
Oracle = dict[tuple[date, str | None, str], Decimal]


@dataclass(frozen=True)
class Schedule:
    source: str
    log: list[Envelope]
    kills: dict[int, float]
    """At which deliveries, counted over all lives of the reader, it is killed, and how many seconds after their begin."""
    oracle: Oracle


def make(number: int, seed: int) -> Schedule:
    draw = random.Random(seed * 1_000_003 + number)
    rows, parts = draw.randint(20, 60), draw.randint(3, 8)
    amounts = [Decimal(draw.randint(-(10**14), 10**15)).scaleb(-12) for _ in range(rows)]
    days = [datetime(2026, 10, draw.randint(1, 31), draw.randint(0, 23), tzinfo=UTC) for _ in range(rows)]
    teams = [draw.choice(TEAMS) for _ in range(rows)]
    accounts = [draw.choice(("111111111111", "222222222222")) for _ in range(rows)]
    resources = [f"i-{t}-{draw.randint(0, 5)}" for t in teams]
    source = f"src_{number}"
    oracle: defaultdict[tuple[date, str | None, str], Decimal] = defaultdict(Decimal)
    for day, team, account, amount in zip(days, teams, accounts, amounts, strict=True):
        oracle[day.date(), team, account] += amount
    columns = cost_rows(
        rows,
        BilledCost=[str(a) for a in amounts],
        ChargePeriodStart=days,
        SubAccountId=accounts,
        ResourceId=resources,
        BillingAccountId=f"{number:012d}",
    )
    *sent, seal = snapshot_messages(source, MONTH, 1, columns, parts=parts, owner={"x_TeamId": teams})
    log = [part for part in sent for _ in range(draw.randint(1, 3))]
    draw.shuffle(log)
    log += [seal] * draw.randint(1, 3)
    kills = {n: draw.uniform(0, 0.03) for n in draw.sample(range(1, 2 * len(log)), draw.randint(1, 4))}
    return Schedule(source, log, kills, oracle)


async def run_one(reader: Cockpit, schedule: Schedule) -> bool:
    """Whether what is stored is what the oracle says."""
    reader.restart()
    offsets, committed, at, delivered = Offsets(), 0, 0, 0
    while at < len(schedule.log):
        delivered += 1
        wrapped = message(schedule.log[at])
        if delivered in schedule.kills:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.deliver(wrapped), schedule.kills[delivered])
            reader.restart()
            offsets, at = Offsets(), committed
            continue
        offsets.settle(at, wrapped.key, await reader.deliver(wrapped))
        position = offsets.position
        # The position is sent from time to time only; a kill may come before.
        committed = position if position is not None and delivered % 2 else committed
        at += 1
    return await stored(reader, schedule.source) == schedule.oracle


async def stored(reader: Cockpit, source: str) -> Oracle:
    rows = await reader.fetch(
        "select r.day, g.x_team_id, g.sub_account_id, sum(r.billed) as billed from snapshots s join rollup r using (set_id) "
        "join groups g using (group_id) where s.source_id = $1 group by 1, 2, 3",
        source,
    )
    return {(r["day"], r["x_team_id"], r["sub_account_id"]): r["billed"] for r in rows}


async def run(dsn: str, count: int, seed: int, folder: Path) -> None:
    watch = Stopwatch()
    async with cockpit(dsn, folder) as reader:
        failed = [n for n in range(count) if not await run_one(reader, make(n, seed))]
    report(watch.stop(), equal=count - len(failed), failed=failed[:10])


if __name__ == "__main__":
    dsn, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="fincc-bench-") as folder, fresh_database(dsn, "cockpit") as own:
        asyncio.run(run(own, count, seed, Path(folder)))
