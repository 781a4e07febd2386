"""Reading the sums of a set by team, cloud service and day as columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fincc.cockpit.domain.columns import METRIC_FIELDS
from fincc.cockpit.domain.cube import Cube
from fincc.common.batches import codes
from fincc.common.db import ReadSession
from fincc.common.focus import MONEY
from fincc.common.money import lanes

_SIZES = "select set_id, sum(cardinality(days)) from service_days where set_id = any($1::bigint[]) and currency = $2 group by 1"
_BILLED_ROWS = (
    "select team_id, service_name, cardinality(days), array_to_string(days, ','), array_to_string(billed, ',') "
    "from service_days where set_id = $1 and currency = $2 order by team_id, service_name"
)
_ROWS = {metric: _BILLED_ROWS.replace("billed", field) for metric, field in METRIC_FIELDS.items()}

Stored = Sequence[tuple[str, str, int, str, str]]


async def count_rows(session: ReadSession, set_ids: Sequence[int], currency: str) -> dict[int, int]:
    """How many rows the cube of each set has."""
    driver = await session.driver()
    sizes: dict[int, int] = dict(await driver.fetch(_SIZES, set_ids, currency))
    return {set_id: sizes.get(set_id, 0) for set_id in set_ids}


async def read_rows(session: ReadSession, set_id: int, currency: str, metric: str) -> Stored:
    rows: Stored = await (await session.driver()).fetch(_ROWS[metric], set_id, currency)
    return rows


def to_cube(set_id: int, rows: Stored) -> Cube:
    """Work for a thread: the arrays come as text, which costs a tenth of having the driver make objects of them."""
    team, service, sizes, days, amounts = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    teams, services = (pa.array(texts, pa.string()).dictionary_encode() for texts in (team, service))
    length = np.array(sizes, np.int64)
    return Cube(
        set_id,
        _values(teams),
        _values(services),
        np.repeat(codes(teams), length),
        np.repeat(codes(services), length),
        _split(days).cast(pa.date32()).cast(pa.int32()).to_numpy(),
        lanes(_split(amounts).cast(MONEY)),
    )


def _values(column: pa.DictionaryArray) -> list[str | None]:
    return [value or None for value in column.dictionary.to_pylist()]


def _split(texts: Sequence[str]) -> pa.Array:
    """The parts of comma-separated texts, one after the other."""
    return pc.split_pattern(pa.array([",".join(texts)] if texts else [], pa.large_string()), ",").flatten()
