"""The owners of all known keys under the active documents, in memory; rebuilt when another version becomes active."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain import catalog as catalogs
from fincc.attribution.domain import hierarchy_files, rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.domain.resolve import Outcome
from fincc.attribution.domain.rule_set import RuleSet, starter_document
from fincc.attribution.repository import costs, documents
from fincc.common.db import ReadSession
from fincc.common.keys import words_of
from fincc.common.slots import Growing, SlotIndex


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
    """Position in `outcomes` of the owner of every key that is stored. One instance per worker."""

    def __init__(self) -> None:
        self.version = -1
        self.documents = Documents()
        self.outcomes: Sequence[Outcome] = ()
        self._evaluator: Evaluator | None = None
        self._keys, self._owner = SlotIndex(), Growing(np.int32)
        self.lock = asyncio.Lock()

    async def refresh(self, session: ReadSession, version: int, day: date) -> None:
        """Bring the book to the active version, with the teams valid on `day`; does nothing when it is there."""
        if self.version == version:
            return
        active, found = await load_documents(session)
        contents = [row["content"] for row in await costs.key_batches(session)]
        await asyncio.to_thread(self._rebuild, active, found, contents, day)

    def _rebuild(self, version: int, found: Documents, contents: list[bytes], day: date) -> None:
        self._evaluator = Evaluator(found.rules, found.catalog, found.hierarchy, day)
        self._keys, self._owner = SlotIndex(), Growing(np.int32)
        for content in contents:
            self.learn(decode_keys(content))
        self.documents, self.version = found, version

    def learn(self, keys: pa.RecordBatch) -> None:
        """Decide and remember the owners of keys; column `key` and their attributes."""
        assert self._evaluator is not None
        owners = self._evaluator.evaluate(keys)
        self.outcomes = owners.outcomes
        low, high = words_of(keys.column("key"))
        new = np.flatnonzero(self._keys.find(low, high) < 0)  # a key may stand in two stored batches
        self._keys.append(low[new], high[new])
        self._owner.append(owners.codes[new])

    def find(self, keys: pa.Array) -> npt.NDArray[np.int32]:
        """Position in `outcomes` per key of a binary(16) column, -1 for keys that were never seen."""
        numbers = self._keys.find(*words_of(keys))
        return np.append(self._owner.values, np.int32(-1))[numbers]  # number -1 points to the appended element

    def forget(self) -> None:
        """After a failed transaction the book may know keys that were not stored."""
        self.version = -1
