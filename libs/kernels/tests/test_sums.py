"""Pairs of several columns added up, each half by itself and without a carry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.kernels.sums import Pairs, sum_pairs

KINDS = st.sampled_from([np.int8, np.int16, np.int32])
Column = tuple[np.ndarray, Pairs]


def pairs_of(values: int, seed: int) -> Pairs:
    return np.random.default_rng(seed).integers(0, 1 << 64, (values + 1, 2), np.uint64)


@st.composite
def columns(draw: st.DrawFn) -> tuple[int, list[Column]]:
    rows = draw(st.sampled_from([0, 1, 5, 1023, 1024, 1025, 3000]))
    made = []
    for number in range(draw(st.integers(0, 4))):
        values, kind = draw(st.integers(0, 100)), draw(KINDS)
        codes = np.random.default_rng(number).integers(-1, values, rows).astype(kind)
        made.append((codes, pairs_of(values, number)))
    return rows, made


@given(columns())
def test_the_sums_are_those_of_numpy(given: tuple[int, list[Column]]) -> None:
    rows, made = given
    total = np.zeros((rows, 2), np.uint64)
    for codes, pairs in made:
        total += pairs[codes]
    assert sum_pairs(rows, made).tolist() == total.tolist()


def test_every_other_code_of_a_longer_array_is_taken_as_it_is() -> None:
    pairs = pairs_of(10, 1)
    assert sum_pairs(5, [(np.arange(10, dtype=np.int16)[::2], pairs)]).tolist() == pairs[:10:2].tolist()


def test_codes_without_a_value_are_refused() -> None:
    with pytest.raises(ValueError, match="below 3, got 3"):
        sum_pairs(2, [(np.array([0, 1], np.int8), pairs_of(3, 1)), (np.array([-1, 3], np.int32), pairs_of(3, 2))])


@pytest.mark.parametrize(
    ("codes", "values", "kind"), [(3, 4, np.int8), (2, -1, np.int8), (2, 4, np.int64), (2, 4, np.uint8)]
)
def test_columns_of_other_lengths_and_kinds_are_refused(codes: int, values: int, kind: type[np.integer]) -> None:
    with pytest.raises(ValueError, match="expected columns of 2 codes"):
        sum_pairs(2, [(np.zeros(codes, kind), np.zeros((values + 1, 2), np.uint64))])
