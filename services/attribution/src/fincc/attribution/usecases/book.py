"""The owners of all known keys under the active documents, in memory; rebuilt when another version becomes active."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date

from fincc.attribution.domain import catalog as catalogs
from fincc.attribution.domain import hierarchy_files, rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.key_sums import KeySums
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.domain.owner_table import OwnerTable
from fincc.attribution.domain.rule_set import RuleSet, starter_document
from fincc.attribution.repository import costs, documents
from fincc.common.db import ReadSession
from fincc.common.events.cost_pb2 import Snapshot
from fincc.common.slots import SlotIndex


@dataclass(frozen=True)
class Documents:
    """The documents that decide owners, parsed; versions are 0 where nothing was imported."""

    hierarchy: Hierarchy = field(default_factory=Hierarchy)
    catalog: Catalog = field(default_factory=Catalog)
    rules: RuleSet = field(default_factory=lambda: rule_files.from_yaml(starter_document(), "starter rules"))
    versions: tuple[int, int, int] = (0, 0, 0)


async def load_documents(session: ReadSession) -> tuple[int, Documents]:
    """(ownership version, documents) as they are active in this session's view."""
    import json

    state = await documents.read_state(session)
    found = {kind: await documents.find(session, kind, state[f"{kind}_version"]) for kind in documents.KINDS}
    none = Documents()
    hierarchy, catalog, rules = (found[kind] for kind in documents.KINDS)
    return state["ownership_version"], Documents(
        hierarchy_files.from_document(json.loads(hierarchy["content"])) if hierarchy else none.hierarchy,
        catalogs.from_document(json.loads(catalog["content"])) if catalog else none.catalog,
        rule_files.from_yaml(rules["content"], "active rules") if rules else none.rules,
        (state["hierarchy_version"], state["catalog_version"], state["rules_version"]),
    )


class OwnerBook:
    """The owners of every key that is stored, and the sums of the snapshots that are open. One instance per worker."""

    def __init__(self) -> None:
        self.version = -1
        self.table: OwnerTable | None = None
        self.lock = asyncio.Lock()
        self._index = SlotIndex()
        self._sums: dict[tuple[str, str, int], KeySums] = {}

    async def refresh(self, session: ReadSession, version: int, day: date) -> OwnerTable:
        """The table under the active version, with the teams valid on `day`; built only when the version is another."""
        if self.table is None or self.version != version:
            self.version, found = await load_documents(session)
            contents = [row["content"] for row in await costs.key_batches(session)]
            self.table = await asyncio.to_thread(decide, found, contents, day, self._index)
        return self.table

    def sums_of(self, snapshot: Snapshot) -> KeySums:
        return self._sums.setdefault(_key(snapshot), KeySums(self._index))

    def pop_sums(self, snapshot: Snapshot) -> KeySums | None:
        """The sums of a snapshot, which end here, and so do those of the versions before it."""
        for key in [k for k in self._sums if k[:2] == _key(snapshot)[:2] and k[2] < snapshot.version]:
            del self._sums[key]
        return self._sums.pop(_key(snapshot), None)

    def forget(self) -> None:
        """After a failed transaction the table may know keys that were not stored, and sums are counted by their numbers."""
        self.table, self._index = None, SlotIndex()
        self._sums.clear()


def _key(snapshot: Snapshot) -> tuple[str, str, int]:
    return snapshot.source_id, snapshot.billing_period, snapshot.version


def evaluator_of(found: Documents, day: date) -> Evaluator:
    """With the teams valid on `day`."""
    return Evaluator(found.rules, found.catalog, found.hierarchy, day)


def decide(found: Documents, contents: list[bytes], day: date, index: SlotIndex | None = None) -> OwnerTable:
    """The owners of all stored keys under `found`, with the teams valid on `day`."""
    return OwnerTable(evaluator_of(found, day), map(decode_keys, contents), index)
