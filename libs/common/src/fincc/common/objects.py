"""The object store: a folder or a bucket through pyarrow.fs, one prefix per service, written by it alone."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import fs

from fincc.common.copies import Copies, own_folder

PARTIAL = ".partial"


class StoreUnavailable(ConnectionError):
    """The store did not answer, refused, or is full; not that an object is missing."""


@contextmanager
def _reaching(path: str) -> Iterator[None]:
    """pyarrow raises a bare OSError for a bucket that does not answer."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreUnavailable(f"object store, {path}: {error}") from error


def is_full(error: BaseException | None) -> bool:
    """Whether there was no space left, or no more of it was allowed."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__
    return False


class ObjectStore:
    """Reads anywhere below the root, writes only below `prefix`. Paths are relative to the root: `ingestion/…`.

    `copies_mib`: disk for copies of a bucket's objects that are asked for as `mapped`.
    """

    def __init__(self, root: str, prefix: str, copies_mib: int = 0) -> None:
        self._prefix = prefix
        self._copies: Copies | None = None
        if "://" in root:
            self._fs, self._root = fs.FileSystem.from_uri(root)
            if copies_mib:
                self._copies = Copies(own_folder(f"fincc-{prefix}-copies"), copies_mib * 2**20)
        else:
            Path(root).mkdir(parents=True, exist_ok=True)
            self._fs, self._root = fs.LocalFileSystem(use_mmap=True), str(Path(root).absolute())

    @property
    def root(self) -> str:
        """Where everything is, for messages."""
        return self._root

    def _full(self, path: str) -> str:
        if ".." in path.split("/") or path.startswith("/"):
            raise ValueError(f"object path {path!r} may not leave the store")
        return f"{self._root.rstrip('/')}/{path}"

    def _own(self, path: str) -> str:
        if not path.startswith(self._prefix + "/"):
            raise ValueError(f"{self._prefix} may not write {path!r}")
        return self._full(path)

    def local_path(self, path: str) -> Path | None:
        """The file's path when the store is a folder, so that it can be memory-mapped."""
        return Path(self._full(path)) if isinstance(self._fs, fs.LocalFileSystem) else None

    def mapped(self, path: str) -> pa.NativeFile | None:
        """An object that never changes, mapped into memory; of a bucket its copy on disk is. None where there is no room for
        one, or none is wanted."""
        if isinstance(self._fs, fs.LocalFileSystem):
            return pa.memory_map(self._full(path))
        return self._copies and self._copies.mapped(self._full(path), lambda: self.read(path))

    def write(self, path: str, data: bytes | pa.Buffer) -> None:
        """Whole objects appear at once: a folder gets a temporary name first."""
        full = self._own(path)
        with _reaching(path):
            if isinstance(self._fs, fs.LocalFileSystem):
                target = Path(full)
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}{PARTIAL}")
                with temporary.open("wb") as file:
                    file.write(data)
                temporary.replace(target)
            else:
                with self._fs.open_output_stream(full) as stream:
                    stream.write(data)

    def read(self, path: str) -> pa.Buffer:
        """The whole object. Raises FileNotFoundError and StoreUnavailable."""
        with _reaching(path), self._fs.open_input_file(self._full(path)) as file:
            return file.read_buffer()

    def read_range(self, path: str, offset: int, length: int) -> pa.Buffer:
        with _reaching(path), self._fs.open_input_file(self._full(path)) as file:
            file.seek(offset)
            return file.read_buffer(length)

    def open_output(self, path: str) -> pa.NativeFile:
        """A stream to a new object; for large files written piece by piece. Unlike `write`, readers see a half one."""
        full = self._own(path)
        with _reaching(path):
            if isinstance(self._fs, fs.LocalFileSystem):
                Path(full).parent.mkdir(parents=True, exist_ok=True)
            return self._fs.open_output_stream(full)

    def list(self, folder: str) -> list[str]:
        """The paths of the whole files below `folder`, sorted; empty when there is none."""
        selector = fs.FileSelector(self._full(folder), recursive=True, allow_not_found=True)
        skip = len(self._root.rstrip("/")) + 1
        with _reaching(folder):
            found = self._fs.get_file_info(selector)
        return sorted(i.path[skip:] for i in found if i.type == fs.FileType.File and not i.path.endswith(PARTIAL))

    def delete_folder(self, folder: str) -> None:
        full = self._own(folder)
        with _reaching(folder):
            if self._fs.get_file_info(full).type == fs.FileType.Directory:
                self._fs.delete_dir(full)

    def delete(self, path: str) -> None:
        full = self._own(path)
        with _reaching(path):
            if self._fs.get_file_info(full).type == fs.FileType.File:
                self._fs.delete_file(full)
