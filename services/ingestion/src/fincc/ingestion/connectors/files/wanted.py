"""What a connector wants from a file: which columns, how to read each, and where the billing period stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a column is read. MAP is a map<string, string>, in CSV a JSON object; ID is text that is nearly all distinct."""

    TEXT = "text"
    ID = "id"
    MONEY = "money"
    NUMBER = "number"
    MAP = "map"


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
    counts_others: bool = True
    """Whether non-null cells of the columns that are not wanted are counted."""

    def kind_of(self, name: str) -> Kind | None:
        return self.kind(self.canonical(name))

    def period_column(self, names: Sequence[str]) -> int | None:
        """The place of the column that tells the billing period."""
        canonical = [self.canonical(name) for name in names]
        return next((canonical.index(c) for c in self.period_columns if c in canonical), None)
