"""The `raw-cost` messages of a bill, made by ingestion's own reading, mapping and cutting, kept in a file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.generate import FORMAT, MONTH, Bill
from bench.session import say

from fincc.common.events.cost_pb2 import CostBatch, CostMessage, Part, Snapshot
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.focus import SCHEMA_ID
from fincc.common.snapshots import totals_to_wire
from fincc.ingestion import connectors
from fincc.ingestion.domain.parts import EncodedPart, PartCutter
from fincc.ingestion.settings import IngestionSettings

VERSION = 1
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class RawParts:
    path: Path
    rows: int


def of_bill(bill: Bill, rows: int) -> RawParts:
    """At least `rows` lines of the bill, in whole parts; made again in each run, since the code may have changed."""
    path = bill.folder / f"raw-parts-{rows}-v{FORMAT}"
    say(f"messages of {rows:,} lines")
    connector = connectors.create("aws_cur", str(bill.folder), {})
    (delivery,) = connector.deliveries()
    mapper, settings = connector.mapper(delivery), IngestionSettings()
    cutter = PartCutter(settings.part_bytes, settings.part_rows, settings.part_window_rows)
    seq, made = 0, 0
    with path.open("wb") as file:

        def write(parts: Iterator[EncodedPart]) -> None:
            nonlocal seq, made
            for part in parts:
                body = Part(
                    seq=seq, rows=part.contents.rows, totals=totals_to_wire(part.totals),
                    batch=CostBatch(focus_ipc=part.data, schema_id=SCHEMA_ID),
                )  # fmt: skip
                snapshot = Snapshot(source_id="src_bench", source_name="bench", billing_period=MONTH, version=VERSION)
                message = Envelope(
                    id=f"part-{seq}", producer="ingestion", cost=CostMessage(snapshot=snapshot, part=body)
                )
                data = message.SerializeToString()
                file.write(_LENGTH.pack(len(data)) + data)
                seq, made = seq + 1, made + part.contents.rows

        for native in connector.read(delivery):
            mapped = mapper.map(native)
            write(cutter.add(mapped.columns, mapped.rows))
            if made >= rows:
                break
        write(cutter.finish())
    return RawParts(path, made)


def read(path: Path) -> Iterator[bytes]:
    """The messages, one after the other."""
    with path.open("rb") as file:
        while head := file.read(_LENGTH.size):
            yield file.read(_LENGTH.unpack(head)[0])
