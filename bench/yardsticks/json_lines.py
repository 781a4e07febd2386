"""One JSON message a line, checked by pydantic at each hop: `python -m bench.yardsticks.json_lines RAW_PARTS LINES`.

The records are those of our own `raw-cost` messages with all their columns, so that both ways carry the same. A
publisher makes a message of each, an attributor reads it, decides the team and writes it again, a reader adds it up.
No broker stands between them, and the bill is mapped already: both flatter this way of doing it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from bench import raw_parts
from bench.measure import Stopwatch, report
from bench.world import ACCOUNT_DEFAULTS, ALIASES, TEAMS
from pydantic import BaseModel, create_model

from fincc.common import batches
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.focus import KEY_COLUMN, MONEY, PRICE, QUANTITY, TAG_PREFIX, TIME, wire_type

KNOWN = {**{t: t for t in TEAMS}, **ALIASES}
AFFIX, SPACES = re.compile(r"^team[:_ -]+|[_ -]+team$"), re.compile(r"[_\s]+")
KINDS = {MONEY: Decimal, PRICE: Decimal, QUANTITY: float, TIME: datetime}
Record = dict[str, Any]


def records(path: Path) -> Iterator[Record]:
    """What each `raw-cost` message holds, a record a line, as a reader of rows gets them from a file of columns."""
    for data in raw_parts.read(path):
        batch = _batch(data)
        plain = {
            name: column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
        for row in pa.table(plain).to_pylist():
            tags = {name.removeprefix(TAG_PREFIX): row.pop(name) for name in [*row] if name.startswith(TAG_PREFIX)}
            row.pop(KEY_COLUMN)
            yield {**row, "Tags": {name: value for name, value in tags.items() if value is not None}}


def line_model(path: Path) -> type[BaseModel]:
    """Each column with the type it has on our wire."""
    names = {name for data in raw_parts.read(path) for name in _batch(data).schema.names if TAG_PREFIX not in name}
    fields: dict[str, Any] = {name: (KINDS.get(wire_type(name), str) | None, None) for name in names - {KEY_COLUMN}}
    return create_model("Line", **fields, Tags=(dict[str, str], ...), x_TeamId=(str | None, None))


def _batch(data: bytes) -> pa.RecordBatch:
    return batches.decode(Envelope.FromString(data).cost.part.batch.focus_ipc)


def team_of(line: Any) -> str:
    tags = line.Tags
    written = next((tags[k] for k in ("team", "Team", "squad", "owner") if tags.get(k)), None)
    if written is not None:
        found = KNOWN.get(SPACES.sub("-", AFFIX.sub("", written.strip().lower())))
        if found:
            return found
    application = tags.get("application", "").rpartition("-svc")[0]
    return KNOWN.get(application) or ACCOUNT_DEFAULTS.get(line.SubAccountId) or "Unattributable"


def run(rows: Iterator[Record], model: type[BaseModel]) -> int:
    """Rows of the roll-up."""
    sums: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for message in [model(**row).model_dump_json() for row in rows]:
        line: Any = model.model_validate_json(message)
        line.x_TeamId = team_of(line)
        read: Any = model.model_validate_json(line.model_dump_json())
        day = read.ChargePeriodStart.date()
        sums[day, read.SubAccountId, read.ServiceName, read.RegionId, read.x_TeamId, read.ChargeCategory] += (
            read.BilledCost
        )
    return len(sums)


if __name__ == "__main__":
    path, lines = Path(sys.argv[1]), int(sys.argv[2])
    model = line_model(path)
    watch = Stopwatch()
    found = run(islice(records(path), lines), model)
    report(watch.stop(), rollup_rows=found, lines=lines, columns=len(model.model_fields))
