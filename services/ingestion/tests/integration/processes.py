"""The processes below this one, for tests that must leave none behind."""

from __future__ import annotations

from pathlib import Path


def children() -> set[int]:
    while True:
        try:
            lists = [(task / "children").read_text() for task in Path("/proc/self/task").iterdir()]
        except (FileNotFoundError, ProcessLookupError):  # a thread ended, whose children are listed elsewhere now
            continue
        return {int(pid) for found in lists for pid in found.split()}
