"""Who may give which role where, and why somebody may do something somewhere, or may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fincc.common.hierarchy import Hierarchy
from fincc.common.permissions import OWN, PERMISSIONS, PLACED, Scope
from fincc.gateway.domain.roles import EVERYBODY, ROLES, Binding, Grants, Role, covers, grants_of, standing

GIVE = "access:write"


@dataclass(frozen=True)
class GivenRole:
    """A binding that concerns a user: the own one, or that of a group the user is in."""

    id: str
    group: str | None
    binding: Binding


@dataclass(frozen=True)
class Explanation:
    """Why: the bindings that give a permission at a place (none for what takes no role); else, in sentences, what is
    missing."""

    allowed: bool
    given_by: tuple[GivenRole, ...]
    missing: tuple[str, ...]


def place(node: str | None, hierarchy: Hierarchy) -> str:
    """What people call it."""
    return "everything" if node is None else f"{hierarchy.name(node)} ({node})"


def why_not_give(grants: Grants, gives_at: Scope, role: Role, node: str | None, hierarchy: Hierarchy) -> str | None:
    """Why somebody may not give, or take, a role at a place; None when they may.

    It takes the permission to give roles there, and all that the role allows there: nobody makes others stronger than
    they are themselves.
    """
    if not covers(gives_at, node, hierarchy):
        where = ", ".join(sorted(place(n, hierarchy) for n in gives_at or ())) or "no place"
        return f"you may give and take roles at {where} and below, not at {place(node, hierarchy)}"
    lacking = sorted(name for name in role.at(node) - OWN if not grants.holds(name, node, hierarchy))
    if lacking:
        return f"the role {role.title!r} allows more at {place(node, hierarchy)} than you may do there: {', '.join(lacking)}"
    return None


def is_as_strong(grants: Grants, other: Grants, hierarchy: Hierarchy) -> bool:
    """Whether somebody may do all that another may do, so that acting for the other gains nothing."""
    return all(
        name in grants.places
        and (grants.places[name] is None or all(covers(grants.places[name], n, hierarchy) for n in scope or (None,)))
        for name, scope in other.places.items()
    )


def explain(
    name: str, is_disabled: bool, given: Iterable[GivenRole], permission: str, node: str | None, hierarchy: Hierarchy
) -> Explanation:
    """Whether the user of that name has a permission at a node, or everywhere, by which bindings, or what is missing."""
    given = list(given)
    if permission in EVERYBODY and not is_disabled:
        return Explanation(True, (), ())
    there = [g for g in given if _gives(g.binding, permission, node, hierarchy)]
    if there and not is_disabled:
        return Explanation(True, tuple(there), ())
    missing = [f"{name} is disabled, and a disabled user may do nothing"] if is_disabled else []
    if not there:
        missing += _missing(name, given, permission, node, hierarchy)
    return Explanation(False, tuple(there), tuple(missing))


def _gives(binding: Binding, permission: str, node: str | None, hierarchy: Hierarchy) -> bool:
    return grants_of(standing([binding], hierarchy)).holds(permission, node, hierarchy)


def _missing(
    name: str, given: list[GivenRole], permission: str, node: str | None, hierarchy: Hierarchy
) -> Iterable[str]:
    with_it = [key for key, role in ROLES.items() if permission in role.permissions]
    having = [g for g in given if g.binding.role in with_it]
    if not given:
        yield f"{name} has no role, neither an own one nor by a group"
    if not having:
        yield f"no role of {name} allows {permission!r} ({PERMISSIONS[permission]}); these do: {', '.join(with_it)}"
    for one in having:
        binding, source = one.binding, f"by the group {one.group}" if one.group else "as an own role"
        said = f"{binding.role} at {place(binding.node, hierarchy)}, {source},"
        if binding.node is not None and binding.node not in hierarchy.nodes:
            yield f"{said} gives nothing: the hierarchy has no node {binding.node!r} today"
        elif permission not in PLACED | OWN:
            yield f"{said} does not give {permission!r}: that is about the whole and takes the role everywhere"
        else:
            yield f"{said} does not reach {place(node, hierarchy)}, which is not below it"
