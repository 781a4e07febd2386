"""Ports for tests: never those that the system gives to clients, and no two processes have the same."""

import socket
import subprocess
import sys

import pytest

from fincc.common.testing.ports import BLOCK, FIRST, free_port

TOLD = "from fincc.common.testing.ports import free_port; print(free_port())"


def test_a_port_is_not_given_again_while_there_are_others() -> None:
    given = [free_port() for _ in range(20)]
    assert len(set(given)) == 20


def test_a_row_is_free_as_a_whole() -> None:
    port = free_port()
    first = FIRST + (port - FIRST) // BLOCK * BLOCK
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 50))
        rows = [range(start, start + 30) for start in (free_port(30) for _ in range(6))]
    assert all(first <= row[0] and row[-1] < first + BLOCK and first + 50 not in row for row in rows)


@pytest.mark.slow
def test_another_process_has_ports_of_its_own() -> None:
    command = [sys.executable, "-c", TOLD]
    other = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert (other - FIRST) // BLOCK != (free_port() - FIRST) // BLOCK
