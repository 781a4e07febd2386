"""Equal things have one number, in order of appearance; plain dictionaries are the oracle."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.kernels import _library, distinct
from fincc.kernels.cells import Bytes
from fincc.kernels.distinct import distinct_pairs, distinct_texts

WORDS = st.sampled_from([0, 1, 2, 1 << 63, (1 << 64) - 1])


def as_text(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    return np.frombuffer(b"".join(texts), np.uint8), np.array([0, *accumulate(map(len, texts))], np.int32)


def expected(things: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    places: dict[Hashable, int] = {}
    for i, thing in enumerate(things):
        places.setdefault(thing, i)
    numbers = {thing: number for number, thing in enumerate(places)}
    return [numbers[thing] for thing in things], list(places.values())


def told(found: tuple[distinct.Places, distinct.Places]) -> tuple[list[int], list[int]]:
    return found[0].tolist(), found[1].tolist()


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"", b"a", b"b", b"same text of some length"])))
def test_texts(texts: list[bytes]) -> None:
    assert told(distinct_texts(*as_text(texts))) == expected(texts)


@given(st.lists(st.tuples(WORDS, WORDS)))
def test_pairs(pairs: list[tuple[int, int]]) -> None:
    assert told(distinct_pairs(np.array(pairs, np.uint64).reshape(-1, 2))) == expected(pairs)


def test_many_texts_of_every_length() -> None:
    dice = np.random.default_rng(1)
    texts = [b"resource-%d" % i * (i % 9) for i in dice.integers(0, 5_000, 20_000).tolist()]
    assert told(distinct_texts(*as_text(texts))) == expected(texts)


def test_texts_that_meet_in_one_slot_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "_room", lambda n: (np.zeros(8, distinct._SLOT), *np.empty((2, n), np.int32)))
    texts = [b"%d" % (i % 4) for i in range(9)]
    assert told(distinct_texts(*as_text(texts))) == expected(texts)


def test_texts_that_begin_within_their_memory_are_found() -> None:
    text, ends = as_text([b"first text", b"second", b"third", b"second"])
    assert told(distinct_texts(text, ends[1:])) == ([0, 1, 0], [0, 1])


def test_nothing_behind_the_text_is_touched(at_the_edge: Callable[[bytes], Bytes]) -> None:
    noise = np.random.default_rng(1).bytes(100)
    for size in range(60):
        texts = [noise[:size], noise[1 : size + 1], noise[:size]]
        text, ends = as_text(texts)
        assert told(distinct_texts(at_the_edge(text.tobytes()), ends)) == expected(texts)


@pytest.mark.parametrize("ends", [[0, 3, 2], [0, 11], [-1, 4], [0, 2**31 - 1, -(2**31), -1, 4]])
def test_ends_beyond_the_text_are_refused(ends: list[int]) -> None:
    with pytest.raises(ValueError, match="within the text"):
        distinct_texts(np.zeros(10, np.uint8), np.array(ends, np.int32))


def test_every_process_puts_texts_elsewhere() -> None:
    assert 0 < _library.SEED < 1 << 64
