"""Parts delivered up to three times in any order, the reader killed anywhere: the totals are those of the newest snapshot."""

import random
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.project import SnapshotProjection
from fincc.common.bus.base import Done
from fincc.common.documents import DocumentShelf
from fincc.common.snapshots import SnapshotCollector
from fincc.common.testing.factories import abort_message, cost_rows, message, snapshot_messages

SCHEDULES = 100
PERIOD = "2026-11"


class Reader:
    """A cockpit's collector that can be killed: what it held in memory is gone, and the log is read again from its commit."""

    def __init__(self, cockpit) -> None:
        self._resources = cockpit.resources
        self.kill()

    def kill(self) -> None:
        r = self._resources
        shelf = DocumentShelf(r.objects)
        projection = SnapshotProjection(r.database, r.objects, r.clock, shelf, CockpitSettings(), lambda: None)
        self._collector = SnapshotCollector(projection, r.clock)

    async def read(self, log, kills) -> None:
        """Deliver the log; `kills` holds how many deliveries happen before each kill."""
        held: dict[str, int] = {}
        position, delivered = 0, 0
        while position < len(log):
            if delivered in kills:
                kills.discard(delivered)
                self.kill()
                position, held = min(held.values(), default=position), {}
            envelope = message("enriched-cost", log[position])
            if await self._collector.on_message(envelope) is Done.HOLD:
                held.setdefault(envelope.key, position)
            else:
                held.pop(envelope.key, None)
            position += 1
            delivered += 1


def snapshot(rng, source, version):
    """Random records and their total per team."""
    n = rng.randint(4, 14)
    amounts = [f"{rng.randint(-900, 900)}.{rng.randint(0, 10**12 - 1):012d}" for _ in range(n)]
    teams = [rng.choice(["cards", "loans", None]) for _ in range(n)]
    days = [datetime(2026, 11, rng.randint(1, 30), tzinfo=UTC) for _ in range(n)]
    rows = cost_rows(
        n, BilledCost=amounts, ChargePeriodStart=days, ResourceId=[f"{source}-{i}" for i in range(n)], ServiceName="EC2"
    )
    parts = rng.randint(1, 4)
    messages = snapshot_messages(source, PERIOD, version, rows, parts=parts, owner={"x_TeamId": teams})
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for amount, team in zip(amounts, teams, strict=True):
        totals[team or ""] += Decimal(amount)
    return messages, totals


def schedule(rng, source):
    """What one partition may carry for a source: older versions sealed, aborted or left open, then the newest one sealed."""
    log, expected, version = [], {}, 0
    for is_last in (*(False for _ in range(rng.randint(0, 2))), True):
        version += rng.randint(1, 5)
        (*parts, seal), totals = snapshot(rng, source, version)
        repeated = [p for p in parts for _ in range(rng.randint(1, 3))]
        rng.shuffle(repeated)
        fate = "sealed" if is_last else rng.choice(["sealed", "aborted", "open"])
        if fate == "sealed":
            log += [
                *repeated,
                *[seal] * rng.randint(1, 2),
                *rng.sample(repeated, rng.randint(0, 2) % (len(repeated) + 1)),
            ]
            expected = totals
        else:
            log += repeated[: rng.randint(0, len(repeated))]
            log += [abort_message(source, PERIOD, version)] if fate == "aborted" else []
    return log, expected


def interleave(rng, logs):
    """One log that keeps the order within each source."""
    out, rest = [], [list(log) for log in logs if log]
    while rest:
        log = rng.choice(rest)
        out.append(log.pop(0))
        rest = [x for x in rest if x]
    return out


async def test_any_schedule_ends_with_the_oracles_totals(cockpit):
    reader = Reader(cockpit)
    expected: dict[str, dict[str, Decimal]] = {}
    for seed in range(SCHEDULES // 2):  # two sources each
        rng = random.Random(seed)
        sources = [f"s{seed}-{i}" for i in range(2)]
        logs = [schedule(rng, s) for s in sources]
        expected |= {s: totals for s, (_, totals) in zip(sources, logs, strict=True)}
        log = interleave(rng, [x for x, _ in logs])
        await reader.read(log, {rng.randint(1, 3 * len(log)) for _ in range(rng.randint(0, 3))})
    rows = await cockpit.sql(
        "select s.source_id, coalesce(g.x_team_id, '') as team, sum(r.billed) as billed from snapshots s "
        "join rollup r using (set_id) join groups g using (group_id) group by 1, 2"
    )
    stored: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        stored[row["source_id"]][row["team"]] = row["billed"]
    assert stored == {s: dict(t) for s, t in expected.items()}
    everything: dict[str, Decimal] = defaultdict(Decimal)
    for totals in expected.values():
        for team, amount in totals.items():
            everything[team] += amount
    newest = await cockpit.sql("select team_id, billed from team_prefix where day = (select max(day) from team_prefix)")
    assert {r["team_id"]: r["billed"] for r in newest} == everything


async def test_a_second_worker_that_read_the_same_snapshot_changes_nothing(cockpit):
    rng = random.Random(7)
    messages, totals = snapshot(rng, "src", 3)
    first, second = Reader(cockpit), Reader(cockpit)
    await first.read(messages[:-1], set())
    await second.read(messages, set())
    await first.read(messages[-1:], set())  # its partition was taken away between the last part and the Seal
    rows = await cockpit.sql("select sum(r.billed) as billed from rollup r join snapshots s using (set_id)")
    assert rows[0]["billed"] == sum(totals.values())
    assert len(await cockpit.sql("select 1 from sets where state = 'active'")) == 1
