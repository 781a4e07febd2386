"""Work that yields to others."""

import os
import sys
import threading

import pytest

from fincc.common.aside import aside


async def test_work_aside_gives_its_result_and_its_error() -> None:
    assert await aside(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await aside(divmod, 1, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")
async def test_only_the_thread_aside_has_low_priority() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = priority()
    assert await aside(priority) > before
    assert priority() == before
