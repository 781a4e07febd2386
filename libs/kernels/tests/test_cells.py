"""Cells are cut as Arrow's CSV reader cuts them, whatever the text, and wherever it is cut into pieces."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv

from fincc.kernels._library import STRETCH
from fincc.kernels.cells import Bytes, Cells, Cutter

Rows = list[tuple[str, ...]]

PIECES = ["a", "bc", ",", ",", '"', '""', "\n", "\r\n", "\r", "é", "long " * 30]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def as_bytes(text: bytes) -> Bytes:
    return np.frombuffer(bytearray(text), np.uint8)


def rows_of(cells: Cells) -> Rows:
    rows = np.arange(cells.rows)
    columns = [cells.texts(i, rows) for i in range(len(cells.starts))]
    return list(zip(*columns, strict=True)) if columns else [()] * cells.rows


def cut_all(text: Bytes, cutter: Cutter, is_last: bool = True) -> tuple[Rows, list[int], list[tuple[int, str]], Cells]:
    """Rows, their lines, the bad ones with how many cells they have, and what was cut last."""
    rows: Rows = []
    lines: list[int] = []
    bad: list[tuple[int, str]] = []
    at = line = 0
    while True:
        cells = cutter.cut(text, at, is_last)
        rows += rows_of(cells)
        lines += (line + cells.lines).tolist()
        bad += [(b.cells, text[b.start : b.end].tobytes().decode()) for b in cells.bad]
        if cells.end in (at, len(text)):
            return rows, lines, bad, cells
        at, line = cells.end, line + cells.end_line


def as_arrow_cuts(text: bytes, columns: int) -> tuple[Rows, list[tuple[int, str]]]:
    bad: list[tuple[int, str]] = []

    def skip(row: csv.InvalidRow) -> str:
        bad.append((row.actual_columns, row.text))
        return "skip"

    names = [str(i) for i in range(columns)]
    if not text.strip(b"\r\n"):  # of nothing at all Arrow makes an error
        return [], []
    table = csv.read_csv(
        pa.BufferReader(text),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
        parse_options=csv.ParseOptions(invalid_row_handler=skip),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    return list(zip(*(c.to_pylist() for c in table.columns), strict=True)), bad


@given(texts, st.integers(1, 4), st.sampled_from([1, 2, 1024]))
def test_any_text_is_cut_as_arrow_cuts_it(text: str, columns: int, most_rows: int) -> None:
    data = text.encode()
    rows, _, bad, cells = cut_all(as_bytes(data), Cutter(columns, range(columns), most_rows))
    if cells.unclosed is None:
        assert (rows, bad) == as_arrow_cuts(data, columns)


@given(texts, st.integers(1, 4), st.data())
def test_of_some_columns_the_same_is_told_as_of_all(text: str, columns: int, data: st.DataObject) -> None:
    wanted = sorted(data.draw(st.sets(st.integers(0, columns - 1))))
    all_rows, *others, _ = cut_all(as_bytes(text.encode()), Cutter(columns, range(columns), 1024))
    rows, *same, _ = cut_all(as_bytes(text.encode()), Cutter(columns, wanted, 1024))
    assert rows == [tuple(row[i] for i in wanted) for row in all_rows]
    assert same == others


@pytest.mark.parametrize("seed", range(20))
def test_records_across_the_stretches_that_are_looked_through_at_a_time_are_whole(seed: int) -> None:
    draw = random.Random(seed)
    cells = ["", "x", '"a, b"', '"say ""no"""', '"two\nlines"', "1.5", "y" * 700, '"' + "z," * 300 + '"']
    records = [",".join(draw.choice(cells) for _ in range(draw.choice([6, 6, 6, 6, 5, 7]))) for _ in range(600)]
    data = "".join(record + draw.choice(["\n", "\r\n"]) for record in records).encode()
    assert len(data) > 3 * STRETCH
    rows, _, bad, _ = cut_all(as_bytes(data), Cutter(6, range(6), 1024))
    assert (rows, bad) == as_arrow_cuts(data, 6)
    assert len(rows) + len(bad) == len(records)


@given(st.lists(st.integers(0, 3), max_size=12))
def test_lines_are_counted_in_cells_and_where_there_is_nothing_else(breaks: list[int]) -> None:
    """Each record has so many line breaks inside, and as many blank lines behind it."""
    data = "".join(f'"{"x".join(n * [chr(10)])}",2\n' + n * "\r\n" for n in breaks).encode()
    _, lines, _, cells = cut_all(as_bytes(data), Cutter(2, [0, 1], most_rows=3))
    assert lines == [sum(2 * n + 1 for n in breaks[:i]) for i in range(len(breaks))]
    if len(breaks) % 3:
        assert cells.lines.tolist() == [line - lines[-1] + cells.lines[-1] for line in lines[-cells.rows :]]


def test_what_stands_after_the_last_line_break_waits_for_more() -> None:
    text = as_bytes(b"1,2\n3,4")
    cells = Cutter(2, [0, 1], 1024).cut(text, 0, is_last=False)
    assert (rows_of(cells), cells.end) == ([("1", "2")], 4)
    cells = Cutter(2, [0, 1], 1024).cut(text, 4, is_last=True)
    assert (rows_of(cells), cells.end) == ([("3", "4")], 7)


def test_an_open_quotation_mark_is_told_by_its_line() -> None:
    cells = Cutter(2, [0, 1], 1024).cut(as_bytes(b'1,2\n\n"a\nb",4\n5,"x\n6,7\n'), 0, is_last=True)
    assert (cells.rows, cells.end_line, cells.unclosed) == (2, 4, 4)


def test_records_with_another_number_of_cells_are_told_as_they_stand() -> None:
    text = as_bytes(b'1,"a ""b"""\n"x ""y""",2,3\n4\n5,6\n')
    cells = Cutter(2, [0, 1], 1024).cut(text, 0, is_last=True)
    assert rows_of(cells) == [("1", 'a "b"'), ("5", "6")]
    assert [(b.cells, b.line, text[b.start : b.end].tobytes()) for b in cells.bad] == [
        (3, 1, b'"x ""y""",2,3'),
        (1, 2, b"4"),
    ]


def test_nothing_behind_the_text_is_touched(at_the_edge: Callable[[bytes], Bytes]) -> None:
    draw = random.Random(1)
    for _ in range(2_000):
        text = "".join(draw.choices(PIECES, k=draw.randrange(40))).encode()
        for is_last in (True, False):
            *there, _ = cut_all(at_the_edge(text), Cutter(2, [0, 1], 1024), is_last)
            *elsewhere, _ = cut_all(as_bytes(text), Cutter(2, [0, 1], 1024), is_last)
            assert there == elsewhere


@pytest.mark.parametrize("wanted", [[1, 0], [0, 0], [2], [-1]])
def test_columns_that_there_are_not_are_refused(wanted: list[int]) -> None:
    with pytest.raises(ValueError, match="from 0 to 1 in order"):
        Cutter(2, wanted, 1024)


def test_text_that_may_not_be_changed_is_refused() -> None:
    with pytest.raises(ValueError, match="may be changed"):
        Cutter(1, [0], 1024).cut(np.frombuffer(b"1\n", np.uint8), 0, is_last=True)
