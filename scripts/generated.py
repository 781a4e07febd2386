"""What the scripts do that write a file from the code."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def keep(target: Path, text: str, arguments: list[str]) -> int:
    """Write the file when it says something else; with `--check` only complain, and return 1."""
    if target.exists() and target.read_text() == text:
        return 0
    if "--check" in arguments:
        print(f"gen: {target.relative_to(ROOT)} is stale: run `make gen`", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return 0
