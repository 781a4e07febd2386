"""The columns of metrics are a contract: readers of yesterday rely on their names, order and types."""

from datetime import UTC, datetime

import pyarrow as pa

from fincc.common import metrics
from fincc.common.batches import decode, encode, encode_text

COMMITTED = """
ResourceId: dictionary<values=string, indices=int32, ordered=0>
SubAccountId: dictionary<values=string, indices=int32, ordered=0>
RegionId: dictionary<values=string, indices=int32, ordered=0>
x_MetricNamespace: dictionary<values=string, indices=int32, ordered=0>
x_MetricName: dictionary<values=string, indices=int32, ordered=0>
x_Statistic: dictionary<values=string, indices=int32, ordered=0>
x_MetricUnit: dictionary<values=string, indices=int32, ordered=0>
x_PeriodSeconds: int32
x_PeriodStart: timestamp[ms, tz=UTC]
x_Value: double
"""


def batch() -> pa.RecordBatch:
    text = encode_text(pa.array(["a"]))
    start = pa.array([datetime(2026, 11, 1, tzinfo=UTC)], pa.timestamp("ms", tz="UTC"))
    columns = [text] * 7 + [pa.array([3600], pa.int32()), start, pa.array([0.1])]
    return pa.record_batch(columns, names=metrics.SCHEMA.names)


def test_the_schema_is_the_committed_one_or_has_a_new_id() -> None:
    lines = [f"{field.name}: {field.type}" for field in metrics.SCHEMA]
    assert (metrics.SCHEMA_ID, lines) == (1, COMMITTED.strip().splitlines())


def test_a_batch_keeps_its_types_on_the_wire() -> None:
    assert metrics.check_batch(decode(encode(batch()))) == []


def test_a_missing_column_another_type_and_a_null_are_each_named() -> None:
    good = batch()
    assert metrics.check_batch(good.drop_columns("x_Value"))[0].startswith("columns ResourceId")
    other = good.set_column(9, "x_Value", pa.array([1], pa.int64()))
    assert metrics.check_batch(other) == ["x_Value: is int64, expected double"]
    empty = good.set_column(9, "x_Value", pa.array([None], pa.float64()))
    assert metrics.check_batch(empty) == ["x_Value: 1 nulls, expected none"]
