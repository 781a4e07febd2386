"""What the use cases of attribution need; handed in, never global."""

from __future__ import annotations

from dataclasses import dataclass, field

from fincc.attribution.settings import AttributionSettings
from fincc.attribution.usecases.book import OwnerBook
from fincc.attribution.usecases.held import Held
from fincc.common.bus.base import Bus
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.objects import ObjectStore


@dataclass(frozen=True)
class Context:
    database: Database
    bus: Bus
    objects: ObjectStore
    clock: Clock
    settings: AttributionSettings
    book: OwnerBook = field(default_factory=OwnerBook)
    newest: dict[str, int] = field(default_factory=dict)
    """The newest version this worker has seen of each month."""
    held: dict[str, Held] = field(default_factory=dict)
    """By month, the parts that were not forwarded yet."""
