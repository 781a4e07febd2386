"""Text cells of a batch become what they hold, exactly as if each cell had been read alone."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.ingestion.connectors.base import NativeBatch
from fincc.ingestion.connectors.columns.amounts import WIDE, Amounts
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.files import csv_file
from fincc.ingestion.connectors.files.csv_columns import CsvColumns
from fincc.ingestion.connectors.files.wanted import Kind, Wanted
from fincc.kernels.cells import Cutter

from .bills import rounded

NULLS = ("", "NULL")

decimals = st.decimals(Decimal("-1e14"), Decimal("1e14"), places=14).map(str) | st.sampled_from(
    ["0", "-0", "8.03e-8", "0.0416000000", "1e12", ".5", "7.", "0.1234567890123456789012"]
)


def as_csv(columns: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[f"c{i}" for i in range(len(columns))], *zip(*columns, strict=True)])
    return out.getvalue().encode()


def read(columns: Sequence[Sequence[str]], kinds: Sequence[Kind], at_a_time: int = 1_000) -> list[pa.Array]:
    text = np.frombuffer(bytearray(as_csv(columns).split(b"\n", 1)[1]), np.uint8)
    places = range(len(columns))
    cutter, found, at = Cutter(len(columns), places, at_a_time), CsvColumns(kinds, places, NULLS), 0
    while at < len(text):
        cells = cutter.cut(text, at, is_last=True)
        found.add(cells)
        at = cells.end
    return found.arrays()


@given(st.lists(st.sampled_from(NULLS) | decimals, max_size=20), st.integers(1, 20))
def test_amounts_are_exact_and_rounded_once(cells: list[str], at_a_time: int) -> None:
    _, found = read([["."] * len(cells), cells], [Kind.TEXT, Kind.MONEY], at_a_time)
    values = [None if c in NULLS else Decimal(c) for c in cells]
    amounts = Amounts.of(found, NULLS)
    assert amounts.array().to_pylist() == [None if v is None else rounded(v) for v in values]
    assert amounts.changed == sum(v is not None and rounded(v) != v for v in values)


@given(st.lists(st.sampled_from(NULLS) | st.floats(allow_nan=False, allow_infinity=False).map(repr), max_size=20))
def test_quantities_are_the_nearest_doubles(cells: list[str]) -> None:
    _, found = read([["."] * len(cells), cells], [Kind.TEXT, Kind.NUMBER], 3)
    assert found.to_pylist() == [None if c in NULLS else float(c) for c in cells]


@given(st.lists(st.sampled_from(["", "a", "b", "é", "long", '"', ","]), max_size=20), st.integers(1, 20))
def test_text_is_as_written(cells: list[str], at_a_time: int) -> None:
    _, coded, plain = read([["."] * len(cells), cells, cells], [Kind.TEXT, Kind.TEXT, Kind.ID], at_a_time)
    assert coded.to_pylist() == plain.to_pylist() == cells
    assert coded.type == pa.dictionary(pa.int32(), pa.string())


def test_more_than_twelve_places_stay_until_they_are_rounded() -> None:
    few, many = read([["1.5", "NULL"], ["2", "0.0000000000005"]], [Kind.MONEY] * 2, 1)
    assert (few.type, many.type) == (pa.decimal128(38, 12), WIDE)
    assert few.to_pylist() == [Decimal("1.5"), None]
    assert many.to_pylist() == [Decimal(2), Decimal("0.0000000000005")]


def test_where_one_cell_is_no_number_all_numbers_are_text_until_the_batch_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = [["1.50", "NULL", "3", "4", "5", "6"], ["1", "2", "3", "free", "5", "6"], ["1", "2", "3", "4", "5", "6"]]
    kinds = {"c0": Kind.MONEY, "c1": Kind.MONEY, "c2": Kind.NUMBER}
    monkeypatch.setattr(csv_file, "MOST_ROWS", 1)
    monkeypatch.setattr(csv_file, "BATCH_BYTES", len("4,free,4\r\n5,5,5\r\n"))
    wanted = Wanted(str, kinds.get, (), lambda *_: None, NULLS)
    found = [
        [*b.table.to_pydict().values()] for b in csv_file.read_csv(io.BytesIO(as_csv(columns)), "bill.csv", wanted)
    ]
    assert found == [
        [[Decimal("1.5")], [Decimal(1)], [1.0]],
        [[None, Decimal(3)], [Decimal(2), Decimal(3)], [2.0, 3.0]],
        [["4", "5"], ["free", "5"], ["4", "5"]],
        [[Decimal(6)], [Decimal(6)], [6.0]],
    ]


def test_a_null_word_is_no_unreadable_instant() -> None:
    [found] = read([["2026-10-01T00:00:00Z", "NULL", "."]], [Kind.TIME])
    rows = NativeRows(NativeBatch("bill.csv", 2, pa.table({"at": found})), str, Counter(), (*NULLS, "."))
    assert rows.times("at").missing.tolist() == [False, True, True]
    assert rows.times("at").unreadable == 0
