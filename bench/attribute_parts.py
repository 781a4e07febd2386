"""Attribution alone: `python -m bench.attribute_parts DSN PARTS RULES` hands its handler message bytes and takes them back.

Everything is the product's own but the bus, which makes bytes of what is published and forgets them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import yaml
from bench import raw_parts
from bench.measure import Stopwatch, report
from bench.world import hierarchy_document, rules_document

from fincc.attribution.consumers import on_raw_cost
from fincc.attribution.settings import AttributionSettings
from fincc.attribution.usecases import publish
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.publish import Upload
from fincc.common.auth import Subject
from fincc.common.bus.base import Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import SystemClock
from fincc.common.db import Database
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.objects import ObjectStore
from fincc.common.testing.database import fresh_database


class BytesBus(MemoryBus):
    """Publishes to nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes_out = 0

    async def publish(self, topic: str, key: str, envelope: Envelope, *, acknowledged: bool = False) -> None:
        self.bytes_out += len(envelope.SerializeToString())


async def attribute(dsn: str, path: Path, rules: int, folder: str) -> None:
    database, bus = Database(dsn, "attribution"), BytesBus()
    context = Context(database, bus, ObjectStore(folder, "attribution"), SystemClock(), AttributionSettings())
    try:
        await publish.change_hierarchy(context, _upload(hierarchy_document()), dry_run=False)
        await publish.publish_rules(context, _upload(rules_document(rules)), 1)
        handle, rows, messages = on_raw_cost(context), 0, list(raw_parts.read(path))
        watch = Stopwatch()
        for data in messages:
            message = Message("raw-cost", "src_bench|month", Envelope.FromString(data))
            await handle(message)
            rows += message.envelope.cost.part.rows
        report(watch.stop(), rows=rows, bytes_out=bus.bytes_out)
    finally:
        await database.close()


def _upload(document: dict[str, object]) -> Upload:
    return Upload(yaml.safe_dump(document).encode(), "application/yaml", Subject("bench", "bench"))


if __name__ == "__main__":
    dsn, path, rules = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="fincc-bench-") as folder, fresh_database(dsn, "attribution") as own:
        asyncio.run(attribute(own, Path(path), int(rules), folder))
