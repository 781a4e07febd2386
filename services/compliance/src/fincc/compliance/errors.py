"""Named failures of compliance."""

from __future__ import annotations

from fincc.common.problem import Conflict, Invalid, NotFound, Problem
from fincc.common.yaml_files import DocumentError


class BadPolicy(Invalid):
    slug, title = "bad-document", "The file has mistakes"


class UnknownPolicy(NotFound):
    slug, title = "unknown-version", "There is no such version"


class UnknownFinding(NotFound):
    slug, title = "unknown-finding", "There is no such finding"


class UnknownInventory(NotFound):
    slug, title = "unknown-inventory", "There is no such cloud"


class InventoryExists(Conflict):
    slug, title = "inventory-exists", "A cloud of this name is there already"


class Outdated(Problem):
    """If-Match named another version than the active one."""

    status, slug, title = 412, "outdated", "Somebody has published another version meanwhile"


def bad_policy(error: DocumentError) -> BadPolicy:
    """All mistakes of a policy, each with its line."""
    errors = [
        {"field": f"line {p.line}" if p.line is not None else p.where, "message": p.message}
        for p in error.problems[:200]
    ]
    return BadPolicy(str(error), errors=errors)
