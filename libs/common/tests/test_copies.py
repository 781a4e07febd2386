"""Copies of a bucket's objects: few enough for the disk they may take, and nobody else's to read."""

import os
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from fincc.common.copies import Copies, own_folder


class Bucket:
    """Counts what is fetched."""

    def __init__(self, size: int = 100) -> None:
        self.size, self.fetched = size, list[str]()

    def of(self, name: str) -> pa.Buffer:
        self.fetched.append(name)
        return pa.py_buffer(name.encode() * self.size)


def use(copies: Copies, bucket: Bucket, names: str) -> list[bytes | None]:
    found = [copies.mapped(name, lambda name=name: bucket.of(name)) for name in names]  # type: ignore[misc]
    return [None if f is None else f.read() for f in found]


def age(folder: Path) -> None:
    """Let time pass: what is used after this is used later, however coarse the clock of the disk is."""
    for path in folder.iterdir():
        now = path.stat().st_mtime_ns
        os.utime(path, ns=(now - 10**9, now - 10**9))


def test_an_object_is_fetched_once(tmp_path: Path):
    bucket, copies = Bucket(), Copies(tmp_path, 1000)
    assert use(copies, bucket, "aab") == [b"a" * 100, b"a" * 100, b"b" * 100]
    assert use(Copies(tmp_path, 1000), bucket, "a") == [b"a" * 100]
    assert bucket.fetched == ["a", "b"]


def test_the_copy_used_longest_ago_makes_room_and_says_the_same_to_who_has_it(tmp_path: Path):
    bucket, copies = Bucket(), Copies(tmp_path, 250)
    held = copies.mapped("a", lambda: bucket.of("a"))
    for name in "babcb":
        age(tmp_path)
        use(copies, bucket, name)
    assert bucket.fetched == ["a", "b", "c"]
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) <= 250
    assert held is not None
    assert held.read() == b"a" * 100
    age(tmp_path)
    use(copies, bucket, "a")
    assert bucket.fetched == ["a", "b", "c", "a"]


def test_what_does_not_fit_is_not_kept_and_drives_nothing_out(tmp_path: Path):
    copies = Copies(tmp_path, 250)
    use(copies, Bucket(), "a")
    assert use(copies, Bucket(251), "b") == [None]
    again = Bucket()
    use(copies, again, "a")
    assert again.fetched == []


def test_a_full_disk_is_no_trouble_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(partial: Path, content: bytes) -> None:
        partial.open("wb").close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert use(Copies(tmp_path, 1000), Bucket(), "a") == [None]
    assert list(tmp_path.iterdir()) == []


def test_of_many_who_want_the_same_one_fetches_it(tmp_path: Path):
    bucket, copies = Bucket(), Copies(tmp_path, 1000)
    inside, go = threading.Event(), threading.Event()

    def slowly() -> pa.Buffer:
        inside.set()
        go.wait(10)
        return bucket.of("a")

    found: list[bytes] = []
    ask = [threading.Thread(target=lambda: found.append(copies.mapped("a", slowly).read())) for _ in range(4)]
    for thread in ask:
        thread.start()
    assert inside.wait(10)
    go.set()
    for thread in ask:
        thread.join(10)
    assert (found, bucket.fetched) == ([b"a" * 100] * 4, ["a"])


def test_nobody_else_may_read_copies_and_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = own_folder("copies")
    assert (mine.stat().st_mode & 0o077, own_folder("copies")) == (0, mine)
    (tmp_path / f"open-{os.getuid()}").mkdir(mode=0o755)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / f"link-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    for name in ("open", "link"):
        other = own_folder(name)
        assert other.name != f"{name}-{os.getuid()}"
        assert other.stat().st_mode & 0o077 == 0
