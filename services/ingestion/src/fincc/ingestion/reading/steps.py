"""A delivery step by step: read and map → cut and encode. Blocks; made to run in a thread or a process beside the loop."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Self

import pyarrow as pa

from fincc.common import batches
from fincc.ingestion.connectors.base import Connector, Delivery, Learned, Mapped, Mapper, MappingReport
from fincc.ingestion.domain.parts import EncodedPart, Keys, PartCutter
from fincc.ingestion.reading.shares import Share, shares_of

AHEAD = 2
"""Mapped batches that wait while rows before them are cut: what is cut next, mostly."""
_NOTHING = Mapped(columns={}, rows=0, rows_read=0, rows_mapped=0)


@dataclass(frozen=True)
class BatchEnd:
    """A batch was mapped, and its parts are out unless more rows belong to them."""

    mapped: Mapped
    """Its counts and bad rows, without the columns."""
    report: MappingReport
    """What is known so far of the delivery, or of the share."""
    files_done: int
    bytes_done: int


@dataclass(frozen=True)
class ShareEnd:
    """A share was read to its end."""

    learned: Learned


@dataclass(frozen=True)
class Cut:
    """How large parts and shares are; see the settings of the same names."""

    part_bytes: int
    part_rows: int
    part_window_rows: int
    share_bytes: int


Steps = Generator[EncodedPart | BatchEnd, None, None]
ShareSteps = Generator[EncodedPart | BatchEnd | Keys | ShareEnd, None, None]


def read_here(connector: Connector, delivery: Delivery, cut: Cut) -> Steps:
    """The steps of a delivery, made in this process.

    Raises what the connector raises, and tells before what was known until then.
    """
    shares = shares_of(connector, delivery, cut.share_bytes)
    with closing(read_shares(connector, shares, cut)) as steps:
        yield from joined(connector.mapper(delivery), delivery, cut, steps)


def read_shares(connector: Connector, shares: Sequence[Share], cut: Cut, known: Keys | None = None) -> ShareSteps:
    """The steps of some shares of a delivery, one after the other.

    `known`: the keys of the delivery's first rows. None: `shares` begin with its first one, which tells them before
    its first part.
    """
    with _Mapping(connector, shares) as mapping:
        for _ in shares:
            cutter = PartCutter(cut.part_bytes, cut.part_rows, cut.part_window_rows, known)
            for step in _cut_share(cutter, mapping):
                if known is None and isinstance(step, EncodedPart | ShareEnd):
                    known = cutter.first
                    yield known
                yield step


def _cut_share(cutter: PartCutter, mapping: _Mapping) -> ShareSteps:
    while isinstance(found := mapping.next(), _Batch):
        yield from cutter.add(found.columns, found.end.mapped.rows)
        yield found.end
    if isinstance(found.learned, Learned):
        yield from cutter.finish()
        yield found.end
        yield ShareEnd(found.learned)
    else:
        yield found.end
        raise found.learned


def joined(
    mapper: Mapper, delivery: Delivery, cut: Cut, steps: Iterable[EncodedPart | BatchEnd | Keys | ShareEnd]
) -> Steps:
    """The steps of a delivery from those of its shares, in their order; last the rows that exist once all was seen. `mapper`
    has mapped nothing yet."""
    for step in steps:
        if isinstance(step, ShareEnd):
            mapper.learned.join(step.learned)
        elif isinstance(step, BatchEnd):
            yield replace(step, report=mapper.learned.report.joined(step.report))
        elif isinstance(step, EncodedPart):
            yield step
    last, cutter = mapper.finish() or _NOTHING, PartCutter(cut.part_bytes, cut.part_rows, cut.part_window_rows)
    yield from cutter.add(last.columns, last.rows)
    yield from cutter.finish()
    yield BatchEnd(replace(last, columns={}), mapper.learned.report, len(delivery.files), delivery.size_bytes)


@dataclass(frozen=True)
class _Batch:
    columns: dict[str, pa.Array]
    """With the shortest codes."""
    end: BatchEnd


@dataclass(frozen=True)
class _Over:
    """Of a share. An error ends all of them, where it belongs: it may be found while rows before it are not cut yet."""

    end: BatchEnd
    learned: Learned | Exception


class _Mapping:
    """The batches of shares, read and mapped in a thread of their own. It keeps as few as it can, since they are large."""

    def __init__(self, connector: Connector, shares: Sequence[Share]) -> None:
        self._connector, self._shares = connector, shares
        self._found = SimpleQueue[_Batch | _Over]()
        self._room = Semaphore(AHEAD - 1)
        self._is_wanted = True
        self._thread = Thread(target=self._run, name="map", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_wanted = False
        self._room.release()
        self._thread.join()

    def next(self) -> _Batch | _Over:
        found = self._found.get()
        if isinstance(found, _Batch):
            self._room.release()
        return found

    def _run(self) -> None:
        for share in self._shares:
            files_done, bytes_done, mapper = share.files_before, share.bytes_before, None
            try:
                mapper = self._connector.mapper(share.delivery)
                for native in self._connector.read(share.delivery):
                    mapped = mapper.map(native)
                    files_done, bytes_done = share.files_before + native.files_before, bytes_done + native.bytes_read
                    del native  # what is not needed any more must not stay in memory while the next batch is read
                    columns = {name: batches.narrowed(mapped.columns.pop(name)) for name in list(mapped.columns)}
                    self._found.put(_Batch(columns, BatchEnd(mapped, _so_far(mapper), files_done, bytes_done)))
                    del columns, mapped
                    self._room.acquire()
                    if not self._is_wanted:
                        return
            except Exception as error:
                self._found.put(_Over(BatchEnd(_NOTHING, _so_far(mapper), files_done, bytes_done), error))
                return
            files_done = share.files_before + len(share.delivery.files)
            bytes_done = share.bytes_before + share.delivery.size_bytes
            self._found.put(_Over(BatchEnd(_NOTHING, _so_far(mapper), files_done, bytes_done), mapper.learned))


def _so_far(mapper: Mapper | None) -> MappingReport:
    """What it reports now, while it may go on."""
    return MappingReport() if mapper is None else MappingReport().joined(mapper.learned.report)
