"""The tests also run on a library that ends the process when it does what C leaves undefined; see test_library.py."""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from fincc.kernels import _library
from fincc.kernels.cells import Bytes

if given := os.environ.get("FINCC_TEST_LIBRARY"):
    _library.LIBRARY = _library.load(Path(given))


@pytest.fixture
def at_the_edge() -> Iterator[Callable[[bytes], Bytes]]:
    """Puts a text where memory ends: who reads or writes a byte behind it ends the process."""
    room = mmap.mmap(-1, 1 << 20)
    memory = np.frombuffer(room, np.uint8)
    half = len(memory) // 2
    libc = ctypes.CDLL(None, use_errno=True)
    address = ctypes.c_void_p(memory.ctypes.data + half)
    assert libc.mprotect(address, half, 0) == 0

    def put(text: bytes) -> Bytes:
        at = half - len(text)
        memory[at:half] = np.frombuffer(text, np.uint8)
        return memory[at:half]

    yield put
    libc.mprotect(address, half, mmap.PROT_READ | mmap.PROT_WRITE)
