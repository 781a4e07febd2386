"""Exact sums by attribution key and currency of one snapshot: what a change of owners is weighted with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common import batches, money
from fincc.common.key_attributes import KEY
from fincc.common.keys import keys_of, words_of
from fincc.common.money import Lanes
from fincc.common.slots import Growing, SlotIndex

CURRENCY, HI, LO = "BillingCurrency", "hi", "lo"  # value = hi * 2**32 + lo in units of 1e-12
SUMS = pa.schema({KEY: pa.binary(16), CURRENCY: pa.dictionary(pa.int32(), pa.string()), HI: pa.int64(), LO: pa.int64()})
_AT_ONCE = 1 << 17  # keys


class KeySums:
    """Sums by the numbers that `index` gives to keys. Parts are added in any order, each once."""

    def __init__(self, index: SlotIndex) -> None:
        self._index = index
        self._sums: dict[str, Growing] = {}
        self.parts: set[int] = set()

    def add(self, part: int, numbers: npt.NDArray[np.integer], costs: Mapping[str, Lanes]) -> None:
        """`costs` by currency, one amount for each of these distinct keys; a part that was added already changes nothing."""
        if part in self.parts:
            return
        self.parts.add(part)
        for currency, lanes in costs.items():
            self._of(currency)[numbers] += np.stack([lanes.hi, lanes.lo], axis=1)

    def take(self, stored: Iterable[pa.RecordBatch]) -> None:
        """Add what `batches` made."""
        for batch in stored:
            self._take(batch)

    def _take(self, stored: pa.RecordBatch) -> None:
        currencies = stored.column(CURRENCY)
        codes, numbers = batches.codes(currencies), self._index.find(*words_of(stored.column(KEY)))
        if (numbers < 0).any():
            raise LookupError("a stored sum has an attribution key that is not stored; run `fincc rebuild attribution`")
        hi, lo = stored.column(HI).to_numpy(), stored.column(LO).to_numpy()
        for code, currency in enumerate(currencies.dictionary.to_pylist()):
            chosen = codes == code
            self._of(currency)[numbers[chosen]] += np.stack([hi[chosen], lo[chosen]], axis=1)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The sums that are not 0, by key, binary(16); some at a time, since large bills have millions of keys."""
        low, high = self._index.words
        for currency in sorted(self._sums):
            sums = self._of(currency)
            for begin in range(0, len(sums), _AT_ONCE):
                some = sums[begin : begin + _AT_ONCE]
                used = np.flatnonzero(some.any(axis=1))
                if len(used):
                    columns = [
                        keys_of(low[begin + used], high[begin + used]),
                        batches.constant(len(used), currency),
                        pa.array(np.ascontiguousarray(some[used, 0])),
                        pa.array(np.ascontiguousarray(some[used, 1])),
                    ]
                    yield pa.RecordBatch.from_arrays(columns, schema=SUMS)

    def by_currency(self) -> dict[str, Lanes]:
        """One amount per key of the index."""
        return {c: Lanes(self._of(c)[:, 0].copy(), self._of(c)[:, 1].copy()) for c in sorted(self._sums)}

    def _of(self, currency: str) -> npt.NDArray[np.int64]:
        sums = self._sums.setdefault(currency, Growing(np.int64, 2))
        sums.extend(len(self._index) - len(sums))
        return sums.values


def sums_by_key(batch: pa.RecordBatch, key_codes: npt.NDArray[np.int32], keys: int) -> dict[str, Lanes]:
    """Exact sums of BilledCost per currency, for each of the `keys` distinct keys of a part."""
    amounts, currency = money.lanes(batch.column("BilledCost")), batch.column(CURRENCY)
    currencies = currency.dictionary.to_pylist()
    if len(currencies) == 1:
        return {currencies[0]: money.group_sum(key_codes, keys, amounts)}
    of_row, out = batches.codes(currency), {}
    for code, name in enumerate(currencies):
        chosen = of_row == code
        out[name] = money.group_sum(key_codes[chosen], keys, Lanes(amounts.hi[chosen], amounts.lo[chosen]))
    return out
