"""However a CSV is cut into blocks, the records and their lines are those that Python's csv module sees."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files import csv_blocks
from fincc.ingestion.connectors.files.csv_blocks import CsvText
from fincc.kernels.cells import Cutter

cells = st.text(st.sampled_from('ab,"\n\r é'), max_size=6)
records = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=12)


def read(text: CsvText) -> tuple[list[list[str]], list[int]]:
    """The rows, and the line of each."""
    rows: list[list[str]] = []
    lines: list[int] = []
    for some in text.records(Cutter(3, range(3), most_rows=4)):
        assert some.bad == ()
        columns = [some.cells.texts(i, np.arange(some.cells.rows)) for i in range(3)]
        rows += map(list, zip(*columns, strict=True))
        lines += (some.first_line + some.cells.lines).tolist()
    return rows, lines


@given(rows=records, block=st.integers(16, 200), newline=st.sampled_from(["\n", "\r\n"]), quote_all=st.booleans())
def test_records_are_whole_wherever_a_block_ends(
    rows: list[list[str]], block: int, newline: str, quote_all: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(["a", "b", "c"])
    rows = [[c.replace("\r", "") for c in r] for r in rows]
    writer.writerows(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK", block)
        text = CsvText(io.BytesIO(out.getvalue().encode()), "bill.csv")
        assert text.header == ["a", "b", "c"]
        assert read(text) == (rows, _lines(rows))


def _lines(rows: list[list[str]]) -> list[int]:
    at, out = 2, []
    for r in rows:
        out.append(at)
        at += 1 + sum(cell.count("\n") for cell in r)
    return out


def test_blank_lines_are_no_rows_but_lines() -> None:
    rows, lines = read(CsvText(io.BytesIO(b"a,b,c\n\n1,2,3\n\r\n4,5,6\n"), "bill.csv"))
    assert (len(rows), lines) == (2, [3, 5])


def test_a_record_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 100)
    monkeypatch.setattr(csv_blocks, "LONGEST_RECORD", 1000)
    text = CsvText(io.BytesIO(b'a,b,c\n1,2,"' + b"x\n" * 2000), "bill.csv")
    with pytest.raises(BadDelivery, match=r"bill\.csv: line 2 runs on"):
        read(text)


def test_a_quotation_mark_inside_a_cell_is_a_character_like_any_other() -> None:
    rows, _ = read(CsvText(io.BytesIO(b'a,b,c\n1,17" screen,3\n4,"5" and more,6\n'), "bill.csv"))
    assert rows == [["1", '17" screen', "3"], ["4", "5 and more", "6"]]
