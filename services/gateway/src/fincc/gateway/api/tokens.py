"""Routes of the own API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from fincc.gateway import schemas
from fincc.gateway.api.parts import ACCOUNT, NO_STORE, Bounded, Parts, by_session, identity_of
from fincc.gateway.repository import tokens
from fincc.gateway.usecases import tokens as token_cases


def token_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(prefix="/tokens", tags=["tokens"], route_class=Bounded)

    @routes.get("", response_model=schemas.Tokens, dependencies=ACCOUNT)
    async def get_tokens(request: Request) -> dict[str, Any]:
        async with parts.database.read() as session:
            return {"items": await tokens.list_tokens(session, identity_of(request).subject.id)}

    @routes.post("", response_model=schemas.CreatedToken, status_code=201, dependencies=ACCOUNT)
    async def create_token(body: schemas.NewToken, request: Request, response: Response) -> dict[str, Any]:
        """A token for `Authorization: Bearer`; it is shown once."""
        lifetime = timedelta(days=body.expires_in_days) if body.expires_in_days else None
        by = by_session(request, "create API tokens").subject
        token = await token_cases.create_token(parts.database, parts.clock, by, by.id, body.name, lifetime)
        response.headers.update(NO_STORE)
        return {
            "id": token.id,
            "name": token.name,
            "last4": token.last4,
            "created_at": token.created_at,
            "last_used_at": None,
            "expires_at": token.expires_at,
            "token": token.secret,
        }

    @routes.delete("/{token_id}", status_code=204, dependencies=ACCOUNT)
    async def delete_token(token_id: str, request: Request) -> None:
        by = identity_of(request).subject
        secret_hash = await token_cases.delete_token(parts.database, parts.clock, by, token_id)
        parts.identities.forget(secret_hash)

    return routes
