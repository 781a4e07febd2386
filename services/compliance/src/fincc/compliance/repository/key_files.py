"""Files of the keys of sealed snapshots, in this service's folder of the object store."""

from __future__ import annotations

from collections.abc import Mapping

from fincc.common import batches
from fincc.common.events.cost_pb2 import Snapshot
from fincc.common.objects import ObjectStore
from fincc.compliance.domain.known_keys import KnownKeys, StoredKeys

FOLDER = "compliance/keys"


def path_of(snapshot: Snapshot) -> str:
    return f"{FOLDER}/{snapshot.source_id}/{snapshot.billing_period}/{snapshot.version}.arrow"


def write(objects: ObjectStore, path: str, keys: KnownKeys) -> None:
    objects.write(path, batches.encode(keys.to_batch()))


def read(objects: ObjectStore, path: str) -> StoredKeys:
    return StoredKeys(batches.decode(objects.read(path)))


def drop_replaced(objects: ObjectStore, versions: Mapping[tuple[str, str], int], kept: set[str]) -> int:
    """Delete the files that no snapshot names and that none will name: a newer version than theirs is there. Returns how
    many went."""
    gone = 0
    for path in objects.list(FOLDER):
        source_id, billing_period, file = path.removeprefix(FOLDER + "/").split("/")
        if path not in kept and int(file.removesuffix(".arrow")) <= versions.get((source_id, billing_period), 0):
            objects.delete(path)
            gone += 1
    return gone
