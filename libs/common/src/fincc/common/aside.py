"""Long work that may wait, beside answers that may not: with low priority, in a thread or in a process of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_OF_A_THREAD, _OF_A_PROCESS = 15, 10


def yield_to_others(nice: int = _OF_A_PROCESS) -> None:
    """Of this thread, and of those that it starts; elsewhere than on Linux priorities stay as they are."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)


_THREAD = ThreadPoolExecutor(1, "aside", lambda: yield_to_others(_OF_A_THREAD))


async def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """One piece of work after the other."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, lambda: work(*args, **kwargs))
