"""Routes of the own API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from fincc.common.hierarchy import Hierarchy
from fincc.gateway.api.parts import ACCOUNT, NO_STORE, Bounded, Parts, actor_of, by_owner, identity_of, place_of
from fincc.gateway.repository import tokens
from fincc.gateway.schemas import tokens as schemas
from fincc.gateway.usecases import tokens as token_cases
from fincc.gateway.usecases.tokens import CreatedToken, Reach


def token_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(prefix="/tokens", tags=["tokens"], route_class=Bounded)
    settings = parts.settings

    @routes.get("", response_model=schemas.Tokens, dependencies=ACCOUNT)
    async def get_tokens(request: Request) -> dict[str, Any]:
        hierarchy = await parts.places.now()
        async with parts.database.read() as session:
            rows = await tokens.list_tokens(session, identity_of(request).subject.id)
        items = [{**row, "node": place_of(row["node"], hierarchy)} for row in rows]
        return {"items": items, "default_days": settings.token_days, "max_days": settings.token_max_days}

    @routes.post("", response_model=schemas.CreatedToken, status_code=201, dependencies=ACCOUNT)
    async def create_token(body: schemas.NewToken, request: Request, response: Response) -> dict[str, Any]:
        """A token for `Authorization: Bearer`; it is shown once. It may do what its owner may at that moment, at most."""
        by_owner(request, "create API tokens")
        days = body.expires_in_days or settings.token_days
        token_cases.check_lifetime(days, settings.token_max_days)
        hierarchy, reach = await parts.places.now(), Reach(body.permissions, body.node)
        token = await token_cases.create_token(
            parts.database, parts.clock, hierarchy, actor_of(request), body.name, timedelta(days=days), reach
        )
        response.headers.update(NO_STORE)
        return _shown(token, hierarchy)

    @routes.patch("/{token_id}", status_code=204, dependencies=ACCOUNT)
    async def rename_token(token_id: str, body: schemas.TokenRename, request: Request) -> None:
        by = by_owner(request, "rename API tokens").subject
        await token_cases.rename_token(parts.database, parts.clock, by, token_id, body.name)

    @routes.post("/{token_id}/rotation", response_model=schemas.CreatedToken, dependencies=ACCOUNT)
    async def rotate_token(
        token_id: str, body: schemas.Rotation, request: Request, response: Response
    ) -> dict[str, Any]:
        """A new secret for the token, shown once; the one before works on for the overlap."""
        by = by_owner(request, "rotate API tokens").subject
        overlap, longest = timedelta(hours=body.overlap_hours), timedelta(days=settings.token_max_days)
        token = await token_cases.rotate_token(parts.database, parts.clock, by, token_id, overlap, longest)
        parts.identities.forget_all()
        response.headers.update(NO_STORE)
        return _shown(token, await parts.places.now())

    @routes.delete("/{token_id}", status_code=204, dependencies=ACCOUNT)
    async def delete_token(token_id: str, request: Request) -> None:
        await token_cases.delete_token(parts.database, parts.clock, identity_of(request).subject, token_id)
        parts.identities.forget_all()

    return routes


def _shown(token: CreatedToken, hierarchy: Hierarchy) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "last4": token.last4,
        "permissions": token.reach.permissions,
        "node": place_of(token.reach.node, hierarchy),
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "expires_at": token.expires_at,
        "rotated_at": token.rotated_at,
        "previous_until": token.previous_until,
        "token": token.secret,
    }
