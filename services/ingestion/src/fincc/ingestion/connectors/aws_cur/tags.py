"""Tags and cost categories, from columns of their own or from maps, as one text column per key."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fincc.common.focus import TAG_PREFIX
from fincc.ingestion.connectors.aws_cur import names
from fincc.ingestion.connectors.columns.maps import JsonPairs, pivot, to_json
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Text


class Maps:
    """Reads the maps of the batches of one delivery."""

    def __init__(self) -> None:
        self._json = {group: JsonPairs() for group in (names.TAGS, names.CATEGORIES, names.PRODUCT)}

    def tags(self, rows: NativeRows) -> dict[str, Text]:
        """`Tags/<key>` columns."""
        found: dict[str, Text] = {}
        for key, text in self._pairs(rows, names.TAGS):
            name = TAG_PREFIX + names.tag_key(key)
            found[name] = found[name].or_else(text) if name in found else text
        return found

    def cost_categories(self, rows: NativeRows) -> Text:
        """x_CostCategories: a JSON object per row."""
        return to_json(dict(self._pairs(rows, names.CATEGORIES)), len(rows))

    def product(self, rows: NativeRows, key: str) -> Text:
        """One attribute out of the product map."""
        column = rows.column(names.PRODUCT)
        if column is None:
            return Text.constant(len(rows), None)
        found = self._map(rows, names.PRODUCT, column, key)
        return found.get(key, Text.constant(len(rows), None))

    def _pairs(self, rows: NativeRows, group: str) -> list[tuple[str, Text]]:
        pairs: list[tuple[str, Text]] = []
        for place, name in enumerate(rows.native.table.column_names):
            key = names.key_in(group, names.canonical(name))
            if key is not None:
                column = rows.native.table.column(place)
                if column.null_count < len(column):
                    pairs.append((key, _picked(Text.of(column), rows)))
        column = rows.column(group)
        if column is not None:
            pairs.extend(self._map(rows, group, column, None).items())
        return [(key, text) for key, text in pairs if text.says_something]

    def _map(self, rows: NativeRows, group: str, column: pa.ChunkedArray, only: str | None) -> dict[str, Text]:
        if pa.types.is_map(column.type):
            found = pivot(column, only)
        else:
            found, bad = self._json[group].pivot(Text.of(column))
            if bad:
                rows.warnings["not_a_json_object", group] += bad
        return {key: _picked(text, rows) for key, text in found.items()}


def _picked(text: Text, rows: NativeRows) -> Text:
    return text if rows.picked is None else text.take(np.asarray(rows.picked))
