"""Makes texts such that every store takes them: no zero bytes, names of bounded length, records smaller than a message.

What is too long becomes a hash of what it was. Each change is counted as a warning.
"""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pyarrow as pa

from fincc.common.focus import TAG_PREFIX
from fincc.ingestion.connectors.columns.texts import Text

LARGEST_RECORD = 256 * 1024  # bytes of text
LONGEST_NAME = 1024  # bytes
NAMES = (
    "BillingAccountId", "BillingAccountName", "SubAccountId", "SubAccountName", "ServiceProviderName", "ServiceName",
    "RegionId", "ChargeCategory",
)  # fmt: skip
"""Columns that costs are grouped by, which no store indexes at any length."""
LONGEST_CURRENCY = 16  # characters


def fit(columns: dict[str, Text], warnings: Counter[tuple[str, str]]) -> dict[str, Text]:
    """The same columns as the stores take them."""
    out: dict[str, Text] = {}
    for name, text in columns.items():
        sound = _without_zero_bytes(name, text, warnings)
        key = name.replace("\0", _REPLACEMENT)
        out[key] = out[key].or_else(sound) if key in out else sound
    for name in NAMES:
        if name in out and int(out[name].sizes.max(initial=0)) > LONGEST_NAME:
            out[name] = _short_names(name, out[name], warnings)
    return _shorten(out, warnings)


def currencies(text: Text, warnings: Counter[tuple[str, str]]) -> Text:
    """Texts that can be no currency are null."""
    is_none = text.test(lambda value: len(value) > LONGEST_CURRENCY or not value.isprintable())
    if not is_none.any():
        return text
    warnings["not_a_currency", f"expected a code such as USD of at most {LONGEST_CURRENCY} characters"] += int(
        np.count_nonzero(is_none)
    )
    return Text(np.where(is_none, np.int32(-1), text.codes), text.values)


_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def _without_zero_bytes(name: str, text: Text, warnings: Counter[tuple[str, str]]) -> Text:
    if not len(text.values):
        return text
    offsets = np.frombuffer(text.values.buffers()[1], np.int32)[text.values.offset :][: len(text.values) + 1]
    if np.frombuffer(text.values.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]].min(initial=1):
        return text
    rows = int(np.count_nonzero(text.test(lambda value: "\0" in value)))
    if not rows:
        return text
    warnings["zero_bytes_replaced", name.replace("\0", _REPLACEMENT)] += rows
    return text.map(lambda value: value.replace("\0", _REPLACEMENT))


def _short_names(name: str, text: Text, warnings: Counter[tuple[str, str]]) -> Text:
    def is_long(value: str) -> bool:
        return len(value.encode()) > LONGEST_NAME

    warnings["oversized_value_replaced_by_its_hash", name] += int(np.count_nonzero(text.test(is_long)))
    return text.map(lambda value: _marker(value) if is_long(value) else value)


def _shorten(columns: dict[str, Text], warnings: Counter[tuple[str, str]]) -> dict[str, Text]:
    """With records of more than 256 kB cut down: tags first, then other text, largest first."""
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
