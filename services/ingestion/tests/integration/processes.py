"""The processes below this one, for tests that must leave none behind."""

from __future__ import annotations

from pathlib import Path


def children() -> set[int]:
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
