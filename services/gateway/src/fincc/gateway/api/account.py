"""Routes of the own account: the password."""

from __future__ import annotations

from fastapi import APIRouter, Request

from fincc.gateway.api.parts import ACCOUNT, Bounded, Parts, by_session
from fincc.gateway.schemas import account as schemas
from fincc.gateway.usecases import passwords


def account_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["session"], route_class=Bounded)

    @routes.post("/password", status_code=204, dependencies=ACCOUNT)
    async def change_password(body: schemas.PasswordChange, request: Request) -> None:
        """Ends all other sessions of the user."""
        identity = by_session(request, "change the password")
        await passwords.change_password(
            parts.database,
            parts.clock,
            parts.limits,
            identity.subject,
            identity.secret_hash,
            body.old_password,
            body.new_password,
        )
        parts.identities.forget_all()

    return routes
