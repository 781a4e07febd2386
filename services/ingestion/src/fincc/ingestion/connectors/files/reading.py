"""A data file as native batches, whatever it is packed in; and which billing periods its rows belong to."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, BinaryIO, cast

import numpy as np
import pyarrow as pa
from isal import igzip
from isal.igzip_lib import IsalError

from fincc.ingestion.connectors.base import BadDelivery, DataFile, NativeBatch
from fincc.ingestion.connectors.columns.texts import Mask
from fincc.ingestion.connectors.columns.times import Times, months
from fincc.ingestion.connectors.files.csv_file import read_csv
from fincc.ingestion.connectors.files.parquet_file import read_parquet
from fincc.ingestion.connectors.files.store import Store
from fincc.ingestion.connectors.files.unpacking import Bound, Unpacked, size_of
from fincc.ingestion.connectors.files.wanted import Kind, Wanted

_DAMAGED = (igzip.BadGzipFile, cast(type[Exception], IsalError), zlib.error, zipfile.BadZipFile)

Read = Callable[[BinaryIO, str, Wanted], Iterator[NativeBatch]]


def read_file(store: Store, file: DataFile, wanted: Wanted) -> Iterator[NativeBatch]:
    """The batches of a file, at least one. Raises BadDelivery naming the file."""
    name = store.name(file.path)
    with store.open(file) as stream:
        magic = stream.read(4)
        stream.seek(0)
        read = _reader(magic)
        yield from _with_progress(_speaking(read(stream, name, wanted), name), stream, file.size)


def _reader(magic: bytes) -> Read:
    """By content, because names lie: a browser unpacks .csv.gz and keeps the name."""
    if magic.startswith(b"PAR1"):
        return read_parquet
    if magic.startswith(b"\x1f\x8b"):
        return _read_gzip
    if magic.startswith(b"PK"):
        return _read_zip
    return read_csv


def _read_gzip(stream: BinaryIO, name: str, wanted: Wanted) -> Iterator[NativeBatch]:
    bound = Bound(name, size_of(stream))
    return read_csv(Unpacked(igzip.GzipFile(fileobj=stream), bound), name, wanted)


def _read_zip(stream: BinaryIO, name: str, wanted: Wanted) -> Iterator[NativeBatch]:
    bound = Bound(name, size_of(stream))  # one for all members, because they may overlap
    with zipfile.ZipFile(stream) as archive:
        members = [m for m in archive.namelist() if m.lower().endswith(".csv")]
        if not members:
            raise BadDelivery(f"{name}: holds no .csv file; expected the report as AWS packs it")
        for member in members:
            label = name if len(members) == 1 else f"{name}/{member}"
            with _opened(archive, member, label) as unpacked:
                yield from read_csv(Unpacked(unpacked, bound), label, wanted)


def _opened(archive: zipfile.ZipFile, member: str, label: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except RuntimeError as error:  # a password, or a way of packing that Python does not know
        raise BadDelivery(
            f"{label}: cannot be unpacked ({error}); pack it again without a password, or as gzip"
        ) from error


def _speaking(batches: Iterator[NativeBatch], name: str) -> Iterator[NativeBatch]:
    try:
        yield from batches
    except EOFError as error:
        raise BadDelivery(
            f"{name}: ends in the middle of the compressed data; the file is cut off. Copy it again, or wait until the"
            " delivery is finished"
        ) from error
    except _DAMAGED as error:
        raise BadDelivery(f"{name}: the compressed data is damaged ({error}); copy or export the file again") from error


def _with_progress(batches: Iterator[NativeBatch], stream: BinaryIO, size: int) -> Iterator[NativeBatch]:
    """Tells how many bytes of the file each batch took."""
    done = 0
    for batch in batches:
        at = max(done, min(stream.tell(), size))
        said = replace(batch, bytes_read=at - done)
        del batch  # this one and the next would be in memory at once
        yield said
        del said
        done = at


def period_column(native: NativeBatch, wanted: Wanted) -> Times:
    """The instant that tells each row's billing period; missing where the row does not say."""
    place = wanted.period_column(native.table.column_names)
    return Times.none(native.table.num_rows) if place is None else Times.of(native.table.column(place))


def periods_of_batch(native: NativeBatch, wanted: Wanted) -> list[str]:
    return months(period_column(native, wanted))


def rows_of_period(native: NativeBatch, wanted: Wanted, period: str, is_first: bool) -> NativeBatch:
    """The rows of one billing period. Rows that do not say theirs belong to the first period of the file."""
    times = period_column(native, wanted)
    month = times.ms.astype("datetime64[ms]").astype("datetime64[M]")
    keep: Mask = (month == np.datetime64(period)) & ~times.missing
    if is_first:
        keep |= times.missing
    if keep.all():
        return native
    lines = native.lines
    if lines is None:
        lines = np.arange(native.first_line, native.first_line + native.table.num_rows)
    bad = native.bad if is_first else ()
    return replace(native, table=native.table.filter(pa.array(keep)), lines=lines[keep], bad=bad)


def only_period(wanted: Wanted) -> Wanted:
    """The same, but reading no more than what tells the billing period."""

    def kind(name: str) -> Kind | None:
        return Kind.TEXT if name in wanted.period_columns else None

    return replace(wanted, kind=kind, is_known=lambda _: True)
