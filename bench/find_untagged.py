"""The tag finder alone: `python -m bench.find_untagged prepare|cloud|scan DSN FOLDER RESOURCES`.

`prepare` hands it a month of the benchmark's company, ten lines a resource, archived as ingestion does it; `cloud` lets a
cloud list the same resources with the same tags; `scan`, a process of its own, judges all of it for the first time. Nobody
owns a third of the resources.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from bench.generate import MONTH
from bench.measure import Stopwatch, report
from bench.platforms import POLICY
from bench.world import ACCOUNTS, PRODUCTS, REGIONS, TEAMS, World

from fincc.common.archive import ArchiveWriter
from fincc.common.auth import Subject, SubjectVerifier, new_key_pair
from fincc.common.batches import constant, cut, decode, dictionary, encode
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import SystemClock
from fincc.common.contents import Contents
from fincc.common.db import Database
from fincc.common.documents import DocumentShelf
from fincc.common.events.cost_pb2 import CostBatch, Part
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.focus import KEY_COLUMN, MONEY, SCHEMA_ID, TAG_PREFIX, TIME
from fincc.common.keyring import Keyring
from fincc.common.keys import key_column
from fincc.common.memory import reuse_blocks
from fincc.common.objects import ObjectStore
from fincc.common.service import Resources
from fincc.common.settings import CommonSettings
from fincc.common.snapshots import Sums, add_totals, totals_of, totals_to_wire
from fincc.common.testing.factories import document_message, envelope, message, owner_batch, seal_of
from fincc.compliance.app import create_service
from fincc.compliance.domain.inventory import CloudResource, to_batch
from fincc.compliance.domain.resource_types import resource_type
from fincc.compliance.repository import inventories
from fincc.compliance.settings import ComplianceSettings
from fincc.compliance.usecases import find, policies
from fincc.compliance.usecases.context import Context

SOURCE, LINES, TOGETHER, SEED = "src_bench", 10, 1400, 7


def columns_of(world: World, first: int, last: int) -> dict[str, pa.Array]:
    """The records of resources `first` … `last` - 1, LINES each, over the days of the month."""
    at = np.repeat(np.arange(first, last), LINES)
    n = len(at)
    random = np.random.default_rng(first)
    day = np.tile(np.arange(LINES), last - first) * 3
    begin = np.datetime64(f"{MONTH}-01", "ms") + day.astype("timedelta64[D]")
    units = random.integers(1, 10**13, n)  # up to ten dollars
    amounts = pa.array(units).cast(pa.decimal128(38, 0))
    billed = pa.Array.from_buffers(MONEY, n, amounts.buffers())
    columns: dict[str, pa.Array] = {
        "BilledCost": billed,
        "EffectiveCost": billed,
        "BillingCurrency": constant(n, "USD"),
        "BillingAccountId": constant(n, "000000000001"),
        "SubAccountId": dictionary(world.account[at], pa.array(ACCOUNTS)),
        "ServiceProviderName": constant(n, "AWS"),
        "ServiceName": dictionary(world.product[at], pa.array([p.name for p in PRODUCTS])),
        "RegionId": dictionary(world.region[at], pa.array(REGIONS)),
        "ResourceId": world.resource_ids.take(pa.array(at)).dictionary_encode(),
        "ChargeCategory": constant(n, "Usage"),
        "ChargePeriodStart": pa.array(begin).cast(TIME),
    }
    for key, values in world.tag_columns.items():
        columns[TAG_PREFIX + key] = values.take(pa.array(at))
    columns[KEY_COLUMN] = key_column(columns, n)
    return columns


def messages(world: World, objects: ObjectStore) -> Iterator[Envelope]:
    """The parts, archived on the way, and the Seal."""
    writer = ArchiveWriter(objects, SOURCE, MONTH, 1)
    totals: dict[str, Sums] = {}
    seq, rows = 0, 0
    for first in range(0, world.size, TOGETHER):
        last = min(first + TOGETHER, world.size)
        columns = columns_of(world, first, last)
        batch = cut(columns, 0, (last - first) * LINES)
        data = encode(batch)
        part_totals = totals_of(batch)
        add_totals(totals, part_totals)
        writer.append(seq, data, Contents.of(decode(data)))
        team = np.repeat(world.team[first:last], LINES).tolist()
        owner = {"x_TeamId": [TEAMS[t] if i % 30 < 20 else None for i, t in enumerate(team)]}
        wire = CostBatch(focus_ipc=data, schema_id=SCHEMA_ID, owner_ipc=owner_batch(batch.num_rows, owner))
        body = Part(seq=seq, rows=batch.num_rows, totals=totals_to_wire(part_totals), batch=wire)
        yield envelope(SOURCE, MONTH, 1, "part", body)
        seq, rows = seq + 1, rows + batch.num_rows
    writer.close()
    delivered = datetime.fromisoformat(f"{MONTH}-28").replace(tzinfo=UTC)
    yield envelope(SOURCE, MONTH, 1, "seal", seal_of(seq, rows, totals, delivered_at=delivered))


async def prepare(dsn: str, folder: Path, resources: int) -> None:
    database = Database(dsn, "compliance")
    objects = ObjectStore(str(folder), "compliance")
    made = Resources(
        CommonSettings(data_dir=folder), database, objects, MemoryBus(), SystemClock(),
        SubjectVerifier(new_key_pair()[1]), None,
    )  # fmt: skip
    try:
        service = create_service(made)
        handlers = {c.topic: c.handler for c in service.consumers}
        nodes = [{"id": team, "name": team.title(), "type": "team"} for team in TEAMS]
        await handlers["catalog"](message("catalog", document_message(1, orjson.dumps({"nodes": nodes}), len(nodes))))
        world = World.make(resources, SEED)
        watch = Stopwatch()
        for wrapped in messages(world, ObjectStore(str(folder), "ingestion")):
            await handlers["enriched-cost"](message("enriched-cost", wrapped))
        await policies.publish(_context(database, objects), POLICY.encode(), Subject("bench", "bench"), None)
        report(watch.stop())
    finally:
        await database.close()


async def list_cloud(dsn: str, folder: Path, size: int) -> None:
    world, now, path = World.make(size, SEED), datetime.now(UTC), "compliance/inventory/bench/1.arrow"
    tags = {key: column.to_pylist() for key, column in world.tag_columns.items()}
    resources = [
        CloudResource(
            id_,
            resource_type(id_, PRODUCTS[world.product[i]].name),
            ACCOUNTS[world.account[i]],
            REGIONS[world.region[i]],
            {key: values[i] for key, values in tags.items() if values[i] is not None},
        )
        for i, id_ in enumerate(world.resource_ids.to_pylist()[:size])
    ]
    ObjectStore(str(folder), "compliance").write(path, encode(to_batch(resources)))
    database = Database(dsn, "compliance")
    try:
        async with database.write() as session:
            await inventories.insert(session, "bench", "bench", {}, now)
            await inventories.note_scan(
                session, "bench", state="ok", now=now, due=now, path=path, resources=size, never_tagged=None, areas=[],
                steps=[],
            )  # fmt: skip
    finally:
        await database.close()


async def scan(dsn: str, folder: Path) -> None:
    database = Database(dsn, "compliance")
    context = _context(database, ObjectStore(str(folder), "compliance"))
    try:
        watch = Stopwatch()
        assert await find.run(context, lambda: False)
        cost = watch.stop()
        async with database.read() as session:
            driver = await session.driver()
            found = await driver.fetchval("select count(*) from findings")
            resources = await driver.fetchval("select resources from state")
            suggested = await driver.fetchval("select count(*) from findings where suggested_team is not null")
        report(cost, findings=found, resources=resources, suggested=suggested)
    finally:
        await database.close()


def _context(database: Database, objects: ObjectStore) -> Context:
    return Context(database, objects, SystemClock(), ComplianceSettings(), DocumentShelf(objects), Keyring({}))


if __name__ == "__main__":
    reuse_blocks()  # as the runtime does
    what, dsn, folder, resources = sys.argv[1:]
    if what == "prepare":
        asyncio.run(prepare(dsn, Path(folder), int(resources)))
    elif what == "cloud":
        watch = Stopwatch()
        asyncio.run(list_cloud(dsn, Path(folder), int(resources)))
        report(watch.stop())
    else:
        asyncio.run(scan(dsn, Path(folder)))
