"""Facts: sums by attribution key, UTC day and currency. The finest grain the cockpit keeps; single records stay in the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.cockpit.domain.columns import METRIC_FIELDS, METRICS
from fincc.common.money import Lanes, group_sum
from fincc.common.vocabulary import Ints

Bools = npt.NDArray[np.bool_]

_DENSE = 1 << 20
_LOW_BITS = 32
_LOW_MASK = (1 << _LOW_BITS) - 1


@dataclass(frozen=True)
class Facts:
    """`key`, `day` (days since 1970) and `currency` are codes; `rows` counts records; `amounts` is by metric."""

    key: Ints
    day: Ints
    currency: Ints
    rows: Ints
    amounts: Mapping[str, Lanes]

    def __len__(self) -> int:
        return len(self.key)


def sum_by_key_and_day(
    key: Ints, day: Ints, currency: Ints, amounts: Mapping[str, Lanes], rows: Ints | None = None
) -> Facts:
    """Exact sums per distinct (key, day, currency); codes must not be negative. Sorted by key, then day, then currency."""
    if not len(key):
        empty = np.zeros(0, np.int32)
        return Facts(empty, empty, empty, np.zeros(0, np.int64), {m: Lanes.zeros(0) for m in amounts})
    first, currencies = int(day.min()), int(currency.max()) + 1
    span = int(day.max()) - first + 1
    cell = (key.astype(np.int64) * span + (day - first)) * currencies + currency
    size = (int(key.max()) + 1) * span * currencies
    cells, codes = _dense(cell, size) if size <= max(_DENSE, 16 * len(key)) else _sparse(cell)
    n = len(cells)
    counts = np.bincount(codes, rows, n).astype(np.int64)  # weights are counts of records, far below 2**53
    return Facts(
        (cells // (span * currencies)).astype(np.int32),
        (cells // currencies % span + first).astype(np.int32),
        (cells % currencies).astype(np.int32),
        counts,
        {metric: group_sum(codes, n, lanes) for metric, lanes in amounts.items()},
    )


def _dense(cell: Ints, size: int) -> tuple[Ints, Ints]:
    seen = np.zeros(size, bool)
    seen[cell] = True
    number = np.cumsum(seen, dtype=np.int32) - 1
    return np.flatnonzero(seen), number[cell]


def _sparse(cell: Ints) -> tuple[Ints, Ints]:
    return np.unique(cell, return_inverse=True)


def join(parts: Sequence[Facts]) -> Facts:
    """The same facts in one; equal (key, day, currency) are not merged."""
    return Facts(
        np.concatenate([p.key for p in parts]),
        np.concatenate([p.day for p in parts]),
        np.concatenate([p.currency for p in parts]),
        np.concatenate([p.rows for p in parts]),
        {
            m: Lanes(np.concatenate([p.amounts[m].hi for p in parts]), np.concatenate([p.amounts[m].lo for p in parts]))
            for m in parts[0].amounts
        },
    )


def to_batch(facts: Facts) -> pa.RecordBatch:
    """As stored: money as `hi` (int64) and `lo` (uint32), value = hi * 2**32 + lo in units of 1e-12."""
    columns: dict[str, npt.NDArray[Any]] = {
        "key": facts.key.astype(np.int32),
        "day": facts.day.astype(np.int32),
        "currency": facts.currency.astype(np.int16),
        "rows": facts.rows.astype(np.int64),
    }
    for metric in METRICS:
        lanes = facts.amounts[metric]
        columns[f"{METRIC_FIELDS[metric]}_hi"] = lanes.hi + (lanes.lo >> _LOW_BITS)
        columns[f"{METRIC_FIELDS[metric]}_lo"] = (lanes.lo & _LOW_MASK).astype(np.uint32)
    return pa.record_batch({name: pa.array(values) for name, values in columns.items()})


def from_batch(batch: pa.RecordBatch, metrics: Sequence[str] = METRICS, wanted: Bools | None = None) -> Facts:
    """The inverse of `to_batch`; only the columns of `metrics` are touched, and of `wanted` keys only."""
    key = batch.column("key").to_numpy()
    kept = slice(None) if wanted is None or wanted.all() else np.flatnonzero(wanted.take(key))

    def column(name: str) -> npt.NDArray[Any]:
        return batch.column(name).to_numpy()[kept]

    return Facts(
        key[kept],
        column("day"),
        column("currency"),
        column("rows"),
        {
            m: Lanes(column(f"{METRIC_FIELDS[m]}_hi"), column(f"{METRIC_FIELDS[m]}_lo").astype(np.int64))
            for m in metrics
        },
    )
