"""Routes of saved views."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from fincc.common.auth import needs
from fincc.gateway.api.parts import Bounded, Parts, identity_of
from fincc.gateway.repository import views
from fincc.gateway.schemas import views as schemas
from fincc.gateway.usecases import views as view_cases

VIEWS = [needs("views:write")]


def view_routes(parts: Parts) -> APIRouter:
    """Everybody has the own saved views, and sees no other's."""
    routes = APIRouter(prefix="/views", tags=["saved views"], route_class=Bounded)

    @routes.get("", response_model=schemas.Views, dependencies=VIEWS)
    async def get_views(request: Request) -> dict[str, Any]:
        async with parts.database.read() as session:
            return {"items": await views.list_views(session, identity_of(request).subject.id)}

    @routes.post("", response_model=schemas.View, status_code=201, dependencies=VIEWS)
    async def save_view(body: schemas.NewView, request: Request) -> view_cases.SavedView:
        user_id = identity_of(request).subject.id
        return await view_cases.save_view(parts.database, parts.clock, user_id, body.name, body.page, body.query)

    @routes.put("/{view_id}", response_model=schemas.View, dependencies=VIEWS)
    async def change_view(view_id: str, body: schemas.NewView, request: Request) -> view_cases.SavedView:
        user_id = identity_of(request).subject.id
        return await view_cases.change_view(parts.database, user_id, view_id, body.name, body.page, body.query)

    @routes.delete("/{view_id}", status_code=204, dependencies=VIEWS)
    async def delete_view(view_id: str, request: Request) -> None:
        await view_cases.delete_view(parts.database, identity_of(request).subject.id, view_id)

    return routes
