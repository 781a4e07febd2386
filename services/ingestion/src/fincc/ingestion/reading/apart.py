"""A delivery read in processes of their own, whose memory goes back to the system with them."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from threading import Condition, Thread
from typing import BinaryIO, Self

from fincc.ingestion.connectors.base import Connector, Delivery, SourceUnavailable
from fincc.ingestion.domain.parts import Keys
from fincc.ingestion.reading.shares import Share, shares_of
from fincc.ingestion.reading.steps import Cut, ShareEnd, ShareSteps, Steps, joined, read_shares

AHEAD = 32 << 20  # bytes of steps that a reader keeps until it is its turn: those of half a million lines or so
MOST = 2  # readers, unless told otherwise: each takes half a GiB and more
_PIPE = 1 << 20  # bytes on their way
_YIELDING = 10
"""Niceness: a bill may take a little longer, people who ask meanwhile shall not notice it."""
_COLUMNS = [
    "ARROW_DEFAULT_MEMORY_POOL=system",
    f"MALLOC_MMAP_THRESHOLD_={32 << 20}",
    f"MALLOC_TRIM_THRESHOLD_={1 << 30}",
]
"""For columns of Parquet: Arrow's own allocator asks the kernel for memory far more often, and the C library's gives back
what the next batch needs again, unless told so. See ADR 11."""
_TEXT = ["MIMALLOC_PURGE_DELAY=-1", f"MALLOC_MMAP_THRESHOLD_={32 << 20}", f"MALLOC_TRIM_THRESHOLD_={128 << 20}"]
"""Text is cut into blocks of all sizes, of which the C library's allocator holds three times as many as are in use. So Arrow
keeps its own, and neither gives back to the kernel what the next batch needs again."""
_ALONE = ["OPENBLAS_NUM_THREADS=1"]
"""Numpy's threads for products of matrices, which wait for work for a while when it is loaded; there is none."""


def usual_readers() -> int:
    """One core is left to those that take the parts: on two, another reader would cost CPU and gain little."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST, cores - 1))


def read_apart(connector: Connector, delivery: Delivery, cut: Cut, readers: int = 1) -> Steps:
    """The steps of `read_here`, which other processes make: at most `readers`, and no more than there are shares. They end
    when this generator is closed or this process is gone.

    The connector must be able to travel: file sources go as their configuration. Raises SourceUnavailable when one of the
    processes ends before its time, as it does where memory runs out.
    """
    shares = shares_of(connector, delivery, cut.share_bytes)
    with ExitStack() as stack:
        # All of them now, since starting takes a while.
        is_text = not all(file.path.endswith(".parquet") for file in delivery.files)
        pool = [stack.enter_context(_Reader(is_text)) for _ in range(max(1, min(readers, len(shares))))]
        yield from joined(connector.mapper(delivery), delivery, cut, _in_turn(pool, connector, shares, cut))


def _in_turn(pool: Sequence[_Reader], connector: Connector, shares: Sequence[Share], cut: Cut) -> ShareSteps:
    """The steps of all shares in order. Each reader has every n-th of them, and goes on while it is another's turn."""
    n = len(pool)
    pool[0].take((connector, shares[::n], cut, None, AHEAD if n > 1 else 0))
    for number in range(len(shares)):
        for step in pool[number % n].share():
            if isinstance(step, Keys):
                for place in range(1, n):
                    pool[place].take((connector, shares[place::n], cut, step, AHEAD))
            yield step


_Task = tuple[Connector, Sequence[Share], Cut, Keys | None, int]  # the last one: bytes of steps that may wait


class _Reader:
    """Another process, which waits for its task and then tells the steps."""

    def __init__(self, is_text: bool) -> None:
        ours, theirs = os.pipe()
        # -P: what lies in the folder where we were started must not stand in for a module.
        command = ["env", *_ALONE, *(_TEXT if is_text else _COLUMNS), sys.executable, "-P", "-m", __name__, str(theirs)]
        self._steps = os.fdopen(ours, "rb")
        with suppress(AttributeError, OSError):  # a part at a time, where the system lets us
            fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, _PIPE)
        with open(theirs, "wb"):  # the other process has it; here it must be closed, or the end would never be seen
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[theirs])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with self._process, self._steps, suppress(BrokenPipeError):
            assert self._process.stdin is not None
            self._process.stdin.close()

    def take(self, task: _Task) -> None:
        assert self._process.stdin is not None
        with self._early_end(), self._process.stdin as stream:
            pickle.dump(task, stream, pickle.HIGHEST_PROTOCOL)

    def share(self) -> ShareSteps:
        """The steps of its next share."""
        while True:
            with self._early_end():
                step = pickle.load(self._steps)
            if isinstance(step, Exception):
                raise step
            yield step
            if isinstance(step, ShareEnd):
                return

    @contextmanager
    def _early_end(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            how = _ended(self._process.wait())
            raise SourceUnavailable(
                f"a process that read the delivery ended early ({how}); it is tried again with the next look at the source"
            ) from None


def _ended(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    return f"{signal.Signals(-code).name}, perhaps for want of memory" if code == -signal.SIGKILL else f"signal {-code}"


class _Ahead:
    """Writes in a thread of its own, so that work goes on while nobody listens; at most `room` bytes wait, and what was
    said last."""

    def __init__(self, out: BinaryIO, room: int) -> None:
        self._out, self._room = out, room
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._changed = Condition()
        self._thread = Thread(target=self._write, daemon=True)
        self._thread.start()

    def say(self, what: object) -> None:
        data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
        with self._changed:
            self._changed.wait_for(lambda: self._size <= self._room)
            self._waiting.append(data)
            self._size += len(data)
            self._changed.notify_all()

    def close(self) -> None:
        """Returns when all is written."""
        with self._changed:
            self._changed.wait_for(lambda: not self._size)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                data = self._waiting.popleft()
            try:
                self._out.write(data)
                self._out.flush()
            except BrokenPipeError:  # nobody will ever listen again
                os._exit(0)
            with self._changed:
                self._size -= len(data)
                self._changed.notify_all()
            del data


def _serve(out: BinaryIO) -> None:
    os.nice(_YIELDING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides when we end
    try:
        task: _Task = pickle.load(sys.stdin.buffer)
    except EOFError:  # nothing to do after all
        return
    connector, shares, cut, known, room = task
    ahead = _Ahead(out, room)
    try:
        for step in read_shares(connector, shares, cut, known):
            ahead.say(step)
    except Exception as error:
        ahead.say(_portable(error))
    ahead.close()


def _portable(error: Exception) -> Exception:
    """The error itself where it can travel, else what it says."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    _serve(os.fdopen(int(sys.argv[1]), "wb"))
