"""The columns of a metric batch: one row is one value of one metric of one resource in one period of time.

A period without a value has no row; it is never 0. Metrics join costs by `ResourceId`.
"""

from __future__ import annotations

import pyarrow as pa

from fincc.common.focus import TEXT, TIME

SCHEMA_ID = 1

SCHEMA = pa.schema(
    [
        pa.field("ResourceId", TEXT, nullable=False),  # as the bill writes it
        pa.field("SubAccountId", TEXT, nullable=False),
        pa.field("RegionId", TEXT, nullable=False),
        pa.field("x_MetricNamespace", TEXT, nullable=False),  # AWS/EC2
        pa.field("x_MetricName", TEXT, nullable=False),  # CPUUtilization
        pa.field("x_Statistic", TEXT, nullable=False),  # Average, Maximum, Minimum, Sum
        pa.field("x_MetricUnit", TEXT, nullable=False),  # Percent, Bytes, Count, Seconds …
        pa.field("x_PeriodSeconds", pa.int32(), nullable=False),
        pa.field("x_PeriodStart", TIME, nullable=False),  # UTC, inclusive
        pa.field("x_Value", pa.float64(), nullable=False),
    ]
)


def check_batch(batch: pa.RecordBatch) -> list[str]:
    """What is wrong with a batch: other columns or types than the schema's, in another order, or nulls."""
    if batch.schema.names != SCHEMA.names:
        return [f"columns {', '.join(batch.schema.names)}: expected {', '.join(SCHEMA.names)}"]
    wrong = []
    for field, column in zip(SCHEMA, batch.columns, strict=True):
        if column.type != field.type:
            wrong.append(f"{field.name}: is {column.type}, expected {field.type}")
        if column.null_count:
            wrong.append(f"{field.name}: {column.null_count} nulls, expected none")
    return wrong
