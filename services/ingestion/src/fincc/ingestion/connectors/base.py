"""What a connector is: check, deliveries, read, and a pure mapping. Everything here runs in a worker thread, never on the event
loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel

SAID_ONCE = frozenset({"column_twice"})
"""Warnings that do not count rows."""


class SourceAuthError(Exception):
    """A person must act: credentials are missing, expired or lack a right. The message says which right and for what."""


class SourceNotFound(SourceAuthError):
    """A person must act: the bucket, folder or file of the source does not exist."""


class SourceUnavailable(Exception):
    """The source cannot be reached right now; try again after `retry_after_s`."""

    def __init__(self, message: str, retry_after_s: float = 60.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BadDelivery(Exception):
    """The delivery as a whole cannot be read: truncated file, missing file, no cost column. Names the file and what to do."""


class DeliveryChanged(Exception):
    """The source rewrote the delivery while it was read; start over with the new one."""


@dataclass(frozen=True)
class CheckStep:
    """One line of `fincc source check`: reachable, readable, manifests, newest_period."""

    step: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class DataFile:
    """`path` is the object key or the path below the location; `etag` changes when the content does."""

    path: str
    size: int
    etag: str


@dataclass(frozen=True)
class Delivery:
    """Everything a source offers for one billing period at one time. `token` is opaque; the same token is the same content."""

    billing_period: str
    token: str
    files: tuple[DataFile, ...]
    delivered_at: datetime
    has_manifest: bool
    detail: Any = None
    """The connector's own: whatever `read` needs again, such as the parsed manifest."""

    @property
    def size_bytes(self) -> int:
        return sum(f.size for f in self.files)


@dataclass(frozen=True)
class BadRow:
    """A row set aside. `billed` is None when its amount could not be read."""

    file: str
    line: int
    reason: str
    content: str
    billed: Decimal | None
    currency: str | None


@dataclass(frozen=True)
class NativeBatch:
    """Rows as the source wrote them. Row i stands in line `line(i)` of `file` (the header is line 1; rows of Parquet count from 1).

    Columns keep the source's names and types; text is dictionary<int32, string> except ids that are nearly all distinct.
    """

    file: str
    first_line: int
    table: pa.Table
    bytes_read: int = 0
    """Bytes of the file consumed by this batch, for progress."""
    files_before: int = 0
    """Files of the delivery that were read to their end before."""
    lines: npt.NDArray[np.int64] | None = None
    """The line of each row where rows do not stand in consecutive lines (line breaks inside cells, rows left out)."""
    bad: tuple[BadRow, ...] = ()
    """Rows that could not be cut into cells; they are no part of `table`."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Columns that the connector does not know, with their non-null cells in these rows."""
    unused: Mapping[str, int | None] = field(default_factory=dict)
    """Columns that it knows and does not need; their non-null cells where the file tells without being read."""
    warnings: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def line(self, row: int) -> int:
        return self.first_line + row if self.lines is None else int(self.lines[row])


@dataclass(frozen=True)
class Mapped:
    """FOCUS columns of some rows (types of `focus.wire_type`, tags as `Tags/<key>`; no key column yet). Equal lengths.

    rows_read = mapped + folded + len(bad); len(columns) = mapped + added. `source_billed` is the sum of the billed basis over all
    readable rows before mapping, per currency; rows in `bad` whose amount was readable are part of it.
    """

    columns: dict[str, pa.Array]
    rows: int
    rows_read: int
    rows_mapped: int
    rows_folded: int = 0
    rows_added: int = 0
    source_billed: dict[str, Decimal] = field(default_factory=dict)
    bad: tuple[BadRow, ...] = ()


@dataclass
class MappingReport:
    """What a person should know about a delivery besides its rows."""

    billed_basis: str = "unblended"
    form: str = ""
    """The form of the bill as its columns tell it, such as "FOCUS 1.2"."""
    is_closed: bool = False
    unknown_columns: Counter[str] = field(default_factory=Counter)  # name -> non-null cells
    unused_columns: dict[str, int | None] = field(default_factory=dict)
    """Columns that are known and stay in the source file; their non-null cells, None where nobody counted."""

    unknown_line_item_types: Counter[str] = field(default_factory=Counter)  # type -> rows
    warnings: Counter[tuple[str, str]] = field(default_factory=Counter)  # (kind, detail) -> count

    def note(self, native: NativeBatch) -> None:
        """What the reading of a batch found."""
        self._add(native.others, native.unused)
        self.warnings.update(native.warnings)

    def joined(self, other: MappingReport) -> MappingReport:
        """Of both; `other` is about files that come after."""
        both = replace(
            self,
            billed_basis=self.billed_basis if other.billed_basis == MappingReport.billed_basis else other.billed_basis,
            form=other.form or self.form,
            is_closed=other.is_closed,
            unknown_columns=self.unknown_columns.copy(),
            unused_columns=self.unused_columns.copy(),
            unknown_line_item_types=self.unknown_line_item_types + other.unknown_line_item_types,
            warnings=self.warnings.copy(),
        )
        both._add(other.unknown_columns, other.unused_columns)
        for warning, count in other.warnings.items():
            both.warnings[warning] = count if warning[0] in SAID_ONCE else both.warnings[warning] + count
        return both

    def _add(self, others: Mapping[str, int], unused: Mapping[str, int | None]) -> None:
        for name, count in others.items():
            self.unknown_columns[name] += count
        for name, cells in unused.items():
            before = self.unused_columns.get(name, 0)
            self.unused_columns[name] = None if before is None or cells is None else before + cells


@dataclass
class Learned:
    """What a mapper knows across batches. It may go to another process, and joins what mappers of other files know."""

    report: MappingReport
    invoiced: int = 0
    """Rows with an invoice."""
    open: int = 0
    """Rows of usage without one."""

    def join(self, other: Self) -> None:
        """`other` is about files that come after."""
        self.report = self.report.joined(other.report)
        self.invoiced += other.invoiced
        self.open += other.open

    def close(self) -> None:
        """All was seen: whether the period is closed can be told."""
        self.report.is_closed = self.invoiced > 0 and not self.open


class Mapper(Protocol):
    """Maps batches of one delivery in order."""

    @property
    def learned(self) -> Learned: ...

    def map(self, native: NativeBatch) -> Mapped: ...

    def finish(self) -> Mapped | None:
        """Rows that only exist once everything was seen (residues); None when there are none."""


class Connector(Protocol):
    """One configured source. `Config` is its typed configuration; the location comes with it. It can be pickled, without
    what it has open, since large deliveries are read in other processes."""

    by_file: ClassVar[bool]
    """Whether some files of a delivery can be read as a delivery of their own, each by a mapper that knows nothing of the
    others but what `Learned.join` tells in the end. If not, one process reads them all."""
    gives: ClassVar[str]
    """`costs`; what gives metrics is a `MetricSource`."""
    kind: ClassVar[str]
    title: ClassVar[str]
    Config: ClassVar[type[BaseModel]]

    def check(self) -> Iterator[CheckStep]:
        """Step by step, stopping at the first failure; never raises for what a step can say."""

    def deliveries(self, since: str | None = None) -> list[Delivery]:
        """The current delivery of each billing period from `since` (YYYY-MM) on, oldest period first."""

    def read(self, delivery: Delivery) -> Iterator[NativeBatch]:
        """The delivery's rows. Raises BadDelivery, DeliveryChanged, SourceUnavailable, SourceAuthError; may be started again."""

    def mapper(self, delivery: Delivery) -> Mapper: ...
