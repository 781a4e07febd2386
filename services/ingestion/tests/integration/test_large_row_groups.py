"""Parquet whose rows are all in one group: read in pieces, in the same memory whatever its size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

READ = """
import re, sys
from pathlib import Path
from fincc.ingestion import connectors
from fincc.ingestion.reading.steps import BatchEnd, Cut, read_here
source = connectors.create("aws_cur", sys.argv[1], {})
steps = read_here(source, source.deliveries()[0], Cut(760_000, 65_536, 400_000, 128 << 20))
rows = sum(step.mapped.rows for step in steps if isinstance(step, BatchEnd))
# Not getrusage: its maximum begins with that of the process we were started from.
print(rows, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def write(path: Path, rows: int, tag_bytes: int = 0) -> int:
    """A bill in one row group, nearly all of it distinct; returns its size in bytes."""
    random = np.random.default_rng(7)
    hours = np.datetime64("2026-01-01", "ms") + random.integers(0, 720, rows) * np.timedelta64(3_600_000, "ms")
    said = {
        "bill_payer_account_id": "111111111111",
        "line_item_line_item_type": "Usage",
        "line_item_product_code": "AmazonEC2",
        "line_item_currency_code": "USD",
    }
    columns = {name: pa.array([value]).take(pa.array(np.zeros(rows, np.int32))) for name, value in said.items()} | {
        "bill_billing_period_start_date": pa.array(np.full(rows, np.datetime64("2026-01-01", "ms"))),
        "line_item_usage_start_date": pa.array(hours),
        "line_item_usage_account_id": pa.array(random.integers(10**11, 10**11 + 500, rows)).cast(pa.string()),
        "line_item_resource_id": pa.array(random.integers(0, 2**62, rows)).cast(pa.string()),
        "line_item_unblended_cost": pa.array(random.random(rows)),
        "line_item_usage_amount": pa.array(random.random(rows)),
        "pricing_public_on_demand_cost": pa.array(random.random(rows)),
    }
    if tag_bytes:
        tags = [[("user_note", random.bytes(tag_bytes // 2).hex())] for _ in range(rows)]
        columns["resource_tags"] = pa.array(tags, pa.map_(pa.string(), pa.string()))
    pq.write_table(pa.table(columns), path, row_group_size=rows)
    return path.stat().st_size


@pytest.mark.parametrize(
    ("rows", "tag_bytes", "megabytes"),
    [
        (1_000_000, 0, 40),
        (4_000, 20_000, 60),
        pytest.param(5_000_000, 0, 200, marks=pytest.mark.full),
        pytest.param(12_000, 20_000, 200, marks=pytest.mark.full),
        pytest.param(120_000, 2_000, 200, marks=pytest.mark.full),
    ],
)
def test_one_large_row_group_is_read_within_800_mb(rows: int, tag_bytes: int, megabytes: int, tmp_path: Path) -> None:
    size = write(tmp_path / "bill.parquet", rows, tag_bytes)
    assert size > megabytes * 1_000_000
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    read, peak = map(int, done.stdout.split())
    assert read == rows
    assert peak < 800, f"{peak} MB"
