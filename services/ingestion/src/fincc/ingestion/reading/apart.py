"""A delivery read in a process of its own, whose memory goes back to the system with it."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from fincc.ingestion.connectors.base import Connector, Delivery, SourceUnavailable
from fincc.ingestion.reading.steps import Cut, Steps, read_here

_PIPE = 1 << 20  # bytes on their way
_YIELDING = 10
"""Niceness: a bill may take a little longer, people who ask meanwhile shall not notice it."""
_ALLOCATOR = "ARROW_DEFAULT_MEMORY_POOL=system"  # Arrow's own asks the kernel for memory far more often; see ADR 11


def read_apart(connector: Connector, delivery: Delivery, cut: Cut) -> Steps:
    """The steps of `read_here`, which another process makes. It ends when this generator is closed or this process is gone.

    The connector must be able to travel: file sources go as their configuration. Raises SourceUnavailable when the other
    process ends before its time, as it does where memory runs out.
    """
    ours, theirs = os.pipe()
    # -P: what lies in the folder where we were started must not stand in for a module.
    command = ["env", _ALLOCATOR, sys.executable, "-P", "-m", __name__, str(theirs)]
    with open(ours, "rb") as steps:
        with suppress(AttributeError, OSError):  # a part at a time, where the system lets us
            fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, _PIPE)
        with open(theirs, "wb"):  # the other process has it; here it must be closed, or the end would never be seen
            other = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[theirs])
        with other:
            yield from _said(other, steps, (connector, delivery, cut))


def _said(other: subprocess.Popen[bytes], steps: BinaryIO, task: tuple[Connector, Delivery, Cut]) -> Steps:
    assert other.stdin is not None
    try:
        with _early_end(other), other.stdin as stream:
            pickle.dump(task, stream)
        while True:
            with _early_end(other):
                said = pickle.load(steps)
            if said is None:
                return
            if isinstance(said, Exception):
                raise said
            yield said
    finally:
        other.kill()


@contextmanager
def _early_end(other: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        how = _ended(other.wait())
        raise SourceUnavailable(
            f"the process that read the delivery ended early ({how}); it is tried again with the next look at the source"
        ) from None


def _ended(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    return f"{signal.Signals(-code).name}, perhaps for want of memory" if code == -signal.SIGKILL else f"signal {-code}"


def _serve(out: BinaryIO) -> None:
    os.nice(_YIELDING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides when we end
    with suppress(BrokenPipeError), out:  # when nobody listens any more
        try:
            for step in read_here(*pickle.load(sys.stdin.buffer)):
                pickle.dump(step, out, pickle.HIGHEST_PROTOCOL)
                out.flush()
            pickle.dump(None, out)
        except BrokenPipeError:
            raise
        except Exception as error:
            pickle.dump(_portable(error), out)


def _portable(error: Exception) -> Exception:
    """The error itself where it can travel, else what it says."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    _serve(os.fdopen(int(sys.argv[1]), "wb"))
