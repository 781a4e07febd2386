"""How much a packed file may become: more than any bill does is refused before it costs time, memory or disk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from fincc.ingestion.connectors.base import BadDelivery

MOST_TIMES = 400
"""Of its packed size. Bills become 10 to 60 times as large, what was made to harm 1,000 times."""
ALWAYS_FINE = 64 << 20  # bytes unpacked, whatever the packed size
MOST_BYTES = 256 << 30  # bytes unpacked of one file, whatever the packed size
MOST_ROWS_PER_BYTE = 20  # of a Parquet file, where equal rows take nearly no room
FEW_ROWS = 10_000_000


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass
class Bound:
    """Of one packed file; all its members count together, because members of a zip may overlap."""

    name: str
    packed: int
    unpacked: int = 0

    def add(self, size: int) -> None:
        """Raises BadDelivery once the file has become too large."""
        self.unpacked += size
        most = min(MOST_BYTES, max(ALWAYS_FINE, MOST_TIMES * self.packed))
        if self.unpacked > most:
            raise BadDelivery(
                f"{self.name}: its {self.packed:,} bytes unpack to more than {most:,}; a bill becomes at most"
                f" {MOST_TIMES} times and {MOST_BYTES >> 30} GiB large. Check where the file comes from; if it is a bill,"
                " export it in smaller files"
            )


class Unpacked:
    """A stream of unpacked bytes that ends with BadDelivery when there are too many."""

    def __init__(self, stream: Readable, bound: Bound) -> None:
        self._stream, self._bound = stream, bound

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(size)
        self._bound.add(len(data))
        return data


def size_of(stream: BinaryIO) -> int:
    at = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(at)
    return size


def check_rows(name: str, packed: int, rows: int) -> None:
    """Raises BadDelivery for a Parquet file that claims more rows than a file of its size can hold of a bill."""
    if rows > max(FEW_ROWS, MOST_ROWS_PER_BYTE * packed):
        raise BadDelivery(
            f"{name}: claims {rows:,} rows in {packed:,} bytes; a bill has at most {MOST_ROWS_PER_BYTE} rows per byte."
            " Check where the file comes from, or export it again"
        )
