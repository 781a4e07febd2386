"""What is fetched is there as a whole, once, or not at all."""

from pathlib import Path

import pytest

from fincc.common.testing.cached import cached


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINCC_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_there_is_not_fetched_again() -> None:
    fetched = []

    def fetch(folder: Path) -> None:
        fetched.append(folder)
        (folder / "program").write_text("it")

    assert cached("thing-1", fetch) == cached("thing-1", fetch)
    assert (cached("thing-1", fetch) / "program").read_text() == "it"
    assert len(fetched) == 1


def test_a_fetch_that_fails_leaves_nothing_behind(cache: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("the line went dead")

    with pytest.raises(RuntimeError, match="the line went dead"):
        cached("thing-1", fail)
    assert [path.name for path in cache.iterdir()] == ["thing-1.lock"]
