"""What is known of the keys of bills, kept between questions."""

import tracemalloc
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fincc.cockpit.domain.key_columns import KeyColumns
from fincc.cockpit.domain.keys import KeyChunk, Keys, Tags, TextColumn
from fincc.cockpit.repository.facts_files import TooManyKeys, write_keys, write_shared
from fincc.cockpit.usecases.stored_keys import BYTES_A_KEY, KeyShelf, StoredKeys
from fincc.common.hierarchy import Hierarchy
from fincc.common.objects import ObjectStore
from fincc.common.ownership import NOBODY_YET, OwnershipMap

TODAY = Hierarchy(1, date(2026, 11, 1), [], {})
KEYS = 10  # of each bill


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Files and ownership version of each reading."""
    readings: list[tuple[str, int]] = []

    def read(
        self: KeyShelf, snapshot: Any, document: OwnershipMap, hierarchy: Hierarchy, most: int | None
    ) -> StoredKeys:
        readings.append((snapshot.facts_path, document.version))
        return StoredKeys(range(KEYS), [], None, None)  # type: ignore[arg-type]

    monkeypatch.setattr(KeyShelf, "_read", read)
    return readings


def bill(path: str) -> Any:
    return SimpleNamespace(facts_path=path, source_id="src")


def shelf_for(bills: float) -> KeyShelf:
    return KeyShelf(None, int(bills * KEYS * BYTES_A_KEY))  # type: ignore[arg-type]


def test_files_are_read_once_while_owners_stay_the_same(made: list[tuple[str, int]]) -> None:
    shelf = shelf_for(2)
    assert shelf.find(bill("a"), OwnershipMap(1), TODAY) is shelf.find(bill("a"), OwnershipMap(1), TODAY)
    assert made == [("a", 1)]


def test_other_owners_another_hierarchy_or_day_are_read_anew_and_replace_what_was_known(
    made: list[tuple[str, int]],
) -> None:
    shelf = shelf_for(1)
    shelf.find(bill("a"), OwnershipMap(1), TODAY)
    shelf.find(bill("a"), OwnershipMap(2), TODAY)
    shelf.find(bill("a"), OwnershipMap(2), Hierarchy(2, TODAY.day, [], {}))
    tomorrow = Hierarchy(2, date(2026, 11, 2), [], {})
    shelf.find(bill("a"), OwnershipMap(2), tomorrow)
    shelf.find(bill("a"), OwnershipMap(2), tomorrow)
    assert made == [("a", 1), ("a", 2), ("a", 2), ("a", 2)]


def test_the_one_used_longest_ago_makes_room(made: list[tuple[str, int]]) -> None:
    shelf = shelf_for(2)
    for path in ("a", "b", "a", "c", "a", "b"):
        shelf.find(bill(path), OwnershipMap(1), TODAY)
    assert [path for path, _ in made] == ["a", "b", "c", "b"]


def test_what_replaced_snapshots_said_is_forgotten(made: list[tuple[str, int]]) -> None:
    shelf = shelf_for(2)
    for path in ("a", "b"):
        shelf.find(bill(path), OwnershipMap(1), TODAY)
    shelf.keep_only({"b"})
    for path in ("b", "a", "b"):
        shelf.find(bill(path), OwnershipMap(1), TODAY)
    assert [path for path, _ in made] == ["a", "b", "a"]


def test_what_does_not_fit_is_read_each_time_and_drives_nothing_out(made: list[tuple[str, int]]) -> None:
    shelf = shelf_for(0.5)
    shelf.find(bill("a"), OwnershipMap(1), TODAY)
    shelf.find(bill("a"), OwnershipMap(1), TODAY)
    assert len(made) == 2


def test_a_bill_stays_when_all_its_chunks_fit(tmp_path: Path) -> None:
    objects, none = ObjectStore(str(tmp_path), "cockpit"), np.zeros(0, np.int32)
    words, codes = np.arange(6, dtype=np.uint64), np.zeros(6, np.int32)
    types, tags = TextColumn(codes, pa.array(["vm"])), Tags(none, none, none, [], pa.array([], pa.string()))
    for number in range(2):
        chunk = KeyChunk(words, words, codes, codes, pa.nulls(6, pa.string()), types, tags)
        write_keys(objects, "cockpit/facts/a", number, chunk, ["USD"])
    write_shared(objects, "cockpit/facts/a", [], [NOBODY_YET])

    def stays(keys: int) -> bool:
        try:
            KeyShelf(objects, keys * BYTES_A_KEY).find(bill("cockpit/facts/a"), OwnershipMap(1), TODAY, to_stay=True)
        except TooManyKeys:
            return False
        return True

    assert [stays(keys) for keys in (0, 6, 11, 12, 13)] == [False, False, False, True, True]


def test_columns_of_tags_which_anybody_may_make_up_do_not_stay() -> None:
    keys, none = 10_000, np.zeros(0, np.int32)
    words, codes = np.arange(keys, dtype=np.uint64), np.zeros(keys, np.int32)
    types, tags = TextColumn(codes, pa.array(["vm"])), Tags(none, none, none, [], pa.array([], pa.string()))
    chunk = KeyChunk(words, words, codes, codes, pa.nulls(keys, pa.string()), types, tags)
    columns = KeyColumns(Keys([chunk], [], []), codes, [], "src", TODAY)
    assert (columns["Tags/env"].codes == -1).all()
    tracemalloc.start()
    try:
        for number in range(100):
            columns[f"Tags/{number}"]
        assert tracemalloc.get_traced_memory()[0] < 10 * codes.nbytes
    finally:
        tracemalloc.stop()
