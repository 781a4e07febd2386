"""Routes of users: who there is, adding, disabling, passwords, ending sessions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from fincc.common.auth import Subject, needs, permission
from fincc.common.db import Row
from fincc.gateway.api.parts import NO_STORE, Bounded, Parts, actor_of, identity_of
from fincc.gateway.repository import users
from fincc.gateway.schemas import users as schemas
from fincc.gateway.usecases import users as user_cases

WRITE = [needs("access:write")]
Reader = Annotated[Subject, Depends(permission("access:read"))]


def user_routes(parts: Parts) -> APIRouter:
    """Where a user is named, it is by id or by name."""
    routes = APIRouter(prefix="/users", tags=["users"], route_class=Bounded)

    @routes.get("", response_model=schemas.Users)
    async def get_users(subject: Reader) -> dict[str, Any]:
        """Who can sign in here, and who has by an identity provider. At a node only the names are shown, to give roles
        to."""
        async with parts.database.read() as session:
            rows = await users.list_users(session)
        return {"items": [dict(r) if subject.scope is None else _by_name(r) for r in rows]}

    @routes.post("", response_model=schemas.InitialPassword, status_code=201, dependencies=WRITE)
    async def add_user(body: schemas.NewUser, request: Request, response: Response) -> dict[str, str]:
        """Somebody without a role yet, who signs in with a password here and has to change it at first."""
        user_id, password = await user_cases.add_user(
            parts.database, parts.clock, identity_of(request).subject, body.name, body.display_name, body.email
        )
        response.headers.update(NO_STORE)
        return {"id": user_id, "password": password}

    @routes.patch("/{user}", status_code=204, dependencies=WRITE)
    async def change_user(user: str, body: schemas.UserChange, request: Request) -> None:
        """Disable, which ends sessions and stops API tokens at once, or enable again."""
        hierarchy = await parts.places.now()
        await user_cases.set_disabled(parts.database, parts.clock, hierarchy, actor_of(request), user, body.is_disabled)
        parts.identities.forget_all()

    @routes.post("/{user}/password", response_model=schemas.InitialPassword, dependencies=WRITE)
    async def reset_password(user: str, request: Request, response: Response) -> dict[str, str]:
        """A new initial password for somebody who has forgotten theirs; ends the user's sessions."""
        hierarchy = await parts.places.now()
        user_id, password = await user_cases.reset_password(
            parts.database, parts.clock, hierarchy, actor_of(request), user
        )
        parts.identities.forget_all()
        response.headers.update(NO_STORE)
        return {"id": user_id, "password": password}

    @routes.delete("/{user}/sessions", response_model=schemas.EndedSessions, dependencies=WRITE)
    async def end_sessions(user: str, request: Request) -> dict[str, int]:
        """Signs the user out everywhere."""
        hierarchy = await parts.places.now()
        ended = await user_cases.end_sessions(parts.database, parts.clock, hierarchy, actor_of(request), user)
        parts.identities.forget_all()
        return {"ended": ended}

    return routes


def _by_name(row: Row) -> dict[str, Any]:
    return {**row, "email": None, "groups": [], "last_sign_in_at": None, "sessions": None}
