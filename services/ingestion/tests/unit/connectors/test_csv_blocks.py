"""However a CSV is cut into blocks, the records and their lines are those that Python's csv module sees."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files import csv_blocks
from fincc.ingestion.connectors.files.csv_cells import CsvCells
from fincc.ingestion.connectors.files.wanted import Kind, Wanted

WANTED = Wanted(str, lambda _: Kind.TEXT, (), lambda *_: None)

cells = st.text(st.sampled_from('ab,"\n\r é'), max_size=6)
records = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=12)


@given(rows=records, block=st.integers(16, 200), newline=st.sampled_from(["\n", "\r\n"]), quote_all=st.booleans())
def test_records_are_whole_wherever_a_block_ends(
    rows: list[list[str]], block: int, newline: str, quote_all: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(["a", "b", "c"])
    rows = [[c.replace("\r", "") for c in r] for r in rows]
    writer.writerows(rows)
    text = out.getvalue()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK", block)
        header, blocks = csv_blocks.read_blocks(io.BytesIO(text.encode()), "bill.csv")
        reader = CsvCells("bill.csv", header, WANTED)
        got: list[list[str]] = []
        lines: list[int] = []
        for piece in blocks:
            read = reader.read(piece)
            got.extend(map(list, zip(*(column.to_pylist() for column in read.table.columns), strict=True)))
            lines.extend(
                range(read.first_line, read.first_line + read.table.num_rows)
                if read.lines is None
                else read.lines.tolist()
            )
            assert read.bad == ()
    assert header == ["a", "b", "c"]
    assert got == rows
    assert lines == _lines(rows, quote_all)


def _lines(rows: list[list[str]], quote_all: bool) -> list[int]:
    at, out = 2, []
    for r in rows:
        out.append(at)
        at += 1 + sum(cell.count("\n") for cell in r)
    return out


def test_blank_lines_are_no_rows_but_lines() -> None:
    data = b"a,b,c\n\n1,2,3\n\r\n4,5,6\n"
    header, blocks = csv_blocks.read_blocks(io.BytesIO(data), "bill.csv")
    [read] = [CsvCells("bill.csv", header, WANTED).read(block) for block in blocks]
    assert read.table.num_rows == 2
    assert read.lines is not None
    assert read.lines.tolist() == [3, 5]


def test_a_record_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 100)
    monkeypatch.setattr(csv_blocks, "LONGEST_RECORD", 1000)
    _, blocks = csv_blocks.read_blocks(io.BytesIO(b'a,b\n1,"' + b"x\n" * 2000), "bill.csv")
    with pytest.raises(BadDelivery, match=r"bill\.csv: line 2 runs on"):
        list(blocks)
