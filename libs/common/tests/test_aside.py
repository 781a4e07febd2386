"""Work that yields to others."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fincc.common.aside import aside, yield_to_others

linux_alone = pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


async def test_work_aside_gives_its_result_and_its_error() -> None:
    assert await aside(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await aside(divmod, 1, 0)


@linux_alone
async def test_only_the_thread_aside_has_low_priority() -> None:
    before = priority()
    assert await aside(priority) > before
    assert priority() == before


@linux_alone
def test_who_yields_takes_along_what_it_starts_and_nobody_else() -> None:
    def yielding() -> tuple[int, int]:
        yield_to_others()
        with ThreadPoolExecutor(1) as started:
            return priority(), started.submit(priority).result()

    before = priority()
    with ThreadPoolExecutor(1) as process:
        own, of_started = process.submit(yielding).result()
    assert (own > before, of_started) == (True, own)
    assert priority() == before
