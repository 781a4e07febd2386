"""Keeps single records below the size of a message: the largest values become a hash of what they were."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pyarrow as pa

from fincc.common.focus import TAG_PREFIX
from fincc.ingestion.connectors.columns.texts import Text

LARGEST_RECORD = 256 * 1024  # bytes of text


def shorten(columns: dict[str, Text], warnings: Counter[tuple[str, str]]) -> dict[str, Text]:
    """The same columns, with records of more than 256 kB cut down: tags first, then other text, largest first."""
    sizes = {name: np.append(text.sizes, 0).astype(np.int64) for name, text in columns.items()}  # 0 for null
    if sum(int(s.max(initial=0)) for s in sizes.values()) <= LARGEST_RECORD or not columns:
        return columns
    total = sum(s[columns[name].codes] for name, s in sizes.items())
    assert isinstance(total, np.ndarray)
    out = dict(columns)
    for row in np.flatnonzero(total > LARGEST_RECORD).tolist():
        left = int(total[row])
        cells = [(name, int(s[columns[name].codes[row]])) for name, s in sizes.items()]
        for name, size in sorted(cells, key=lambda c: (not c[0].startswith(TAG_PREFIX), -c[1])):
            if left <= LARGEST_RECORD:
                break
            marker = _marker(columns[name].values[int(columns[name].codes[row])].as_py())
            if len(marker) >= size:
                continue
            out[name] = _replaced(out[name], row, marker)
            left -= size - len(marker)
            warnings["oversized_value_replaced_by_its_hash", name] += 1
    return out


def _marker(value: str) -> str:
    data = value.encode()
    return f"sha256:{hashlib.sha256(data).hexdigest()} ({len(data)} bytes)"


def _replaced(text: Text, row: int, value: str) -> Text:
    codes = text.codes.copy()
    codes[row] = len(text.values)
    return Text(codes, pa.concat_arrays([text.values, pa.array([value], pa.string())]))
