"""A stream of CSV text as records, and the lines in which they stand."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fincc.ingestion.connectors.base import BadDelivery, BadRow
from fincc.ingestion.connectors.files.unpacking import Readable
from fincc.kernels.cells import Bytes, Cells, Cutter

BLOCK = 2 << 20  # bytes of text read at a time; cells are read out of what is still in the processor's cache
LONGEST_RECORD = 64 << 20
_CONTENT = 4_000  # characters of a bad row that are kept
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
class Records:
    """Some records whose cells have been found. `cells` are good until the next records are asked for."""

    cells: Cells
    first_line: int
    """The line where cutting began, from which `cells` counts."""
    size: int
    """Bytes of text."""
    bad: tuple[BadRow, ...]


class CsvText:
    """The text of one file. Raises BadDelivery for what is no CSV; `name` is the file in messages."""

    def __init__(self, stream: Readable, name: str) -> None:
        self._stream, self.name = stream, name
        head = stream.read(BLOCK)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise BadDelivery(f"{name}: is UTF-16; expected UTF-8, as AWS writes it. Export the file again as UTF-8")
        head = head.removeprefix(codecs.BOM_UTF8)
        if not head.strip():
            raise BadDelivery(
                f"{name}: is empty; expected a header line with column names. Copy or export the file again"
            )
        form = next((form for start, form in _OTHER_FORMS.items() if head.lstrip().startswith(start)), None)
        if form:
            raise BadDelivery(
                f"{name}: is {form}; expected CSV that begins with a line of column names, plain or packed as gzip or"
                " zip, or Parquet. Download or export the file again"
            )
        end = _record_end(head)
        cells = next(csv.reader(head[:end].decode("utf-8", "replace").splitlines(keepends=True)))
        self.header = [c.strip().replace("\0", "\N{REPLACEMENT CHARACTER}") for c in cells]
        self._rest = head[end:]
        self.line = 1 + head.count(b"\n", 0, end)
        """Where the records begin that come next."""
        # The first line that is not; of the header only what it became is known.
        self._not_utf8 = 1 if "\N{REPLACEMENT CHARACTER}" in "".join(self.header) else None
        self._is_said = False

    def records(self, cutter: Cutter) -> Iterator[Records]:
        """The records after the header, as many at a time as the cutter takes."""
        is_last = False
        while not is_last:
            read = self._stream.read(BLOCK)
            data, is_last = bytearray(self._rest), not read
            data += read
            end = len(data) if is_last else data.rfind(b"\n", len(self._rest)) + 1
            text, at = self._as_utf8(data, end), 0
            while at < len(text):
                cells = cutter.cut(text, at, is_last)
                if cells.end == at:
                    break
                bad = tuple(self._bad_row(cells, i) for i in range(len(cells.bad)))
                yield Records(cells, self.line, cells.end - at, bad)
                at, self.line = cells.end, self.line + cells.end_line
            self._rest = text[at:].tobytes() + data[end:]
            if is_last and self._rest:
                raise BadDelivery(
                    f"{self.name}: a quotation mark opened in line {self.line + (cells.unclosed or 0)} is never closed;"
                    " the file is cut off or not CSV. Copy or export it again"
                )
            if len(self._rest) > LONGEST_RECORD:
                raise BadDelivery(
                    f"{self.name}: line {self.line} runs on for more than {LONGEST_RECORD >> 20} MiB; expected CSV"
                    " records with closed quotation marks"
                )

    def warnings(self) -> Counter[tuple[str, str]]:
        """What was not said before."""
        if self._not_utf8 is None or self._is_said:
            return Counter()
        self._is_said = True
        said = f"{self.name}: bytes that are no UTF-8 were replaced from line {self._not_utf8} on; export it as UTF-8"
        return Counter({("not_utf8", said): 1})

    def _as_utf8(self, data: bytearray, end: int) -> Bytes:
        text = np.frombuffer(data, np.uint8, end)
        if not _is_ascii(text):
            try:
                codecs.utf_8_decode(memoryview(data)[:end], "strict", True)
            except UnicodeDecodeError as error:
                if self._not_utf8 is None:
                    self._not_utf8 = self.line + data.count(b"\n", 0, error.start)
                replaced = codecs.utf_8_decode(memoryview(data)[:end], "replace", True)[0].encode()
                text = np.frombuffer(bytearray(replaced), np.uint8)
        return text

    def _bad_row(self, cells: Cells, i: int) -> BadRow:
        record = cells.bad[i]
        reason = f"has {record.cells} cells, expected {len(self.header)} as in the header"
        content = cells.text[record.start : record.end].tobytes().decode("utf-8", "replace")
        return BadRow(self.name, self.line + record.line, reason, content[:_CONTENT], None, None)


def _is_ascii(text: Bytes) -> bool:
    """Asked right after unpacking: igzip leaves the upper halves of the vector registers in use, which makes what is compiled
    for any x86-64, such as the cutter, four times as slow. This is compiled for the processor at hand and gives them back.
    """
    return int(text.max(initial=0)) < 0x80


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
