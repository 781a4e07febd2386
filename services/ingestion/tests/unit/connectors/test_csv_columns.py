"""Text cells of a batch become what they hold, exactly as if each cell had been read alone."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fincc.ingestion.connectors.base import NativeBatch
from fincc.ingestion.connectors.columns.amounts import WIDE, Amounts
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.files.csv_columns import typed
from fincc.ingestion.connectors.files.wanted import Kind

from .bills import rounded

NULLS = ("", "NULL")

decimals = st.decimals(Decimal("-1e14"), Decimal("1e14"), places=14).map(str) | st.sampled_from(
    ["0", "-0", "8.03e-8", "0.0416000000", "1e12", ".5", "7.", "0.1234567890123456789012"]
)


def column(cells: list[str], cut: int) -> pa.ChunkedArray:
    """The cells in two pieces, which do not start where their buffers do."""
    pieces = [pa.array(["x", *cells[:cut]], pa.string()).slice(1), pa.array(cells[cut:], pa.string())]
    return pa.chunked_array(pieces, pa.string())


@given(st.lists(st.sampled_from(NULLS) | decimals, max_size=20), st.integers(0, 20))
def test_amounts_are_exact_and_rounded_once(cells: list[str], cut: int) -> None:
    [read] = typed([column(cells, cut)], [Kind.MONEY], NULLS)
    values = [None if c in NULLS else Decimal(c) for c in cells]
    amounts = Amounts.of(read, NULLS)
    assert amounts.array().to_pylist() == [None if v is None else rounded(v) for v in values]
    assert amounts.changed == sum(v is not None and rounded(v) != v for v in values)


@given(st.lists(st.sampled_from(NULLS) | st.floats(allow_nan=False, allow_infinity=False).map(repr), max_size=20))
def test_quantities_are_the_nearest_doubles(cells: list[str]) -> None:
    [read] = typed([column(cells, 3)], [Kind.NUMBER], NULLS)
    assert read.to_pylist() == [None if c in NULLS else float(c) for c in cells]


@given(st.lists(st.sampled_from(["", "a", "b", "é", "long"]), max_size=20), st.integers(0, 20))
def test_text_is_as_written(cells: list[str], cut: int) -> None:
    coded, plain = typed([column(cells, cut)] * 2, [Kind.TEXT, Kind.ID], NULLS)
    assert coded.to_pylist() == plain.to_pylist() == cells
    assert coded.type == pa.dictionary(pa.int32(), pa.string())


def test_more_than_twelve_places_stay_until_they_are_rounded() -> None:
    [few, many] = typed([column(["1.5"], 1), column(["0.0000000000005"], 1)], [Kind.MONEY] * 2, NULLS)
    assert (few.type, many.type) == (pa.decimal128(38, 12), WIDE)


def test_where_one_cell_is_no_number_all_columns_are_text() -> None:
    cells = [column(["1.50", "NULL"], 1), column(["free", "2"], 1), column(["1", "2"], 1)]
    read = typed(cells, [Kind.MONEY, Kind.MONEY, Kind.NUMBER], NULLS)
    assert [c.to_pylist() for c in read] == [["1.50", "NULL"], ["free", "2"], ["1", "2"]]


def test_a_null_word_is_no_unreadable_instant() -> None:
    [read] = typed([column(["2026-10-01T00:00:00Z", "NULL", ""], 1)], [Kind.TIME], NULLS)
    rows = NativeRows(NativeBatch("bill.csv", 2, pa.table({"at": read})), str, Counter(), NULLS)
    assert rows.times("at").missing.tolist() == [False, True, True]
    assert rows.times("at").unreadable == 0
