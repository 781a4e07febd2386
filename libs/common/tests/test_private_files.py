"""What a file holds that only its owner may read: all of it, or the file is not there."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from fincc.common.cli.client import profile_path, write_profile
from fincc.common.cli.platform import _kept
from fincc.common.private_files import write_private


def test_only_its_owner_may_read_it_and_its_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    write_private(path, "hush")
    assert path.read_text() == "hush"
    assert [oct(p.stat().st_mode & 0o777) for p in (path, path.parent)] == ["0o600", "0o700"]
    assert os.listdir(path.parent) == ["secret"]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    write_private(path, "before")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_private(path, "after")
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["secret"]


def test_a_profile_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write_profile("http://127.0.0.1:1", "first")
    is_over = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not is_over.is_set():
            seen.append(profile_path().read_text())

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(200):
        write_profile("http://127.0.0.1:1", str(number))
    is_over.set()
    thread.join()
    assert len(seen) > 50
    assert all(json.loads(text)["token"] for text in seen)


def test_a_start_that_was_killed_while_it_wrote_a_key_is_made_up_for_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret-keys"

    def killed() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _kept(path, killed)
    assert _kept(path, lambda: "a key") == "a key"
    assert _kept(path, lambda: "another") == "a key"
