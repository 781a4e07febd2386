"""A delivery step by step: read → map → cut and encode. Blocks; made to run in a thread or a process beside the loop."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Self

from fincc.ingestion.connectors.base import Connector, Delivery, Learned, Mapped, Mapper, MappingReport, NativeBatch
from fincc.ingestion.domain.parts import EncodedPart, Keys, PartCutter
from fincc.ingestion.reading.shares import Share, shares_of

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
    """The steps of a delivery, made in this thread; only reading has a thread of its own.

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
    with _Reading(connector, shares) as reading:
        for share in shares:
            cutter = PartCutter(cut.part_bytes, cut.part_rows, cut.part_window_rows, known)
            for step in _read_share(connector.mapper(share.delivery), cutter, share, reading):
                if known is None and isinstance(step, EncodedPart | ShareEnd):
                    known = cutter.first
                    yield known
                yield step


def _read_share(mapper: Mapper, cutter: PartCutter, share: Share, reading: _Reading) -> ShareSteps:
    files_done, bytes_done = share.files_before, share.bytes_before
    try:
        while (native := reading.next(share)) is not None:
            if not cutter.fills(native.table.num_rows):  # cutting takes most memory, before its first part
                reading.ahead()
            mapped = mapper.map(native)
            files_done, bytes_done = share.files_before + native.files_before, bytes_done + native.bytes_read
            del native  # what is not needed any more must not stay in memory while the next batch is read
            columns, mapped = mapped.columns, replace(mapped, columns={})
            for part in cutter.add(columns, mapped.rows):
                reading.ahead()  # from the first part on little memory is needed besides
                yield part
            yield BatchEnd(mapped, mapper.learned.report, files_done, bytes_done)
        files_done = share.files_before + len(share.delivery.files)
        bytes_done = share.bytes_before + share.delivery.size_bytes
        yield from cutter.finish()
        yield BatchEnd(_NOTHING, mapper.learned.report, files_done, bytes_done)
        yield ShareEnd(mapper.learned)
    except Exception:
        yield BatchEnd(_NOTHING, mapper.learned.report, files_done, bytes_done)
        raise


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


class _Reading:
    """The batches of shares, read in a thread of their own: the next one when told to, else when asked for it."""

    def __init__(self, connector: Connector, shares: Sequence[Share]) -> None:
        self._batches = _batches(connector, shares)
        self._thread = ThreadPoolExecutor(1, "read")
        self._next: Future[tuple[Share, NativeBatch | Exception] | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def ahead(self) -> None:
        """Begin with the next batch."""
        if self._next is None:
            self._next = self._thread.submit(next, self._batches, None)

    def next(self, share: Share) -> NativeBatch | None:
        """None after the last one of a share. Raises what reading it raises."""
        self.ahead()
        assert self._next is not None
        found = self._next.result()
        if found is None or found[0] is not share:
            return None
        self._next = None
        if isinstance(found[1], Exception):
            raise found[1]
        return found[1]


def _batches(connector: Connector, shares: Sequence[Share]) -> Iterator[tuple[Share, NativeBatch | Exception]]:
    """An error stands where it belongs: it may be found while a share before is not cut yet."""
    for share in shares:
        try:
            for native in connector.read(share.delivery):
                yield share, native
                del native  # or it would stay in memory while the next one is read
        except Exception as error:
            yield share, error
            return
