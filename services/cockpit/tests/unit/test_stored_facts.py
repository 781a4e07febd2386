"""Facts of a bill that are asked for again and again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fincc.cockpit.domain.columns import METRICS
from fincc.cockpit.domain.facts import Facts
from fincc.cockpit.repository.facts_files import StoredFacts, read_facts, write_facts
from fincc.common.money import Lanes
from fincc.common.objects import ObjectStore

FOLDER = "cockpit/facts/src/2026-11/1/a"
KEYS = 5


class Bucket(ObjectStore):
    """Files in a folder that are fetched like those of a bucket; counts what is fetched."""

    def __init__(self, root: str, room: int) -> None:
        super().__init__(root, "cockpit")
        self.room, self.fetched = room, list[str]()

    def local_path(self, path: str) -> None:
        return None

    def read(self, path: str) -> Any:
        self.fetched.append(path.rsplit("/", 1)[1])
        return super().read(path)

    def mapped(self, path: str) -> Any:
        self.fetched.append(path.rsplit("/", 1)[1])
        return super().mapped(path) if self.room else None


def facts_of(number: int) -> Facts:
    key = np.arange(KEYS, dtype=np.int32)
    amounts = {m: Lanes(np.zeros(KEYS, np.int64), key.astype(np.int64) + 10 * number) for m in METRICS}
    return Facts(key, key + 20_000, np.zeros(KEYS, np.int16), np.ones(KEYS, np.int64), amounts)


@pytest.fixture(params=["folder", "bucket", "bucket without room"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    store = ObjectStore(str(tmp_path), "cockpit")
    for number in range(2):
        write_facts(store, FOLDER, number, facts_of(number))
    return store if request.param == "folder" else Bucket(str(tmp_path), int(request.param == "bucket"))


def test_facts_of_wanted_keys_are_the_same_wherever_the_files_are(objects: ObjectStore) -> None:
    stored, wanted = StoredFacts(objects, FOLDER), np.array([False, True, False, True, False])
    for _ in range(2):
        found = list(stored.read(["BilledCost"], wanted))
        assert [(f.key.tolist(), f.amounts["BilledCost"].units()) for f in found] == [
            ([1, 3], [1, 3]),
            ([1, 3], [11, 13]),
        ]
        everything = list(stored.read(METRICS, np.ones(KEYS, bool)))
        assert [f.amounts["ListCost"].units() for f in everything] == [
            f.amounts["ListCost"].units() for f in read_facts(objects, FOLDER)
        ]


def test_files_of_a_bucket_are_fetched_once_where_there_is_room_for_them(tmp_path: Path) -> None:
    write_facts(ObjectStore(str(tmp_path), "cockpit"), FOLDER, 0, facts_of(0))
    fetched = {}
    for room in (1, 0):
        bucket = Bucket(str(tmp_path), room)
        stored = StoredFacts(bucket, FOLDER)
        for _ in range(3):
            assert sum(len(f) for f in stored.read(["BilledCost"], np.ones(KEYS, bool))) == KEYS
        fetched[room] = len(bucket.fetched)
    assert fetched == {1: 1, 0: 4}  # without room the first look finds that, and each question reads
