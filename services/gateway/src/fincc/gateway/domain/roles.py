"""Roles, and what the roles of somebody add up to. Nobody may do anything that no role of theirs allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fincc.common.auth import ALL_PERMISSIONS, OWN, PERMISSIONS, PLACED, Scope

ADMIN_ROLE = "admin"

_SEE = OWN | {"costs:read", "ownership:read", "findings:read"}


@dataclass(frozen=True)
class Role:
    """A name people choose from, what it is for, and what it allows."""

    title: str
    about: str
    permissions: frozenset[str]


ROLES: dict[str, Role] = {
    "viewer": Role("Viewer", "Sees costs, owners and findings", _SEE),
    "engineer": Role("Engineer", "A viewer who also sees whether the data is sound", _SEE | {"health:read"}),
    "team_lead": Role("Team lead", "An engineer who may exempt findings", _SEE | {"health:read", "findings:write"}),
    "finance": Role("Finance", "Sees costs, bills and their reconciliation", _SEE | {"health:read", "sources:read"}),
    "approver": Role("Approver", "A viewer who decides about plans", _SEE | {"health:read"}),
    "auditor": Role(
        "Auditor",
        "Sees everything, changes nothing",
        OWN | {name for name in PERMISSIONS if name.endswith(":read")},
    ),
    ADMIN_ROLE: Role("FinOps admin", "May do everything", ALL_PERMISSIONS),
}


@dataclass(frozen=True)
class Binding:
    """A role at a node of the hierarchy and all below it; without a node, everywhere."""

    role: str
    node: str | None


@dataclass(frozen=True)
class Grants:
    """As `auth.Subject` has them: `permissions` hold in `scope`, but for those that `elsewhere` names."""

    permissions: frozenset[str]
    scope: Scope
    elsewhere: tuple[tuple[str, Scope], ...]


def grants_of(bindings: Iterable[Binding]) -> Grants:
    """What bindings allow together; a role that this version does not know allows nothing.

    At a node a role gives only what can be given for a part of the hierarchy, and what is about the own account.
    """
    places: dict[str, set[str | None]] = {}
    for binding in bindings:
        role = ROLES.get(binding.role)
        for name in role.permissions if role else ():
            if name in OWN or name in PLACED or binding.node is None:
                places.setdefault(name, set()).add(None if name in OWN else binding.node)
    scopes = {name: _scope(nodes) for name, nodes in places.items()}
    common = scopes.get("costs:read", frozenset())
    elsewhere = tuple(sorted((name, scope) for name, scope in scopes.items() if scope != common))
    return Grants(frozenset(scopes), common, elsewhere)


def _scope(nodes: Iterable[str | None]) -> Scope:
    found = frozenset(nodes)
    return None if None in found else frozenset(n for n in found if n is not None)
