"""Columns of key-value pairs, as one text column per key: MAP columns and JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from fincc.ingestion.connectors.columns.texts import Rows, Text

Pairs = dict[str, str | None]


def pivot(column: pa.ChunkedArray | pa.Array, only: str | None = None) -> dict[str, Text]:
    """One text column per key of a map<string, string> column, or that of one key."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(column, pa.ChunkedArray) or not len(column):
        return {}
    offsets = column.offsets.to_numpy()
    first, last = int(offsets[0]), int(offsets[-1])
    keys, values = Text.of(column.keys[first:last], ()), Text.of(column.items[first:last])
    row = np.repeat(np.arange(len(column), dtype=np.int32), np.diff(offsets))
    out: dict[str, Text] = {}
    for name, pairs in _by_key(keys) if only is None else [(only, np.flatnonzero(keys.test(lambda key: key == only)))]:
        said = values.take(pairs).compact()  # the values of one key are few of all
        codes = np.full(len(column), -1, np.int32)
        codes[row.take(pairs)] = said.codes
        out[name] = Text(codes, said.values)
    return out


def _by_key(keys: Text) -> Iterable[tuple[str, Rows]]:
    """The pairs of each key, in their order."""
    names = keys.strings()
    narrow = keys.codes.astype(np.uint16 if len(names) < 2**16 else np.int32)  # numpy sorts short integers by radix
    order = np.argsort(narrow, kind="stable")
    cuts = np.searchsorted(narrow.take(order), np.arange(len(names) + 1))
    return [(name, order[cuts[i] : cuts[i + 1]]) for i, name in enumerate(names)]


class JsonPairs:
    """Pivots JSON objects in text cells, parsing each distinct text once. Counts the texts that are no JSON objects."""

    REMEMBER = 50_000

    def __init__(self) -> None:
        self._known: dict[str, Pairs | None] = {}

    def pivot(self, text: Text) -> tuple[dict[str, Text], int]:
        """One text column per key, and how many rows hold something that is no JSON object."""
        parsed = [self._parse(value) for value in text.strings()]
        codes: dict[str, Any] = {}
        words: dict[str, dict[str, int]] = {}
        for i, pairs in enumerate(parsed):
            for key, value in (pairs or {}).items():
                if value is None:
                    continue
                if key not in codes:
                    codes[key] = np.full(len(parsed) + 1, -1, np.int32)
                    words[key] = {}
                codes[key][i] = words[key].setdefault(value, len(words[key]))
        bad = np.array([*(p is None for p in parsed), False], bool)
        columns = {k: Text(lut[text.codes], pa.array(list(words[k]), pa.string())) for k, lut in codes.items()}
        return columns, int(np.count_nonzero(bad[text.codes]))

    def _parse(self, value: str) -> Pairs | None:
        if value in self._known:
            return self._known[value]
        written = _loads(value)
        if written is None and value.startswith('"'):  # Azure leaves out the braces
            written = _loads("{" + value + "}")
        if isinstance(written, list):  # [{"key": …, "value": …}], as some exports write maps
            written = dict(_entries(written))
        pairs = {_sound(str(k)): _as_text(v) for k, v in written.items()} if isinstance(written, dict) else None
        if len(self._known) < self.REMEMBER:
            self._known[value] = pairs
        return pairs


def _loads(value: str) -> Any:
    try:
        return json.loads(value, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        return None


def _sound(text: str) -> str:
    """Without halves of a character, which JSON can write and UTF-8 cannot: `\\ud83d`."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _entries(written: list[Any]) -> Iterable[tuple[str, Any]]:
    for entry in written:
        if isinstance(entry, dict) and "key" in entry:
            yield str(entry["key"]), entry.get("value")


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return _sound(value) if value else None
    if isinstance(value, bool):  # FOCUS: a tag without a value is true
        return "true" if value else "false"
    return json.dumps(value, sort_keys=True, separators=(",", ":"))  # ASCII, so it is sound


def to_json(columns: dict[str, Text], rows: int) -> Text:
    """The inverse: one JSON object per row, null where a row has no pair. Meant for few distinct combinations."""
    combined = np.zeros(rows, np.int64)
    names = sorted(columns)
    distinct: list[tuple[int, ...]] = [()]
    for name in names:
        radix = len(columns[name].values) + 1
        encoded = pa.array(combined * radix + columns[name].codes + 1).dictionary_encode()
        distinct = [(*distinct[pair // radix], pair % radix - 1) for pair in encoded.dictionary.to_pylist()]
        combined = encoded.indices.to_numpy().astype(np.int64)
    words = {name: columns[name].strings() for name in names}
    texts = [
        json.dumps({n: words[n][c] for n, c in zip(names, combination, strict=True) if c >= 0}, separators=(",", ":"))
        for combination in distinct
    ]
    return Text.choice(combined, [None if t == "{}" else t for t in texts] or [None])
