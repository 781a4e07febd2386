"""Named failures of compliance."""

from __future__ import annotations

from fincc.common.problem import Conflict, NotFound


class UnknownFinding(NotFound):
    slug, title = "unknown-finding", "There is no such finding"


class UnknownInventory(NotFound):
    slug, title = "unknown-inventory", "There is no such cloud"


class InventoryExists(Conflict):
    slug, title = "inventory-exists", "A cloud of this name is there already"
