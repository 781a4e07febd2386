"""Routes of access: roles, who has which where, and why somebody may do something."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from fincc.common.auth import Subject, needs, permission
from fincc.common.db import Row
from fincc.common.hierarchy import Hierarchy
from fincc.common.permissions import OWN, PERMISSIONS, PLACED, Scope
from fincc.common.problem import Forbidden
from fincc.gateway.api.parts import Bounded, Parts, actor_of, identity_of, place_of
from fincc.gateway.domain.access import GIVE, GivenRole, place
from fincc.gateway.domain.roles import ROLES, Binding, Role, covers, grants_of, standing
from fincc.gateway.repository import bindings
from fincc.gateway.schemas import access as schemas
from fincc.gateway.usecases import access
from fincc.gateway.usecases.access import Actor, NewBinding

BELONGS_TO_NOBODY = [needs("access:read", "none")]
Reader = Annotated[Subject, Depends(permission("access:read"))]
Giver = Annotated[Subject, Depends(permission(GIVE))]


def access_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(prefix="/access", tags=["access"], route_class=Bounded)
    _add_reads(routes, parts)

    @routes.post("/bindings", response_model=schemas.Binding, status_code=201)
    async def give_role(body: schemas.NewBinding, request: Request, subject: Giver) -> dict[str, Any]:
        """Give a role to a user or a group, at a node and all below it, or everywhere. Nobody can give more than they
        have there."""
        hierarchy, actor = await parts.places.now(), actor_of(request, subject.scope)
        asked = NewBinding(body.user, body.group, body.role, body.node)
        row = await access.give(parts.database, parts.clock, hierarchy, actor, asked)
        parts.identities.forget_all()
        return _binding(row, hierarchy, actor)

    @routes.delete("/bindings/{binding_id}", status_code=204)
    async def take_role(binding_id: str, request: Request, subject: Giver) -> None:
        """It counts at once here, and within `FINCC_GATEWAY_IDENTITY_CACHE_S` in other gateways."""
        actor = actor_of(request, subject.scope)
        await access.take(parts.database, parts.clock, await parts.places.now(), actor, binding_id)
        parts.identities.forget_all()

    return routes


def _add_reads(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/roles", response_model=schemas.Roles, dependencies=BELONGS_TO_NOBODY)
    async def get_roles(request: Request) -> dict[str, Any]:
        """What each role allows, and where the asker may give roles."""
        hierarchy = await parts.places.now()
        give = _gives_at(request)
        return {
            "items": [_whole_role(name, role) for name, role in ROLES.items()],
            "permissions": [_permission(p) for p in PERMISSIONS],
            "may_give_everywhere": give is None,
            "may_give_at": [place_of(node, hierarchy) for node in sorted(give or ())],
        }

    @routes.get("/bindings", response_model=schemas.Bindings)
    async def get_bindings(
        request: Request,
        subject: Reader,
        user: Annotated[str | None, Query(description="Id or name.")] = None,
        group: str | None = None,
        role: str | None = None,
        node: Annotated[str | None, Query(description="Only those that hold at this node.")] = None,
    ) -> dict[str, Any]:
        """Who has which role where."""
        hierarchy, actor = await parts.places.now(), actor_of(request, _gives_at(request))
        access.check_node(node, hierarchy.seen_by(subject.scope))
        async with parts.database.read() as session:
            rows = await bindings.list_bindings(session)
        seen = [row for row in rows if covers(subject.scope, row["node"], hierarchy)]
        wanted = [
            row
            for row in seen
            if (user is None or _is_of(row, bindings.USER, user))
            and (group is None or _is_of(row, bindings.GROUP, group))
            and role in (None, row["role"])
            and (node is None or covers(_held_at(row["node"]), node, hierarchy))
        ]
        return {"items": [_binding(row, hierarchy, actor) for row in wanted], "hidden": len(rows) - len(seen)}

    @routes.get("/explanation", response_model=schemas.AccessExplanation)
    async def get_explanation(
        subject: Reader,
        user: Annotated[str, Query(description="Id or name.")],
        permission: str,
        node: Annotated[str | None, Query(description="Node of the hierarchy; empty: everything.")] = None,
    ) -> dict[str, Any]:
        """Whether a user may do something at a place, by which roles, or what is missing."""
        hierarchy = await parts.places.now()
        found, why = await access.explain_access(parts.database, hierarchy, subject.scope, user, permission, node)
        if not covers(subject.scope, node, hierarchy):
            mine = ", ".join(sorted(place(n, hierarchy) for n in subject.scope or ()))
            raise Forbidden(f"you may see who may do what at {mine} and below, not at {place(node, hierarchy)}")
        return {
            "user": {"id": found["id"], "name": found["name"]},
            "permission": permission,
            "about": PERMISSIONS[permission],
            "node": place_of(node, hierarchy),
            "allowed": why.allowed,
            "given_by": [_given(g, node, hierarchy) for g in why.given_by],
            "missing": list(why.missing),
        }


def _gives_at(request: Request) -> Scope:
    """Where who asks may give roles; nowhere without the permission."""
    return identity_of(request).grants.places.get(GIVE, frozenset())


def _is_of(row: Row, kind: str, principal: str) -> bool:
    """Whether a binding is that of a user, by id or name, or of a group."""
    return row["principal_kind"] == kind and principal in (row["principal"], row["user_name"])


def _held_at(node: str | None) -> frozenset[str] | None:
    return None if node is None else frozenset({node})


def _permission(name: str) -> dict[str, Any]:
    return {"name": name, "about": PERMISSIONS[name], "at_nodes": name in PLACED | OWN}


def _whole_role(name: str, role: Role) -> dict[str, Any]:
    return {
        **_role(name),
        "about": role.about,
        "permissions": [_permission(p) for p in PERMISSIONS if p in role.permissions],
    }


def _role(name: str) -> dict[str, str]:
    return {"name": name, "title": ROLES[name].title if name in ROLES else name}


def _binding(row: Row, hierarchy: Hierarchy, asker: Actor) -> dict[str, Any]:
    gives = grants_of(standing([Binding(row["role"], row["node"])], hierarchy)).permissions
    return {
        "id": row["id"],
        "principal": {
            "kind": row["principal_kind"],
            "id": row["principal"],
            "name": row["user_name"] or row["principal"],
            "display_name": row["display_name"],
            "is_disabled": bool(row["is_disabled"]),
        },
        "role": _role(row["role"]),
        "node": place_of(row["node"], hierarchy),
        "gives": sorted(gives),
        "note": _note(row["role"], row["node"], gives, hierarchy),
        "why_not_remove": access.why_not_take(asker, row["role"], row["node"], hierarchy),
        "created_at": row["created_at"],
        "created_by": row["created_by"],
    }


def _note(role: str, node: str | None, gives: frozenset[str], hierarchy: Hierarchy) -> str | None:
    if role not in ROLES:
        return f"this version knows no role {role!r}, so it gives nothing"
    if node is not None and node not in hierarchy.nodes:
        return f"{node!r} is not in the hierarchy of {hierarchy.day}, so it gives nothing"
    lacking = sorted(ROLES[role].permissions - gives)
    return f"does not give {', '.join(lacking)} at a node: that is about the whole installation" if lacking else None


def _given(given: GivenRole, node: str | None, hierarchy: Hierarchy) -> dict[str, Any]:
    way = hierarchy.path(node)
    ids = [n.id for n in way]
    start = ids.index(given.binding.node) if given.binding.node in ids else 0
    return {
        "binding_id": given.id,
        "group": given.group,
        "role": _role(given.binding.role),
        "node": place_of(given.binding.node, hierarchy),
        "way": [n.name for n in way[start:]],
    }
