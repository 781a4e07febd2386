"""What the keys of stored snapshots say, as columns that stay in memory between questions."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock

from fincc.cockpit.domain.key_columns import KeyColumns
from fincc.cockpit.domain.keys import Keys
from fincc.cockpit.repository import facts_files
from fincc.cockpit.repository.state import SnapshotRow
from fincc.common.hierarchy import Hierarchy
from fincc.common.objects import ObjectStore
from fincc.common.ownership import OwnerChoice, OwnershipMap
from fincc.common.slots import SlotIndex

BYTES_A_KEY = 150
"""Ten columns of codes, the id of its resource, and its place in the index."""

Identity = tuple[str, int, int, date]
"""The files, which never change; the ownership document; the hierarchy and its day."""


@dataclass(frozen=True)
class StoredKeys:
    keys: Keys
    currencies: list[str]
    columns: KeyColumns

    @cached_property
    def index(self) -> SlotIndex:
        """Finds the number of a key by its words."""
        made = SlotIndex()
        made.append(self.keys.low, self.keys.high)
        return made


class KeyShelf:
    """Used by threads. `room`: bytes; a snapshot that does not fit is read each time. Those used longest ago make room."""

    def __init__(self, objects: ObjectStore, room: int) -> None:
        self._objects, self._room = objects, room
        self._held: OrderedDict[Identity, StoredKeys] = OrderedDict()
        self._held_keys = 0
        self._lock = Lock()

    def find(self, snapshot: SnapshotRow, document: OwnershipMap, hierarchy: Hierarchy) -> StoredKeys:
        assert snapshot.facts_path is not None
        identity = (snapshot.facts_path, document.version, hierarchy.version, hierarchy.day)
        with self._lock:
            held = self._held.get(identity)
            if held is not None:
                self._held.move_to_end(identity)
                return held
        made = self._read(snapshot, document, hierarchy)
        with self._lock:
            self._hold(identity, made)
        return made

    def _read(self, snapshot: SnapshotRow, document: OwnershipMap, hierarchy: Hierarchy) -> StoredKeys:
        assert snapshot.facts_path is not None
        keys, currencies = facts_files.read_keys(self._objects, snapshot.facts_path)
        owners = OwnerChoice(document)
        owner = owners.choose(keys.low, keys.high, keys.part_owner, keys.part_owners)
        columns = KeyColumns(keys, owner, owners.owners.values, snapshot.source_id, hierarchy)
        return StoredKeys(keys, currencies, columns)

    def _hold(self, identity: Identity, made: StoredKeys) -> None:
        """What the same files said under older owners or another day is not asked for again."""
        if len(made.keys) * BYTES_A_KEY > self._room or identity in self._held:
            return
        for other in [other for other in self._held if other[0] == identity[0]]:
            self._held_keys -= len(self._held.pop(other).keys)
        self._held[identity] = made
        self._held_keys += len(made.keys)
        while self._held_keys * BYTES_A_KEY > self._room:
            _, oldest = self._held.popitem(last=False)
            self._held_keys -= len(oldest.keys)
