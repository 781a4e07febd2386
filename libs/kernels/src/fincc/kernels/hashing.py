"""Hashes of many texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import xxhash

from fincc.kernels._library import LIBRARY, LONGEST_HASHED, SHORTEST_HASHED, address, sizes_of


def xxh3_128(prefix: bytes, text: npt.NDArray[np.uint8], ends: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """(n, 2): xxh3_128 of the prefix followed by each text[ends[i] … ends[i + 1]), the low half first."""
    sizes = sizes_of(text, ends).astype(np.int64) + len(prefix)
    text, ends = np.ascontiguousarray(text), np.ascontiguousarray(ends)
    pairs = np.empty((len(sizes), 2), np.uint64)
    if len(prefix) <= LONGEST_HASHED:
        start = np.frombuffer(prefix, np.uint8)
        LIBRARY.fincc_hash(address(start), len(start), address(text), address(ends), len(sizes), address(pairs))
    for i in np.flatnonzero((sizes < SHORTEST_HASHED) | (sizes > LONGEST_HASHED)).tolist():
        digest = xxhash.xxh3_128_intdigest(prefix + text[ends[i] : ends[i + 1]].tobytes())
        pairs[i] = digest & 0xFFFFFFFFFFFFFFFF, digest >> 64
    return pairs
