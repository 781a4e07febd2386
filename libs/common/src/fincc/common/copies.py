"""Copies on disk of objects of a bucket that are read again and again, and never change."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from threading import Lock

import pyarrow as pa


class Copies:
    """Used by threads, and by several processes on one folder. Together the copies take `room` bytes at most: those used
    longest ago go first, and who has one mapped keeps what it says."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._room = folder, room
        self._fetching = Lock()

    def mapped(self, name: str, fetch: Callable[[], pa.Buffer]) -> pa.MemoryMappedFile | None:
        """The copy of this name, made of what `fetch` gives where there is none yet; None where it does not fit."""
        target = self._folder / blake2b(name.encode(), digest_size=16).hexdigest()
        found = _opened(target)
        if found is None:
            with self._fetching:  # of many who want it one fetches it
                found = _opened(target) or (_opened(target) if self._keep(target, fetch()) else None)
        return found

    def _keep(self, target: Path, content: pa.Buffer) -> bool:
        """False where the disk or the room is too small, or another process has made room of it."""
        if content.size > self._room:
            return False
        partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
        try:
            self._make_room(content.size)
            partial.write_bytes(content)
            partial.replace(target)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            return False
        return True

    def _make_room(self, size: int) -> None:
        found = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                about = path.stat()
                found.append((about.st_mtime_ns, about.st_size, path))
        taken = sum(length for _, length, _ in found)
        for _, length, path in sorted(found):
            if taken + size <= self._room:
                return
            path.unlink(missing_ok=True)
            taken -= length


def _opened(target: Path) -> pa.MemoryMappedFile | None:
    try:
        opened = pa.memory_map(str(target))
        os.utime(target)  # used just now
    except FileNotFoundError:
        return None
    return opened


def own_folder(name: str) -> Path:
    """A folder for temporary files that nobody else may look into; the same at every start, so that copies are found again."""
    path = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    about = path.lstat()
    if stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o077:
        return path
    return Path(tempfile.mkdtemp(prefix=f"{name}-"))  # somebody else was there first
