"""What the use cases of compliance need; handed in, never global."""

from __future__ import annotations

from dataclasses import dataclass, field

from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.documents import DocumentShelf
from fincc.common.ids import new_id
from fincc.common.keyring import Keyring
from fincc.common.objects import ObjectStore
from fincc.compliance.settings import ComplianceSettings
from fincc.compliance.usecases.kept import KeptAnswers


@dataclass(frozen=True)
class Context:
    database: Database
    objects: ObjectStore
    clock: Clock
    settings: ComplianceSettings
    shelf: DocumentShelf
    keyring: Keyring
    kept: KeptAnswers = field(default_factory=KeptAnswers)
    worker: str = field(default_factory=lambda: new_id("worker"))
