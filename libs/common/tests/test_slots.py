"""The column-wise numbering agrees with a dictionary."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fincc.common.slots import SlotIndex

WORD = st.integers(0, 2**64 - 1)
CLOSE = st.integers(0, 50)


@given(st.lists(st.lists(st.tuples(WORD | CLOSE, WORD | CLOSE), unique=True, max_size=200), max_size=6))
def test_numbers_follow_first_use_like_a_dictionary(calls):
    index = SlotIndex()
    oracle: dict[tuple[int, int], int] = {}
    for values in calls:
        expected = [oracle.setdefault(v, len(oracle)) for v in values]
        low, high = (np.array([v[i] for v in values], np.uint64) for i in (0, 1))
        assert index.add(low, high).tolist() == expected
        assert index.find(low, high).tolist() == expected
    assert len(index) == len(oracle)
    assert list(zip(*(w.tolist() for w in index.words), strict=True)) == list(oracle)


def test_a_value_that_differs_in_its_high_word_only_is_another_value():
    index = SlotIndex()
    index.add(np.array([7], np.uint64), np.array([1], np.uint64))
    assert index.find(np.array([7, 7], np.uint64), np.array([1, 2], np.uint64)).tolist() == [0, -1]


def test_a_hundred_thousand_values_keep_their_numbers():
    words = np.random.default_rng(3).integers(0, 2**63, 100_000).astype(np.uint64)
    index = SlotIndex()
    for start in range(0, len(words), 7_000):
        index.add(words[start : start + 7_000], words[start : start + 7_000])
    assert (index.find(words, words) == np.arange(len(words))).all()
