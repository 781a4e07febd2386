"""What the keys of stored snapshots say, as columns that stay in memory between questions, and their facts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from threading import Lock

from fincc.cockpit.domain.key_columns import KeyColumns
from fincc.cockpit.domain.keys import Keys
from fincc.cockpit.repository import facts_files
from fincc.cockpit.repository.facts_files import StoredFacts
from fincc.cockpit.repository.state import SnapshotRow
from fincc.common.hierarchy import Hierarchy
from fincc.common.objects import ObjectStore
from fincc.common.ownership import OwnerChoice, OwnershipMap

BYTES_A_KEY = 120
"""Ten columns of codes, and the id of its resource."""

Identity = tuple[str, int, int, date]
"""The files, which never change; the ownership document; the hierarchy and its day."""


@dataclass(frozen=True)
class StoredKeys:
    keys: Keys
    currencies: list[str]
    columns: KeyColumns
    facts: StoredFacts


class KeyShelf:
    """Used by threads. `room`: bytes; a snapshot that does not fit is read each time. Those used longest ago make room."""

    def __init__(self, objects: ObjectStore, room: int) -> None:
        self._objects, self._room = objects, room
        self._held: OrderedDict[Identity, StoredKeys] = OrderedDict()
        self._held_keys = 0
        self._lock, self._reading = Lock(), Lock()

    def find(
        self, snapshot: SnapshotRow, document: OwnershipMap, hierarchy: Hierarchy, *, to_stay: bool = False
    ) -> StoredKeys:
        """Raises TooManyKeys where they are to stay and do not fit."""
        assert snapshot.facts_path is not None
        identity = (snapshot.facts_path, document.version, hierarchy.version, hierarchy.day)
        held = self._find(identity)
        if held is not None:
            return held
        with self._reading:  # of many who ask at once one reads
            held = self._find(identity)
            if held is not None:
                return held
            made = self._read(snapshot, document, hierarchy, self._room // BYTES_A_KEY if to_stay else None)
            with self._lock:
                self._hold(identity, made)
        return made

    def _find(self, identity: Identity) -> StoredKeys | None:
        with self._lock:
            if identity in self._held:
                self._held.move_to_end(identity)
            return self._held.get(identity)

    def keep_only(self, paths: Collection[str | None]) -> None:
        """Forget what replaced snapshots said; their files are deleted once nobody holds them."""
        with self._lock:
            for gone in [identity for identity in self._held if identity[0] not in paths]:
                self._drop(gone)

    def _drop(self, identity: Identity) -> None:
        self._held_keys -= len(self._held.pop(identity).keys)

    def _read(
        self, snapshot: SnapshotRow, document: OwnershipMap, hierarchy: Hierarchy, most: int | None
    ) -> StoredKeys:
        assert snapshot.facts_path is not None
        keys, currencies = facts_files.read_keys(self._objects, snapshot.facts_path, most)
        owners = OwnerChoice(document)
        owner = owners.choose(keys.low, keys.high, keys.part_owner, keys.part_owners)
        columns = KeyColumns(keys, owner, owners.owners.values, snapshot.source_id, hierarchy)
        return StoredKeys(keys, currencies, columns, StoredFacts(self._objects, snapshot.facts_path))

    def _hold(self, identity: Identity, made: StoredKeys) -> None:
        """What the same files said under older owners or another day is not asked for again."""
        if len(made.keys) * BYTES_A_KEY > self._room or identity in self._held:
            return
        for other in [other for other in self._held if other[0] == identity[0]]:
            self._drop(other)
        self._held[identity] = made
        self._held_keys += len(made.keys)
        while self._held_keys * BYTES_A_KEY > self._room:
            self._drop(next(iter(self._held)))
