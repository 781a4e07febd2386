"""Repeatable chance: every draw is a hash of what it is drawn for, so a day's data depends on nothing but the day.

No random generator is used: its stream would depend on the order of calls and on the library's version.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def draw(*what: object) -> int:
    """64 bits that belong to `what` (ids, numbers, dates); the same on every machine."""
    text = "\x1f".join(str(part) for part in what)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def choose(options: Sequence[T], *what: object) -> T:
    return options[draw(*what) % len(options)]


def choose_weighted(options: Sequence[tuple[T, int]], *what: object) -> T:
    """One of (option, weight), by weight."""
    ticket = draw(*what) % sum(weight for _, weight in options)
    for option, weight in options:
        ticket -= weight
        if ticket < 0:
            return option
    raise AssertionError("weights are positive")


def hexadecimal(length: int, *what: object) -> str:
    return blake2b("\x1f".join(str(part) for part in what).encode(), digest_size=32).hexdigest()[:length]


def letters(length: int, alphabet: str, *what: object) -> str:
    """`length` characters of `alphabet` that belong to `what`."""
    digest = blake2b("\x1f".join(str(part) for part in what).encode(), digest_size=length).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest)


def mix(left: Words, right: Words | int) -> Words:
    """Element by element, 64 bits that belong to the pair (the finaliser of splitmix64)."""
    other = np.full(1, right % 2**64, np.uint64) if isinstance(right, int) else right
    z = left * _GOLDEN ^ (other + _GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * _FIRST
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))
