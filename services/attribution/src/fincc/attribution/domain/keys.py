"""Attribution keys with their attributes, as stored; and the owner columns of a part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.resolve import Outcome
from fincc.common import batches
from fincc.common.focus import OWNER_COLUMNS
from fincc.common.key_attributes import KEY, Codes

_FIELDS = ("team_id", "service_id", "rule_id")  # of an outcome, in the order of OWNER_COLUMNS
_TEXT = pa.string()


def encode_keys(keys: pa.RecordBatch) -> bytes:
    return batches.encode(keys)


def decode_keys(content: bytes) -> pa.RecordBatch:
    return batches.decode(content)


def encode_owners(owners: pa.RecordBatch) -> bytes:
    """The owner stream of a part: LZ4, since owners come in runs and the stream is small."""
    return batches.encode(owners, batches.LZ4)


class OwnerColumns:
    """The owner columns by outcome: x_TeamId, x_ServiceId, x_AttributionRuleId."""

    def __init__(self) -> None:
        self._seen = 0
        self._numbers: tuple[dict[str | None, int], ...] = tuple({None: -1} for _ in _FIELDS)
        self._codes: list[list[int]] = [[] for _ in _FIELDS]
        self._columns: list[tuple[Codes, pa.Array]] = []

    def extend(self, outcomes: Sequence[Outcome]) -> None:
        """Outcomes that were there before keep their places."""
        if len(outcomes) == self._seen and self._columns:
            return
        for outcome in outcomes[self._seen :]:
            for field, numbers, codes in zip(_FIELDS, self._numbers, self._codes, strict=True):
                codes.append(numbers.setdefault(getattr(outcome, field), len(numbers) - 1))
        self._seen = len(outcomes)
        self._columns = [
            (np.array(codes, np.int32), pa.array(list(numbers)[1:], _TEXT))
            for codes, numbers in zip(self._codes, self._numbers, strict=True)
        ]

    def of(self, owners: npt.NDArray[np.int32], key_codes: npt.NDArray[np.integer]) -> pa.RecordBatch:
        """The columns of rows that are given by the place of their key in `owners`, which holds positions in the
        outcomes. Dictionaries hold what the owners use."""
        used, place = np.unique(owners, return_inverse=True)
        of_row = place.astype(np.uint8 if len(used) <= 256 else np.intp)[key_codes]
        columns = []
        for codes, values in self._columns:
            said, local = np.unique(codes[used], return_inverse=True)
            has_null = len(said) > 0 and said[0] < 0
            short = (local - has_null).astype(np.int8 if len(said) <= 128 else np.int32)
            columns.append(batches.dictionary(short[of_row], values.take(pa.array(said[int(has_null) :]))))
        return pa.RecordBatch.from_arrays(columns, names=list(OWNER_COLUMNS))


def ownership_table(keys: pa.Array, owners: Owners) -> pa.RecordBatch:
    """The ownership document: key, the owner columns, and why nobody owns what is Unattributable."""
    columns = OwnerColumns()
    columns.extend(owners.outcomes)
    owned = columns.of(owners.codes, np.arange(len(owners.codes)))
    reasons = list(dict.fromkeys(o.reason for o in owners.outcomes if o.reason is not None))
    position = {reason: i for i, reason in enumerate(reasons)}
    of_outcome = np.array([position.get(o.reason, -1) if o.reason else -1 for o in owners.outcomes], np.int32)
    return pa.RecordBatch.from_arrays(
        [
            keys,
            *owned.columns,
            batches.dictionary(of_outcome[owners.codes], pa.array(reasons, _TEXT)),
        ],
        names=[KEY, *OWNER_COLUMNS, "reason"],
    )
