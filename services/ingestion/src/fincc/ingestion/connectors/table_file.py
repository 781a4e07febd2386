"""A connector of tables that say what FOCUS says under other names: an invoice, a price list, an export of some service.

It says which column is which, what is the same in every row, and what the table's own words mean; the rest is done here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from fincc.common.focus import COLUMNS, COSTS
from fincc.ingestion.connectors.base import BadDelivery, Delivery, NativeBatch
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Text
from fincc.ingestion.connectors.files.source import FileSource
from fincc.ingestion.connectors.files.wanted import Kind, Wanted
from fincc.ingestion.connectors.focus_file.mapping import KINDS, NEEDED, FocusMapper


@dataclass(frozen=True)
class Table:
    """Raises ValueError for a FOCUS column that does not exist, and for one that every record needs and nobody gives."""

    columns: Mapping[str, str]
    """FOCUS column → the table's column. Costs that are not named are those of `BilledCost`."""
    same: Mapping[str, str] = field(default_factory=dict)
    """FOCUS column → the text that every row has."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """FOCUS column → the table's word → what it means. Other words stay as they are."""

    def __post_init__(self) -> None:
        given = {*self.columns, *self.same}
        unknown = sorted((given | set(self.words)) - set(COLUMNS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such FOCUS column")
        own = {"BilledCost", "ChargePeriodStart"}  # what differs from row to row in every table
        missing = [name for name in NEEDED if name not in (self.columns if name in own else given)]
        if missing:
            raise ValueError(
                f"{', '.join(missing)}: every record needs it; say which column it is, or what it always is"
            )

    def source_of(self, name: str) -> str | None:
        return self.columns.get(name, self.columns["BilledCost"] if name in COSTS else None)

    def wanted(self) -> Wanted:
        kinds = {written: KINDS[name] for name, written in self.columns.items()}

        def kind(written: str) -> Kind | None:
            return kinds.get(written)

        def check(file: str, columns: Sequence[str]) -> None:
            missing = sorted(set(kinds) - set(columns))
            if missing:
                raise BadDelivery(f"{file}: lacks {', '.join(missing)}; expected the columns {', '.join(kinds)}")

        return Wanted(str, kind, (self.columns["ChargePeriodStart"],), check)


class TableMapper(FocusMapper):
    def __init__(self, billing_period: str, table: Table, form: str) -> None:
        super().__init__(billing_period)
        self._table, self._title = table, form

    def _rows(self, native: NativeBatch) -> NativeRows:
        written = native.table.column_names
        found = {name: self._table.source_of(name) for name in COLUMNS}
        places = {name: written.index(w) for name, w in found.items() if w in written}
        return NativeRows(native, str, self.report.warnings, places=places)

    def _text(self, rows: NativeRows, name: str) -> Text:
        if name in self._table.same:
            return Text.constant(len(rows), self._table.same[name])
        text, words = super()._text(rows, name), self._table.words.get(name)
        return text.map(lambda word: words.get(word, word)) if words else text

    def _form(self, names: set[str]) -> str:
        return self._title


class TableFile(FileSource):
    """Inherit it, and say `kind`, `title`, `description` and `table`."""

    title: ClassVar[str]
    table: ClassVar[Table]

    def __init_subclass__(cls) -> None:
        cls.wanted = cls.table.wanted()

    def mapper(self, delivery: Delivery) -> TableMapper:
        return TableMapper(delivery.billing_period, self.table, self.title)
