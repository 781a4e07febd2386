"""What files can be read from, whether they lie in a bucket or in a folder; and a folder itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from fincc.ingestion.connectors.base import (
    BadDelivery,
    DataFile,
    DeliveryChanged,
    SourceAuthError,
    SourceNotFound,
    SourceUnavailable,
)
from fincc.ingestion.settings import IngestionSettings


class FileMissing(BadDelivery):
    """A file that should be there is not."""


@dataclass(frozen=True)
class Found:
    """A file seen in a listing. `path` is an object key, or a path below the folder with forward slashes."""

    path: str
    size: int
    etag: str
    modified: datetime

    @property
    def as_data_file(self) -> DataFile:
        return DataFile(self.path, self.size, self.etag)


class Listing(NamedTuple):
    """One folder, not what lies below it. Folders end with a slash."""

    files: list[Found]
    folders: list[str]


@dataclass(frozen=True)
class Start:
    """Where to look: below `root` (empty, or ending with a slash), or at one single file."""

    root: str
    single: Found | None = None


class Store(Protocol):
    """All methods raise SourceAuthError, SourceNotFound or SourceUnavailable when the store does not answer."""

    def start(self) -> Start: ...

    def list(self, folder: str) -> Listing:
        """Files and folders directly in `folder`, sorted by path."""

    def read(self, path: str) -> bytes:
        """A small file as a whole. Raises FileMissing."""

    def open(self, file: DataFile) -> BinaryIO:
        """A seekable stream. Raises FileMissing, and DeliveryChanged when the file no longer has that etag."""

    def name(self, path: str) -> str:
        """How to write the file in a message."""

    def repeated(self) -> int:
        """Requests that had to be sent again since this was asked last."""


class FolderStore:
    """A folder, or a single file in it."""

    def __init__(self, path: Path) -> None:
        self._given = path
        self._top = path.parent if path.is_file() else path
        folders = filter(None, map(str.strip, IngestionSettings().folders.split(",")))
        self._folders = [Path(folder).expanduser().resolve() for folder in folders]

    def name(self, path: str) -> str:
        return str(self._top / path.lstrip("/"))

    def repeated(self) -> int:
        return 0

    def start(self) -> Start:
        self._allowed(self._given)
        if self._given.is_file():
            with spoken(str(self._given)):
                return Start("", _found(self._given.name, self._given.stat()))
        if not self._given.is_dir():
            raise SourceNotFound(f"{self._given}: no such folder or file on the machine that ingests")
        return Start("")

    def list(self, folder: str) -> Listing:
        files, folders = [], []
        with spoken(self.name(folder)), os.scandir(self._full(folder)) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(f"{folder}{entry.name}/")
                elif entry.is_file():
                    files.append(_found(folder + entry.name, entry.stat()))
        return Listing(sorted(files, key=lambda f: f.path), sorted(folders))

    def read(self, path: str) -> bytes:
        with spoken(self.name(path)):
            return self._full(path).read_bytes()

    def open(self, file: DataFile) -> BinaryIO:
        with spoken(self.name(file.path)):
            full = self._full(file.path)
            if _found(file.path, full.stat()).etag != file.etag:
                raise DeliveryChanged(f"{full} was rewritten since it was listed")
            return full.open("rb")

    def _full(self, path: str) -> Path:
        if ".." in path.split("/"):
            raise BadDelivery(f"{path}: a path with `..` is refused; expected a path below {self._top}")
        return self._allowed(self._top / path.lstrip("/"))

    def _allowed(self, path: Path) -> Path:
        """Where symbolic links lead counts, not where they lie."""
        if self._folders and not any(path.resolve().is_relative_to(folder) for folder in self._folders):
            raise SourceAuthError(
                f"{path}: lies in none of the folders that sources may read; FINCC_INGESTION_FOLDERS names them"
            )
        return path


def _found(path: str, stat: os.stat_result) -> Found:
    modified = datetime.fromtimestamp(stat.st_mtime, UTC)
    return Found(path, stat.st_size, f"{stat.st_size}-{stat.st_mtime_ns}", modified)


@contextmanager
def spoken(name: str) -> Iterator[None]:
    """What the operating system says, as what a person or the caller has to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(f"{name}: no such file") from error
    except PermissionError as error:
        raise SourceAuthError(f"{name}: may not be read by this process; give its user the right to read it") from error
    except OSError as error:
        raise SourceUnavailable(f"{name}: {error.strerror or error}") from error
