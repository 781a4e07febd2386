"""Giving and taking roles, and saying why somebody may do something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import RowMapping

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database, ReadSession, WriteSession
from fincc.common.hierarchy import Hierarchy
from fincc.common.ids import new_id
from fincc.common.permissions import PERMISSIONS, Scope
from fincc.common.problem import Conflict, Forbidden, Invalid, NotFound
from fincc.gateway.domain.access import Explanation, GivenRole, explain, place, why_not_give
from fincc.gateway.domain.roles import (
    ADMIN_ROLE,
    EVERYBODY,
    ROLES,
    Binding,
    Grants,
    Role,
    covers,
    grants_of,
    standing,
)
from fincc.gateway.errors import LastAdmin
from fincc.gateway.repository import bindings, users

LEFT_OUT = "roles at places that you may not see are left out here; they give nothing at this one"


@dataclass(frozen=True)
class Actor:
    """Who changes something, what they may do now, and where they may give roles."""

    by: Subject
    grants: Grants
    gives_at: Scope

    @property
    def id(self) -> str:
        return self.by.id


@dataclass(frozen=True)
class NewBinding:
    """`user` is an id or a name; `group` a name as the identity provider writes it; without a node it holds everywhere."""

    user: str | None
    group: str | None
    role: str
    node: str | None


async def given_to(session: ReadSession, user: Mapping[str, Any] | RowMapping) -> list[GivenRole]:
    """The roles of a user: own ones and those of the groups the user is in."""
    rows = await bindings.list_roles_of(session, user["id"], user["groups"])
    return [
        GivenRole(
            r["id"], r["principal"] if r["principal_kind"] == bindings.GROUP else None, Binding(r["role"], r["node"])
        )
        for r in rows
    ]


def grants_by(given: Iterable[Binding], hierarchy: Hierarchy) -> Grants:
    """What these roles allow today, with what everybody may do."""
    found = grants_of(standing(given, hierarchy))
    return Grants({**found.places, **dict.fromkeys(EVERYBODY)})


async def give(database: Database, clock: Clock, hierarchy: Hierarchy, actor: Actor, asked: NewBinding) -> RowMapping:
    """The new binding, as it is listed. Raises Invalid, Forbidden, Conflict."""
    role = _role(asked.role)
    check_node(asked.node, hierarchy.seen_by(_seen_by(actor)))
    _allow(actor, role, asked.node, hierarchy)
    async with database.write() as session:
        kind, principal, name = await _principal(session, asked)
        row = {
            "id": new_id("bnd"),
            "principal_kind": kind,
            "principal": principal,
            "role": asked.role,
            "node": asked.node,
            "created_by": actor.id,
            "created_at": clock.now(),
        }
        if not await bindings.insert_binding(session, row):
            raise Conflict(f"{name} has the role {asked.role!r} at {place(asked.node, hierarchy)} already")
        told = {kind: principal, "role": asked.role, "node": asked.node}
        await audit.record(session, clock, actor.by, "role.given", str(row["id"]), after=told)
        # In the same transaction: once it has ended, somebody may take the role again.
        return next(made for made in await bindings.list_bindings(session) if made["id"] == row["id"])


async def take(database: Database, clock: Clock, hierarchy: Hierarchy, actor: Actor, binding_id: str) -> None:
    """Raises NotFound, Forbidden, LastAdmin."""
    async with database.write() as session:
        await bindings.lock(session)
        found = await bindings.find_binding(session, binding_id)
        if found is None or not covers(_seen_by(actor), found["node"], hierarchy):
            raise NotFound(f"there is no binding {binding_id!r}; somebody may have removed it meanwhile")
        why_not = why_not_take(actor, found["role"], found["node"], hierarchy)
        if why_not is not None:
            raise Forbidden(why_not)
        await bindings.delete_binding(session, binding_id)
        if (found["role"], found["node"]) == (ADMIN_ROLE, None):
            await check_admin_is_left(session)
        told = {found["principal_kind"]: found["principal"], "role": found["role"], "node": found["node"]}
        await audit.record(session, clock, actor.by, "role.taken", binding_id, before=told)


def why_not_take(actor: Actor, role: str, node: str | None, hierarchy: Hierarchy) -> str | None:
    """Who could give it may take it; what is at no place of today, or of no role of today, those of everything alone."""
    known = ROLES.get(role, ROLES[ADMIN_ROLE])
    there = node if node in hierarchy.nodes and role in ROLES else None
    return why_not_give(actor.grants, actor.gives_at, known, there, hierarchy)


async def check_admin_is_left(session: WriteSession) -> None:
    """Raises LastAdmin when after this change nobody could give roles everywhere any more."""
    if not await bindings.count_with_role_everywhere(session, ADMIN_ROLE):
        raise LastAdmin


def _seen_by(actor: Actor) -> Scope:
    """Where the actor sees or gives roles; of other places they are told nothing."""
    read, give = actor.grants.places.get("access:read", frozenset()), actor.gives_at
    return None if read is None or give is None else read | give


async def explain_access(
    database: Database, hierarchy: Hierarchy, asker: Scope, user: str, permission: str, node: str | None
) -> tuple[RowMapping, Explanation]:
    """The user of that id or name, and whether and why they have a permission at a node, or everywhere, in words of what
    the asker may know. Raises Invalid."""
    hierarchy = hierarchy.seen_by(asker)
    if permission not in PERMISSIONS:
        raise _unknown("permission", permission, f"expected one of {', '.join(PERMISSIONS)}")
    check_node(node, hierarchy)
    async with database.read() as session:
        found = await users.find_user_by(session, user)
        if found is None:
            raise no_user(user)
        given = await given_to(session, found)
    if asker is None:
        return found, explain(found["name"], found["is_disabled"], given, permission, node, hierarchy)
    known = [g for g in given if g.binding.node is None or g.binding.node in hierarchy.nodes]
    why = explain(found["name"], found["is_disabled"], known, permission, node, hierarchy)
    return found, why if why.allowed else replace(why, missing=(*why.missing, LEFT_OUT))


def check_node(node: str | None, hierarchy: Hierarchy) -> None:
    """Raises Invalid for one that the hierarchy does not have today."""
    if node is None or node in hierarchy.nodes:
        return
    if not hierarchy.nodes:
        raise _unknown("node", node, "no hierarchy was imported yet, so there is only everything")
    some = ", ".join(sorted(hierarchy.nodes)[:10])
    raise _unknown(
        "node", node, f"expected an id of the hierarchy of {hierarchy.day}, such as {some}; or none, for everything"
    )


def no_user(user: str) -> Invalid:
    return _unknown(
        "user", user, "expected the id or the name of somebody in the list of users; people of an identity provider are "
        "there once they have signed in, and roles can be given to their groups before"
    )  # fmt: skip


def _role(name: str) -> Role:
    if name not in ROLES:
        raise _unknown("role", name, f"expected one of {', '.join(ROLES)}")
    return ROLES[name]


def _unknown(what: str, value: str, expected: str) -> Invalid:
    message = f"there is no {what} {value!r}: {expected}"
    return Invalid(message, errors=[{"field": what, "message": message}])


def _allow(actor: Actor, role: Role, node: str | None, hierarchy: Hierarchy) -> None:
    why_not = why_not_give(actor.grants, actor.gives_at, role, node, hierarchy)
    if why_not is not None:
        raise Forbidden(why_not)


async def _principal(session: ReadSession, asked: NewBinding) -> tuple[str, str, str]:
    """Kind, what is stored, what people call it."""
    if (asked.user is None) == (asked.group is None):
        raise Invalid("name either a user or a group, who is to have the role")
    if asked.group is not None:
        return bindings.GROUP, asked.group, f"the group {asked.group}"
    assert asked.user is not None
    found = await users.find_user_by(session, asked.user)
    if found is None:
        raise no_user(asked.user)
    return bindings.USER, found["id"], found["name"]
