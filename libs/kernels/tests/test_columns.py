"""Cells become the columns that they would become read one by one."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fincc.kernels import columns
from fincc.kernels._library import address
from fincc.kernels.cells import Cells, Cutter
from fincc.kernels.columns import Cell, Columns, Form

words = st.text(st.sampled_from("abcdé,\n"), max_size=3) | st.text("xy", min_size=4, max_size=40)


def as_cells(rows: Sequence[Sequence[str]], most_rows: int = 1024) -> list[Cells]:
    """Rows of equal length as they come out of CSV. They are copied, since the next ones take the place of the last."""
    text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows).encode()
    width = len(rows[0]) if rows else 1
    cutter, data, found, at = Cutter(width, range(width), most_rows), bytearray(text), list[Cells](), 0
    while at < len(data):
        cells = cutter.cut(np.frombuffer(data, np.uint8), at, is_last=True)
        starts, sizes = cells.starts.copy(), cells.sizes.copy()
        found.append(replace(cells, starts=starts, sizes=sizes, addresses=(address(starts), address(sizes))))
        at = cells.end
    return found


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """At first, so that columns grow."""
    for name in ("_ROWS", "_TEXT", "_VALUES"):
        monkeypatch.setattr(columns, name, 2)


def read(form: Form, cells: list[str], most_rows: int = 1024) -> tuple[Columns, int]:
    """And how many are left."""
    found, left = Columns([(form, 0)]), 0
    for some in as_cells([[cell, "."] for cell in cells], most_rows):
        left += found.read(some)[0]
        found.keep(some)
    return found, left


def texts_of(found: Columns, i: int = 0) -> list[str]:
    ends, text = found.texts(i)
    return [text[a:b].tobytes().decode() for a, b in pairwise(ends)]


@given(st.lists(words, max_size=300), st.sampled_from([1, 7, 1024]))
def test_texts_are_coded_by_their_distinct_values_in_order_of_appearance(cells: list[str], most_rows: int) -> None:
    found, _ = read(Form.CODED, cells, most_rows)
    values = texts_of(found)
    assert values == list(dict.fromkeys(cells))
    assert [values[code] for code in found.codes(0)] == cells


@given(st.lists(words, max_size=300), st.sampled_from([1, 7, 1024]))
def test_plain_texts_stay_as_they_are(cells: list[str], most_rows: int) -> None:
    assert texts_of(read(Form.PLAIN, cells, most_rows)[0]) == cells


@pytest.mark.parametrize("form", [Form.CODED, Form.PLAIN])
def test_there_is_room_for_many_texts_and_for_large_ones(form: Form) -> None:
    cells = [f"value {i}" for i in range(20_000)] + ["x" * 300_000, "y" * 900_000] + [f"value {i}" for i in range(5)]
    found, _ = read(form, cells)
    if form is Form.PLAIN:
        assert texts_of(found) == cells
    else:
        assert texts_of(found) == cells[:-5]
        assert found.codes(0)[-5:].tolist() == [0, 1, 2, 3, 4]


def test_texts_beyond_what_a_column_can_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "LARGEST", 10_000)
    for form in (Form.CODED, Form.PLAIN):
        with pytest.raises(ValueError, match="exceed 10,000 bytes"):
            read(form, [f"{i:05d}" for i in range(2_001)])


numbers = (
    st.decimals(Decimal("-1e15"), Decimal("1e15"), places=10).map(str)
    | st.from_regex(r"-?[0-9]{0,19}(\.[0-9]{0,14})?([eE][+-]?[0-9]{0,3})?", fullmatch=True)
    | st.text("0123456789.-+eE xN", max_size=8)
)


@given(st.lists(numbers, max_size=50))
@example(
    ["", "0", "-0", ".5", "7.", "-.5e1", "8.03E-8", "1e12", "999999999999999999", "0.000000000001", "1e-12", "-1.5"]
)
@example(
    [
        ".",
        "-",
        "e5",
        "1e",
        "1e+",
        "--1",
        "1.2.3",
        "1000000000000000000",
        "1e-13",
        "1e1000",
        "+1",
        " 1",
        "1 ",
        "0x1",
        "nan",
    ]
)
def test_amounts_are_exact_or_left(cells: list[str]) -> None:
    found, left = read(Form.AMOUNT, cells)
    for cell, (low, high), how in zip(cells, found.words(0).tolist(), found.how(0).tolist(), strict=True):
        units = (high << 64) + (low & 0xFFFFFFFFFFFFFFFF)
        assert how == (Cell.EMPTY if not cell else how)
        if how == Cell.READ:
            assert Decimal(units).scaleb(-12) == Decimal(cell)
        else:
            assert units == 0
    assert left == found.how(0).tolist().count(Cell.LEFT)


@given(st.lists(numbers | st.floats(allow_nan=False, allow_infinity=False).map(repr), max_size=50))
@example(["-0", "0.1", "9007199254740993", "123456789012345678", "1e-18", "0.3e1", "1.7976931348623157e308"])
def test_quantities_are_the_nearest_doubles_or_left(cells: list[str]) -> None:
    found, left = read(Form.DOUBLE, cells)
    for cell, value, how in zip(cells, found.doubles(0).tolist(), found.how(0).tolist(), strict=True):
        if how == Cell.READ:
            assert struct.pack("d", value) == struct.pack("d", float(cell))
    assert left == found.how(0).tolist().count(Cell.LEFT)


@pytest.mark.parametrize(
    ("cell", "forms"),
    [
        ("0.0416", [Form.AMOUNT, Form.DOUBLE]),
        ("-12345678.901234567", [Form.AMOUNT]),  # more digits than a double holds exactly
        ("3.0E-7", [Form.AMOUNT, Form.DOUBLE]),
        ("1e15", []),  # not worth the trouble
        ("0.0000000000001", [Form.DOUBLE]),
        ("12.", [Form.AMOUNT, Form.DOUBLE]),
    ],
)
def test_numbers_as_bills_have_them_are_read_here(cell: str, forms: list[Form]) -> None:
    assert [form for form in (Form.AMOUNT, Form.DOUBLE) if read(form, [cell])[1] == 0] == forms


def test_what_was_read_and_not_kept_leaves_no_trace() -> None:
    found = Columns([(Form.CODED, 0), (Form.PLAIN, 1), (Form.AMOUNT, 2)])
    [kept], [not_kept], [more] = (as_cells([row]) for row in (["a", "b", "1"], ["c", "d", "x"], ["a", "e", "2"]))
    found.read(kept)
    found.keep(kept)
    assert found.read(not_kept).tolist() == [0, 0, 1]
    assert found.how(2, present=1).tolist() == [Cell.LEFT]
    assert found.read(more).tolist() == [0, 0, 0]
    found.keep(more)
    assert [texts_of(found)[code] for code in found.codes(0)] == ["a", "a"]
    assert texts_of(found, 1) == ["b", "e"]
    assert found.words(2)[:, 0].tolist() == [10**12, 2 * 10**12]
