"""What the process asks the system for, and gives back."""

import platform
from pathlib import Path

import pytest

from fincc.common.memory import give_back


def resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / (1 << 20)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps free memory so")
def test_free_memory_below_a_block_in_use_goes_back_to_the_system():
    blocks = [b"x" * 100_000 for _ in range(1000)]
    in_use = b"x" * 100_000
    most = resident_mib()
    blocks.clear()
    give_back()
    assert resident_mib() < most - 50
    assert len(in_use) == 100_000
