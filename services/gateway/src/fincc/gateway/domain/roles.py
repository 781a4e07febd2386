"""Roles, and what the roles of somebody add up to. Nobody may do anything that no role of theirs allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from fincc.common.hierarchy import Hierarchy
from fincc.common.permissions import ALL_PERMISSIONS, OWN, PERMISSIONS, PLACED, Scope
from fincc.common.rules.places import covers as covers_path

ADMIN_ROLE = "admin"

EVERYBODY = frozenset({"account:write"})
"""What takes no role: a person without any can still see that, and change the own password."""

_SEE = OWN | {"costs:read", "ownership:read", "findings:read"}


@dataclass(frozen=True)
class Role:
    """A name people choose from, what it is for, and what it allows."""

    title: str
    about: str
    permissions: frozenset[str]

    def at(self, node: str | None) -> frozenset[str]:
        """What it allows when it is given at a node, or everywhere: most of what is about the whole holds at no node."""
        return self.permissions if node is None else self.permissions & (PLACED | OWN)


ROLES: dict[str, Role] = {
    "viewer": Role("Viewer", "Sees costs, owners and findings", _SEE),
    "engineer": Role("Engineer", "A viewer who also sees whether the data is sound", _SEE | {"health:read"}),
    "team_lead": Role(
        "Team lead",
        "An engineer who may exempt findings, and sees who else may see the team's",
        _SEE | {"health:read", "findings:write", "access:read"},
    ),
    "finance": Role("Finance", "Sees costs, bills and their reconciliation", _SEE | {"health:read", "sources:read"}),
    "approver": Role("Approver", "A viewer who decides about plans", _SEE | {"health:read"}),
    "auditor": Role(
        "Auditor",
        "Sees everything, changes nothing",
        OWN | {name for name in PERMISSIONS if name.endswith(":read")},
    ),
    ADMIN_ROLE: Role("FinOps admin", "May do everything, and give roles at the same place and below", ALL_PERMISSIONS),
}


@dataclass(frozen=True)
class Binding:
    """A role at a node of the hierarchy and all below it; without a node, everywhere."""

    role: str
    node: str | None


@dataclass(frozen=True)
class Grants:
    """Where each permission holds; what is not in `places` holds nowhere."""

    places: Mapping[str, Scope]

    @cached_property
    def permissions(self) -> frozenset[str]:
        return frozenset(self.places)

    @cached_property
    def scope(self) -> Scope:
        """As `auth.Subject` has it: where costs may be seen."""
        return self.places.get("costs:read", frozenset())

    @cached_property
    def elsewhere(self) -> tuple[tuple[str, Scope], ...]:
        """As `auth.Subject` has it: the permissions that hold at other places than `scope`."""
        return tuple(sorted(((n, s) for n, s in self.places.items() if s != self.scope), key=lambda pair: pair[0]))

    def holds(self, permission: str, node: str | None, hierarchy: Hierarchy) -> bool:
        """Whether it holds at a node, or everywhere when that is None."""
        return permission in self.places and covers(self.places[permission], node, hierarchy)

    def narrowed(self, permissions: Collection[str] | None, node: str | None, hierarchy: Hierarchy) -> Grants:
        """What is left of it for an API token that may have only these permissions, only at a node and below it."""
        places = {n: s for n, s in self.places.items() if permissions is None or n in permissions}
        if node is None:
            return Grants(places)
        inside = {n: _inside(s, node, hierarchy) for n, s in places.items() if n in PLACED}
        return Grants({n: s for n, s in places.items() if n in OWN} | {n: s for n, s in inside.items() if s})


def covers(scope: Scope, node: str | None, hierarchy: Hierarchy) -> bool:
    """Whether a node is one of the scope or below one; everything is covered by everything alone."""
    return covers_path(scope, hierarchy.path(node))


def standing(bindings: Iterable[Binding], hierarchy: Hierarchy) -> list[Binding]:
    """Those that give something: a node that has left the hierarchy is no place any more."""
    return [b for b in bindings if b.node is None or b.node in hierarchy.nodes]


def grants_of(bindings: Iterable[Binding]) -> Grants:
    """What bindings allow together; a role that this version does not know allows nothing.

    Permissions for the own account need no place, so they hold everywhere.
    """
    places: dict[str, set[str | None]] = {}
    for binding in bindings:
        role = ROLES.get(binding.role)
        for name in role.at(binding.node) if role else ():
            places.setdefault(name, set()).add(None if name in OWN else binding.node)
    return Grants({name: _scope(nodes) for name, nodes in places.items()})


def _scope(nodes: Iterable[str | None]) -> Scope:
    found = frozenset(nodes)
    return None if None in found else frozenset(n for n in found if n is not None)


def _inside(scope: Scope, node: str, hierarchy: Hierarchy) -> frozenset[str]:
    """The part of a scope at or below a node."""
    if node not in hierarchy.nodes:
        return frozenset()
    if covers(scope, node, hierarchy):
        return frozenset({node})
    return frozenset(n for n in scope or () if covers(frozenset({node}), n, hierarchy))
