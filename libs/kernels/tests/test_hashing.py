"""Hashes are those of the xxhash library, which keys in every archive were made with."""

from __future__ import annotations

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from fincc.kernels.hashing import xxh3_128


def as_texts(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return np.frombuffer(b"".join(texts), np.uint8), ends


def expected(prefix: bytes, texts: list[bytes]) -> list[tuple[int, int]]:
    digests = [xxhash.xxh3_128_intdigest(prefix + text) for text in texts]
    return [(digest & 0xFFFFFFFFFFFFFFFF, digest >> 64) for digest in digests]


def test_texts_of_every_length_have_the_hash_of_the_library() -> None:
    noise = np.random.default_rng(1).bytes(400)
    texts = [noise[:size] for size in range(300)] + [noise[100 : 100 + size] for size in range(300)]
    for prefix in (b"", b"a", b"ResourceId\0", noise[:239], noise[:240], noise[:241]):
        assert list(map(tuple, xxh3_128(prefix, *as_texts(texts)).tolist())) == expected(prefix, texts)


@given(st.binary(max_size=20), st.lists(st.binary(max_size=260)))
def test_any_texts_have_the_hash_of_the_library(prefix: bytes, texts: list[bytes]) -> None:
    assert list(map(tuple, xxh3_128(prefix, *as_texts(texts)).tolist())) == expected(prefix, texts)


def test_texts_that_begin_within_their_memory_are_found() -> None:
    text, ends = as_texts([b"first text", b"second text", b"third text"])
    assert list(map(tuple, xxh3_128(b"x", text, ends[1:]).tolist())) == expected(b"x", [b"second text", b"third text"])


@pytest.mark.parametrize("ends", [[0, 5], [3, 1], [-1, 2], [0, 2**31 - 1, -(2**31), -1, 3]])
def test_ends_beyond_the_text_are_refused(ends: list[int]) -> None:
    with pytest.raises(ValueError, match="within the text"):
        xxh3_128(b"", np.zeros(4, np.uint8), np.array(ends, np.int32))
