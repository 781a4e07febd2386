"""Ports for servers that tests start: out of a block that this process has for itself.

One that the system finds free lies among those that it gives to clients, so a client may have it before the server has
started, or while a server that is to come back on it is away.
"""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path

FIRST, BLOCK, BLOCKS = 10_100, 100, 220
"""Below all that systems give to clients, and above the last one that browsers refuse to open, 10080."""


def free_port(count: int = 1) -> int:
    """The first of a row of so many ports of 127.0.0.1 that nobody listens on. Raises RuntimeError."""
    ports = _own_ports()
    row: list[int] = []
    for _ in range(2 * BLOCK):
        port = next(ports)
        is_next = bool(row) and port == row[-1] + 1
        row = ([*row, port] if is_next else [port]) if _is_free(port) else []
        if len(row) == count:
            return row[0]
    raise RuntimeError(f"no row of {count} free ports before {port}")


@cache
def _own_ports() -> Iterator[int]:
    """Those of the first block that no other process has, over and over; claimed until this process ends."""
    folder = Path(tempfile.gettempdir()) / f"fincc-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for number in range(BLOCKS):
        claim = os.open(folder / str(number), os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(claim)
            continue
        return cycle(range(FIRST + number * BLOCK, FIRST + (number + 1) * BLOCK))
    raise RuntimeError(f"all blocks of ports are claimed: {folder}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
