"""Parquet is read the same whatever its row groups, its writer's types and its forms of maps are."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from fincc.ingestion.connectors.files import parquet_file

from .bills import as_parquet, month, put, row, total
from .mapped import Bill


def rewritten(data: bytes, **columns: pa.Array) -> bytes:
    """The same file with some columns replaced."""
    table = pq.read_table(io.BytesIO(data))
    for name, column in columns.items():
        table = table.set_column(table.column_names.index(name), name, column)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def said(bill: Bill) -> list[str]:
    """Records without nulls, in an order of their own: rows that a batch adds stand at its end."""
    return sorted(str({name: value for name, value in sorted(r.items()) if value is not None}) for r in bill.records)


def test_a_large_row_group_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*month("2026-01"), *month("2026-01"), row(UnblendedCost="nan")]
    path = put(tmp_path / "bill.parquet", as_parquet(rows, maps=True, row_group=1000))
    whole = Bill(path)
    monkeypatch.setattr(parquet_file, "MOST_ROWS", 7)
    pieces = Bill(path)
    assert len(pieces.mapped) > len(whole.mapped)
    assert said(pieces) == said(whole)
    assert [b.line for b in pieces.bad] == [b.line for b in whole.bad] == [len(rows)]
    assert pieces.report.unknown_columns == whole.report.unknown_columns


def test_tags_may_be_json_text_in_parquet(tmp_path: Path) -> None:
    data = as_parquet([row(), row()], maps=True)
    tags = pa.array([json.dumps({"user_team": "a"}), None])
    records = Bill(put(tmp_path / "bill.parquet", rewritten(data, resource_tags=tags))).records
    assert [r["Tags/team"] for r in records] == ["a", None]


def test_amounts_may_be_decimals_or_text(tmp_path: Path) -> None:
    data = as_parquet([row(), row()], maps=True)
    for i, cells in enumerate(
        (pa.array([Decimal("1.1"), Decimal("2.2")], pa.decimal128(20, 4)), pa.array(["1.1", "2.2"]))
    ):
        bill = Bill(put(tmp_path / f"{i}.parquet", rewritten(data, line_item_unblended_cost=cells)))
        assert [r["BilledCost"] for r in bill.records] == [Decimal("1.1"), Decimal("2.2")]


def test_account_ids_written_as_numbers_get_their_zeros_back(tmp_path: Path) -> None:
    data = rewritten(as_parquet([row()], maps=True), bill_payer_account_id=pa.array([1234567890], pa.int64()))
    assert Bill(put(tmp_path / "bill.parquet", data)).one()["BillingAccountId"] == "001234567890"


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_instants_of_any_unit_are_milliseconds(unit: str, zone: str | None, tmp_path: Path) -> None:
    data = as_parquet([row(day=5, hour=6)], maps=True)
    times = pq.read_table(io.BytesIO(data)).column("line_item_usage_start_date").cast(pa.timestamp(unit))
    if zone is not None:
        times = times.cast(pa.timestamp(unit, "UTC")).cast(pa.timestamp(unit, zone))
    record = Bill(put(tmp_path / "bill.parquet", rewritten(data, line_item_usage_start_date=times))).one()
    assert f"{record['ChargePeriodStart']:%Y-%m-%dT%H}" == "2026-01-05T06"


@pytest.mark.parametrize("statistics", [True, False])
def test_other_columns_are_counted_from_statistics_where_there_are_some(statistics: bool, tmp_path: Path) -> None:
    table = pq.read_table(io.BytesIO(as_parquet([row(), row(), row()], maps=True, row_group=2)))
    table = table.append_column("line_item_new_thing", pa.array(["x", None, "y"]))
    table = table.append_column(
        "something_else", pa.array([[("k", "v"), ("l", "v")], None, []], pa.map_(pa.string(), pa.string()))
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, write_statistics=statistics, row_group_size=2)
    report = Bill(put(tmp_path / "bill.parquet", sink.getvalue())).report
    assert report.unknown_columns == {"line_item_new_thing": 2, "something_else": 2}
    assert report.unused_columns == {"identity_line_item_id": 3 if statistics else None}


def test_the_sum_is_that_of_the_doubles(tmp_path: Path) -> None:
    rows = [row(UnblendedCost=f"{i / 7}e-{i % 9}") for i in range(1, 500)]
    bill = Bill(put(tmp_path / "bill.parquet", as_parquet(rows, maps=True)))
    assert (
        bill.mapped[0].source_billed["USD"] + sum((m.source_billed["USD"] for m in bill.mapped[1:]), Decimal(0))
        == total(rows, doubles=True)["USD"]
    )
