"""Long work that may wait, beside answers that may not: a thread with low priority."""

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

_NICE = 15


def _yield_to_others() -> None:
    """Linux gives each thread a priority of its own; elsewhere it stays as it is."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


_THREAD = ThreadPoolExecutor(1, "aside", _yield_to_others)


async def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """One piece of work after the other."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, lambda: work(*args, **kwargs))
