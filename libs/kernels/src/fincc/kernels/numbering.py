"""Codes by the values that a batch uses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fincc.kernels._library import LIBRARY, address

_SEEN = np.dtype([("batch", np.int32), ("number", np.int32)])
_FUNCTIONS = {1: LIBRARY.fincc_renumber_8, 2: LIBRARY.fincc_renumber_16, 4: LIBRARY.fincc_renumber_32}


class Numbering:
    """Of codes into `values` values, which batches are cut from. Takes no time for values that a batch does not use."""

    def __init__(self, values: int) -> None:
        self._seen, self._batch = np.zeros(values, _SEEN), 0

    def of(self, codes: npt.NDArray[np.signedinteger]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The codes of a batch, of 8, 16 or 32 bits, by the values that it uses in order of appearance, and these by their
        places among all. Negative codes, null, are -1. Raises ValueError for codes that there are not."""
        codes = np.ascontiguousarray(codes)
        self._batch += 1
        found, out = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32)
        function = _FUNCTIONS[codes.dtype.itemsize]
        seen = address(self._seen), len(self._seen), self._batch
        count = function(address(codes), len(codes), *seen, address(found), address(out))
        if count < 0:
            raise ValueError(f"expected codes below {len(self._seen)}, got {codes.max()}")
        return out, found[:count]
