"""What somebody may be allowed to do, and where that can hold."""

from __future__ import annotations

PERMISSIONS: dict[str, str] = {
    "costs:read": "See costs, resources and single records",
    "health:read": "See reconciliation, runs, quarantine and dead letters",
    "sources:read": "See sources and their periods",
    "sources:write": "Add, check, schedule, ingest and remove sources",
    "ownership:read": "See hierarchy, catalog, rules and explanations",
    "ownership:write": "Import hierarchy and catalog, publish rules",
    "findings:read": "See untagged resources, tag coverage, policies and clouds",
    "findings:write": "Publish tag policies, exempt and assign findings, add and list clouds",
    "operations:write": "Replay dead letters, rebuild from the archive, rotate keys of secrets",
    "access:read": "See who may see and do what, and why",
    "access:write": "Give and take roles, add users, end sessions and tokens of others",
    "account:write": "Change the own password and API tokens",
    "audit:read": "See the audit record and check that it is whole",
    "views:write": "Name, rename and delete the own saved views of pages",
}
ALL_PERMISSIONS = frozenset(PERMISSIONS)
OWN = frozenset({"account:write", "views:write"})
"""About the own account: they hold or do not, wherever somebody belongs."""
PLACED = frozenset({"costs:read", "ownership:read", "findings:read", "findings:write", "access:read", "access:write"})
"""These can be given for a part of the hierarchy. All others are about the whole installation, and hold there or not."""


Scope = frozenset[str] | None
"""Permitted nodes of the hierarchy, each with all below it; None means everything, also what belongs to no team."""
