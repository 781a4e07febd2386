"""The processes below this one, for tests that must leave none behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


def children() -> set[int]:
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


@pytest.fixture
def nobody_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() == before
