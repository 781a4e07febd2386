"""A month of many roll-up rows swapped in again and again: `python -m bench.restated_month DSN ROWS TIMES`.

Prints the seconds that each Seal after the first took: from being handed over to its roll-up being what answers read.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from bench.cockpit_alone import cockpit, message
from bench.measure import Stopwatch, report
from bench.world import ACCOUNTS, PAYER, PRODUCTS, REGIONS, TEAMS

from fincc.common import batches
from fincc.common.events.cost_pb2 import CostBatch, Part
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.focus import COSTS, KEY_COLUMN, SCHEMA_ID, TIME
from fincc.common.keys import key_column
from fincc.common.money import from_doubles
from fincc.common.snapshots import Sums, add_totals, totals_of, totals_to_wire
from fincc.common.testing.database import fresh_database
from fincc.common.testing.factories import envelope, seal_of

MONTH, DAYS, ROWS_PER_PART = "2026-10", 31, 10_000
SOURCE = "src_restated"


def month(rows: int, version: int) -> Iterator[Envelope]:
    """One line per roll-up row: each group on each day. Amounts differ from version to version."""
    random = np.random.default_rng(version)
    group, day = np.divmod(np.arange(rows), DAYS)
    totals, seq = dict[str, Sums](), 0
    for start in range(0, rows, ROWS_PER_PART):
        part = slice(start, start + ROWS_PER_PART)
        columns = _columns(group[part], day[part], random)
        n = len(group[part])
        columns[KEY_COLUMN] = key_column(columns, n)
        batch = batches.cut(columns, 0, n)
        sums = totals_of(batch)
        add_totals(totals, sums)
        wire = CostBatch(focus_ipc=batches.encode(batch), owner_ipc=_owners(group[part]), schema_id=SCHEMA_ID)
        yield envelope(SOURCE, MONTH, version, "part", Part(seq=seq, rows=n, totals=totals_to_wire(sums), batch=wire))
        seq += 1
    yield envelope(SOURCE, MONTH, version, "seal", seal_of(seq, rows, totals))


def _columns(group: np.ndarray, day: np.ndarray, random: np.random.Generator) -> dict[str, pa.Array]:
    start = np.datetime64(f"{MONTH}-01", "ms") + day * np.timedelta64(1, "D")
    names = list(dict.fromkeys(p.name for p in PRODUCTS))
    amounts = {name: from_doubles(np.round(random.lognormal(2, 2, len(group)), 10))[0] for name in COSTS}

    def text(codes: np.ndarray, values: list[str] | tuple[str, ...]) -> pa.DictionaryArray:
        return batches.dictionary(codes, pa.array(values))

    return {
        **amounts,
        "ChargePeriodStart": pa.array(start.astype("datetime64[ms]")).cast(TIME),
        "BillingCurrency": batches.constant(len(group), "USD"),
        "BillingAccountId": batches.constant(len(group), PAYER),
        "ServiceProviderName": batches.constant(len(group), "Amazon Web Services"),
        "ChargeCategory": batches.constant(len(group), "Usage"),
        "SubAccountId": text(group % len(ACCOUNTS), ACCOUNTS),
        "ServiceName": text(group // len(ACCOUNTS) % len(names), names),
        "RegionId": text(group // (len(ACCOUNTS) * len(names)) % len(REGIONS), REGIONS),
        "Tags/team": text(_team(group), TEAMS),
    }


def _team(group: np.ndarray) -> np.ndarray:
    """Each combination of account, service and region has a few teams."""
    return (group // 7) % len(TEAMS)


def _owners(group: np.ndarray) -> bytes:
    n = len(group)
    team = batches.compact(batches.dictionary(_team(group), pa.array(TEAMS)))
    columns = {
        "x_TeamId": team,
        "x_ServiceId": batches.constant(n, None),
        "x_AttributionRuleId": batches.constant(n, "team-tag"),
    }
    return batches.encode(pa.record_batch(columns))


async def run(dsn: str, rows: int, times: int, folder: Path) -> None:
    watch, seconds = Stopwatch(), []
    async with cockpit(dsn, folder) as made:
        for version in range(1, times + 2):
            *parts, seal = month(rows, version)
            for part in parts:
                await made.deliver(message(part))
            begun = time.perf_counter()
            await made.deliver(message(seal))
            seconds.append(time.perf_counter() - begun)
        stored = await made.fetch("select count(*) as rows from rollup join snapshots using (set_id)")
    report(watch.stop(), seconds=seconds[1:], stored_rows=stored[0]["rows"])


if __name__ == "__main__":
    dsn, rows, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="fincc-bench-") as folder, fresh_database(dsn, "cockpit") as own:
        asyncio.run(run(own, rows, times, Path(folder)))
