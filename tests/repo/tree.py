"""The files of the repository."""

import subprocess
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GENERATED = (
    "*_pb2.py",
    "*_pb2.pyi",
    "*.gen.ts",
    "*/schema.d.ts",
    "*/package-lock.json",
    "*.lock",
    "proto/baseline.json",
)


@cache
def _files() -> tuple[str, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    ).stdout
    return tuple(sorted(path for path in listed.split("\0") if path and (ROOT / path).is_file()))


def tracked(*patterns: str) -> list[str]:
    """Paths below the root that fit one of `patterns` and that git knows or would know."""
    return [path for path in _files() if any(fnmatch(path, pattern) for pattern in patterns)]


def is_generated(path: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in GENERATED)
