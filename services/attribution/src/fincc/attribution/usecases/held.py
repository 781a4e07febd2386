"""Parts of one month that wait to be attributed together, since a transaction costs more than the work for a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from opentelemetry.trace import SpanContext

from fincc.attribution.domain.key_sums import sums_by_key
from fincc.common import tracing
from fincc.common.events.cost_pb2 import Snapshot
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import words_of
from fincc.common.money import Lanes
from fincc.common.projection import EncodedBatch
from fincc.common.slots import Words
from fincc.common.snapshots import COST_COLUMNS, ControlMismatch, Sums, totals_from_wire, totals_of

PARTS_AT_ONCE = 16  # about 10 MB, and as many messages that are delivered again after a crash


@dataclass(frozen=True)
class ReadPart:
    """A part with its columns opened. `low`, `high`: its distinct keys; `key_codes`: positions in them by row.
    `taken_in`: the span of its message."""

    envelope: Envelope
    batch: EncodedBatch
    low: Words
    high: Words
    key_codes: npt.NDArray[np.int32]
    totals: Mapping[str, Sums]
    billed: Mapping[str, Lanes]
    taken_in: SpanContext

    @property
    def seq(self) -> int:
        return self.envelope.cost.part.seq


@dataclass
class Held:
    """The parts of one version of a month that were taken and not forwarded yet, in order of their arrival."""

    snapshot: Snapshot
    parts: dict[int, ReadPart] = field(default_factory=dict)


def read_part(envelope: Envelope) -> ReadPart:
    """Open a part and add up its costs. Raises ControlMismatch when they are not what its header says."""
    part = envelope.cost.part
    batch = EncodedBatch(part.batch.focus_ipc)
    keys, codes = batch.dictionary(KEY_COLUMN), batch.codes(KEY_COLUMN)
    costs = batch.select(COST_COLUMNS)
    totals = totals_of(costs)
    if totals != totals_from_wire(list(part.totals)) or batch.num_rows != part.rows:
        raise ControlMismatch(f"part {part.seq}: its rows do not sum to what its header says")
    billed = sums_by_key(costs, codes, len(keys))
    return ReadPart(envelope, batch, *words_of(keys), codes, totals, billed, tracing.here())
