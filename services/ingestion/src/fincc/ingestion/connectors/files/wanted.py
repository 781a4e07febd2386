"""What a connector wants from a file: which columns, how to read each, and where the billing period stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """How a column is read. MAP is a map<string, string>, in CSV a JSON object; ID is text that is nearly all distinct.

    In CSV a TIME is text; in Parquet it is what the file says.
    """

    TEXT = "text"
    ID = "id"
    MONEY = "money"
    NUMBER = "number"
    MAP = "map"
    TIME = "time"


@dataclass(frozen=True)
class Wanted:
    canonical: Callable[[str], str]
    """From a name as written to the one that the functions below know."""
    kind: Callable[[str], Kind | None]
    """How to read a column, by canonical name; None for a column that is not wanted."""
    period_columns: tuple[str, ...]
    """Canonical names of the columns that tell a row's billing period, best first."""
    check: Callable[[str, Sequence[str]], None]
    """Raises BadDelivery when a file with these columns cannot be read; the first argument names the file in messages."""
    null_words: tuple[str, ...] = ("",)
    """Cells that are null."""
    spare: Mapping[str, str] = field(default_factory=dict)
    """Columns that are only wanted in a file that lacks another: name, and the one that makes it needless."""
    is_known: Callable[[str], bool] = lambda _: False
    """Of the columns that are not wanted: those that are no surprise. The others are reported with their non-null cells."""

    def kinds(self, names: Sequence[str]) -> list[Kind | None]:
        """How to read each column of a file."""
        canonical = [self.canonical(name) for name in names]
        present = set(canonical)
        return [None if self.spare.get(name) in present else self.kind(name) for name in canonical]

    def unknown(self, names: Sequence[str]) -> list[bool]:
        """Which columns of a file are neither wanted nor known."""
        kinds = self.kinds(names)
        return [kind is None and not self.is_known(self.canonical(n)) for n, kind in zip(names, kinds, strict=True)]

    def period_column(self, names: Sequence[str]) -> int | None:
        """The place of the column that tells the billing period."""
        canonical = [self.canonical(name) for name in names]
        return next((canonical.index(c) for c in self.period_columns if c in canonical), None)
