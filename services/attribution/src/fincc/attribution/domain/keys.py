"""Attribution keys with their attributes, as stored; and the owner columns of a part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.resolve import Outcome
from fincc.common import batches
from fincc.common.focus import KEY_COLUMN, OWNER_COLUMNS
from fincc.common.keys import is_key_column

KEY = "key"


def key_attributes(batch: pa.RecordBatch, wanted: npt.NDArray[np.integer]) -> pa.RecordBatch:
    """The `wanted` distinct keys (positions in the key column's dictionary) with the attributes of their first row."""
    column = batch.column(KEY_COLUMN)
    codes = batches.codes(column)
    first = np.zeros(len(column.dictionary), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several assignments the last one, the first row, stays
    rows = pa.array(first[wanted])
    out: dict[str, pa.Array] = {KEY: column.dictionary.take(pa.array(wanted))}
    for name in batch.schema.names:
        if is_key_column(name):
            values = batch.column(name).take(rows)
            if values.null_count < len(values):
                out[name] = batches.compact(values)
    return pa.record_batch(out)


def encode_keys(keys: pa.RecordBatch) -> bytes:
    return batches.encode(keys)


def decode_keys(content: bytes) -> pa.RecordBatch:
    return batches.decode(content)


def columns_to_read(names: Sequence[str]) -> list[str]:
    """Of the columns of a part: those a key is made of."""
    return [n for n in names if n == KEY_COLUMN or is_key_column(n)]


def owner_columns(outcomes: Sequence[Outcome], owners: npt.NDArray[np.int32]) -> pa.RecordBatch:
    """x_TeamId, x_ServiceId, x_AttributionRuleId per row; `owners` are positions in `outcomes`."""
    used = np.flatnonzero(np.bincount(owners, minlength=len(outcomes))).tolist()
    columns = []
    for field in ("team_id", "service_id", "rule_id"):
        values = {i: getattr(outcomes[i], field) for i in used}
        distinct = {v: n for n, v in enumerate(dict.fromkeys(v for v in values.values() if v is not None))}
        position = np.full(len(outcomes), -1, np.int32)
        position[used] = [distinct.get(v, -1) for v in values.values()]
        columns.append(batches.dictionary(position[owners], pa.array(list(distinct), pa.string())))
    return pa.RecordBatch.from_arrays(columns, names=list(OWNER_COLUMNS))


def ownership_table(keys: pa.Array, owners: Owners) -> pa.RecordBatch:
    """The ownership document: key, the owner columns, and why nobody owns what is Unattributable."""
    outcomes = owners.outcomes
    owned = owner_columns(outcomes, owners.codes)
    reasons = list(dict.fromkeys(o.reason for o in outcomes if o.reason is not None))
    position = {reason: i for i, reason in enumerate(reasons)}
    of_outcome = np.array([position.get(o.reason, -1) if o.reason else -1 for o in outcomes], np.int32)
    return pa.RecordBatch.from_arrays(
        [
            keys,
            *owned.columns,
            batches.dictionary(of_outcome[owners.codes], pa.array(reasons, pa.string())),
        ],
        names=[KEY, *OWNER_COLUMNS, "reason"],
    )
