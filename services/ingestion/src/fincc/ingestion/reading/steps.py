"""A delivery step by step: read → map → cut and encode. Blocks; made to run in a thread or a process beside the loop."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Self

from fincc.ingestion.connectors.base import Connector, Delivery, Mapped, MappingReport, NativeBatch
from fincc.ingestion.domain.parts import EncodedPart, PartCutter

_NOTHING = Mapped(columns={}, rows=0, rows_read=0, rows_mapped=0)


@dataclass(frozen=True)
class BatchEnd:
    """A batch was mapped, and its parts are out unless more rows belong to them."""

    mapped: Mapped
    """Its counts and bad rows, without the columns."""
    report: MappingReport
    """What is known of the delivery so far."""
    files_done: int
    bytes_done: int


@dataclass(frozen=True)
class Cut:
    """How large parts are; see the settings of the same names."""

    part_bytes: int
    part_rows: int
    part_window_rows: int


Steps = Generator[EncodedPart | BatchEnd, None, None]


def read_here(connector: Connector, delivery: Delivery, cut: Cut) -> Steps:
    """The steps of a delivery, made in this thread; only reading has a thread of its own.

    Raises what the connector raises, and tells before what was known until then.
    """
    mapper, cutter = connector.mapper(delivery), PartCutter(cut.part_bytes, cut.part_rows, cut.part_window_rows)
    files_done = bytes_done = 0
    try:
        with _Reading(connector.read(delivery)) as reading:
            while (native := reading.next()) is not None:
                mapped = mapper.map(native)
                files_done, bytes_done = native.files_before, bytes_done + native.bytes_read
                del native  # what is not needed any more must not stay in memory while the next batch is read
                columns, mapped = mapped.columns, replace(mapped, columns={})
                for part in cutter.add(columns, mapped.rows):
                    reading.ahead()  # from the first part on little memory is needed besides
                    yield part
                yield BatchEnd(mapped, mapper.report, files_done, bytes_done)
        files_done, bytes_done = len(delivery.files), delivery.size_bytes
        last = mapper.finish() or _NOTHING
        yield from cutter.add(last.columns, last.rows)
        yield from cutter.finish()
        yield BatchEnd(replace(last, columns={}), mapper.report, files_done, bytes_done)
    except Exception:
        yield BatchEnd(_NOTHING, mapper.report, files_done, bytes_done)
        raise


class _Reading:
    """The batches of a delivery, read in a thread of their own: the next one when told to, else when asked for it."""

    def __init__(self, batches: Iterator[NativeBatch]) -> None:
        self._batches = batches
        self._thread = ThreadPoolExecutor(1, "read")
        self._next: Future[NativeBatch | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def ahead(self) -> None:
        """Begin with the next batch."""
        if self._next is None:
            self._next = self._thread.submit(next, self._batches, None)

    def next(self) -> NativeBatch | None:
        """None after the last one. Raises what reading raises."""
        self.ahead()
        assert self._next is not None
        found, self._next = self._next, None
        return found.result()
