"""Named failures of compliance."""

from __future__ import annotations

from fincc.common.problem import Conflict, Invalid, NotFound


class UnknownFinding(NotFound):
    slug, title = "unknown-finding", "There is no such finding"


class ClosedFinding(Conflict):
    slug, title = "closed-finding", "A finding is closed already"


class OwnedFinding(Conflict):
    slug, title = "owned-finding", "A finding has an owner by the attribution rules"


class UnknownInventory(NotFound):
    slug, title = "unknown-inventory", "There is no such cloud"


class InventoryExists(Conflict):
    slug, title = "inventory-exists", "A cloud of this name is there already"


class BadAccess(Invalid):
    slug, title = "bad-access", "What the cloud is entered with does not go together"
