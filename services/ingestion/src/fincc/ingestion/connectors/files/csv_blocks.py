"""Cuts a stream of CSV into blocks of whole records, and says in which line each record stands."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files.unpacking import Readable

BLOCK = 2 << 20  # bytes of text read at a time; cells are cut out of what is still in the processor's cache
LONGEST_RECORD = 64 << 20
_CACHED = 1 << 18  # bytes that are scanned at a time, to stay in the processor's cache
_QUOTE, _BREAK, _RETURN = 0x22, 0x0A, 0x0D
_OTHER_FORMS = {
    b"<": "a page of HTML or XML, as a sign-in or an error that was saved under the name of the bill",
    b"{": "JSON, as an answer that was saved under the name of the bill",
    b"\0": "no text: it begins with zero bytes, as a file whose copying did not end",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel",
    b"\x28\xb5\x2f\xfd": "packed with Zstandard",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
}
"""What is sometimes found where a bill should be, by how it begins."""


@dataclass(frozen=True)
class Block:
    """Whole records, without the header. `lines` is how many line breaks it has."""

    data: memoryview
    first_line: int
    lines: int
    is_ascii: bool


def count(data: bytes | memoryview, byte: int) -> int:
    cells = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(cells[i : i + _CACHED] == byte)) for i in range(0, len(cells), _CACHED))


def read_blocks(stream: Readable, name: str) -> tuple[list[str], Iterator[Block]]:
    """The header's cells, and the records after it. Raises BadDelivery; `name` is the file in messages."""
    head = stream.read(BLOCK)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadDelivery(f"{name}: is UTF-16; expected UTF-8, as AWS writes it. Export the file again as UTF-8")
    head = head.removeprefix(codecs.BOM_UTF8)
    if not head.strip():
        raise BadDelivery(f"{name}: is empty; expected a header line with column names. Copy or export the file again")
    form = next((form for start, form in _OTHER_FORMS.items() if head.lstrip().startswith(start)), None)
    if form:
        raise BadDelivery(
            f"{name}: is {form}; expected CSV that begins with a line of column names, plain or packed as gzip or zip, or"
            " Parquet. Download or export the file again"
        )
    end = _record_end(head)
    cells = next(csv.reader(head[:end].decode("utf-8", "replace").splitlines(keepends=True)))
    return [c.strip().replace("\0", "\N{REPLACEMENT CHARACTER}") for c in cells], _blocks(
        stream, name, head[end:], 1 + count(head[:end], _BREAK)
    )


def _blocks(stream: Readable, name: str, rest: bytes, line: int) -> Iterator[Block]:
    while read := stream.read(BLOCK):
        rest += read
        is_ascii = _is_ascii(rest)
        end = _cut(rest)
        if end:
            block = _block(rest, end, line, is_ascii)
            yield block
            line += block.lines
            rest = rest[end:]
        elif len(rest) > LONGEST_RECORD:
            raise BadDelivery(
                f"{name}: line {line} runs on for more than {LONGEST_RECORD >> 20} MiB; expected CSV records with closed"
                " quotation marks"
            )
    is_ascii = _is_ascii(rest)
    if count(rest, _QUOTE) % 2:
        last = line + count(rest[: _cut(rest)], _BREAK)
        raise BadDelivery(
            f"{name}: a quotation mark opened in line {last} is never closed; the file is cut off or not CSV. Copy or"
            " export it again"
        )
    if rest:
        yield _block(rest, len(rest), line, is_ascii)


def _block(data: bytes, end: int, line: int, is_ascii: bool) -> Block:
    records = memoryview(data)[:end]
    return Block(records, line, count(records, _BREAK), is_ascii)


def _is_ascii(data: bytes) -> bool:
    """Asked right after unpacking: igzip leaves the upper halves of the vector registers in use, which makes what is compiled
    for any x86-64, such as `count`, four times as slow. This is compiled for the processor at hand and gives them back.
    """
    return int(np.frombuffer(data, np.uint8).max(initial=0)) < 0x80


def _record_end(data: bytes) -> int:
    """The end of the first record, which may have line breaks inside quotation marks."""
    end, quotes = 0, 0
    while True:
        next_end = data.find(b"\n", end) + 1
        if not next_end:
            return len(data)
        quotes += data.count(b'"', end, next_end)
        end = next_end
        if quotes % 2 == 0:
            return end


def _cut(data: bytes) -> int:
    """The end of the last whole record: the last line break with an even number of quotation marks before it; 0 if none."""
    end = data.rfind(b"\n") + 1
    quotes = count(memoryview(data)[:end], _QUOTE)
    while end and quotes % 2:
        previous = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', previous, end)
        end = previous
    return end


def record_lines(data: memoryview, first_line: int) -> npt.NDArray[np.int64]:
    """The line in which each record of a block starts; blank lines are no records."""
    cells = np.frombuffer(data, np.uint8)
    breaks = np.flatnonzero(cells == _BREAK)
    quotes_before = np.searchsorted(np.flatnonzero(cells == _QUOTE), breaks)
    ends = breaks[quotes_before % 2 == 0]
    if not len(ends) or ends[-1] != len(cells) - 1:
        ends = np.append(ends, len(cells))
    starts = np.concatenate([[0], ends[:-1] + 1])
    is_return = (ends > starts) & (cells[np.minimum(starts, len(cells) - 1)] == _RETURN)
    blank = (ends == starts) | ((ends == starts + 1) & is_return)
    lines: npt.NDArray[np.int64] = first_line + np.searchsorted(breaks, starts[~blank])
    return lines
