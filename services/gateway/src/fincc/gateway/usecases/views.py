"""Saved views of pages: everybody has the own ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.ids import new_id
from fincc.common.problem import NotFound
from fincc.gateway.errors import NameTaken, TooManyViews
from fincc.gateway.repository import views

MAX_VIEWS = 100


@dataclass(frozen=True)
class SavedView:
    """A page in a state that its user has named; `query` is the URL after the `?`."""

    id: str
    name: str
    page: str
    query: str
    created_at: datetime


async def save_view(database: Database, clock: Clock, user_id: str, name: str, page: str, query: str) -> SavedView:
    """Raises NameTaken, TooManyViews."""
    view = SavedView(new_id("view"), name, page, query, clock.now())
    async with database.write() as session:
        there = await views.lock_views(session, user_id)
        if any(v["name"] == name for v in there):
            raise NameTaken(name)
        if len(there) >= MAX_VIEWS:
            raise TooManyViews(MAX_VIEWS)
        await views.insert_view(session, {**asdict(view), "user_id": user_id})
    return view


async def change_view(database: Database, user_id: str, view_id: str, name: str, page: str, query: str) -> SavedView:
    """Raises NotFound, NameTaken."""
    async with database.write() as session:
        there = {v["id"]: SavedView(**v) for v in await views.lock_views(session, user_id)}
        if view_id not in there:
            raise _no_view(view_id)
        if any(v.name == name and v.id != view_id for v in there.values()):
            raise NameTaken(name)
        await views.change_view(session, view_id, {"name": name, "page": page, "query": query})
    return replace(there[view_id], name=name, page=page, query=query)


async def delete_view(database: Database, user_id: str, view_id: str) -> None:
    """Raises NotFound."""
    async with database.write() as session:
        if not await views.delete_view(session, user_id, view_id):
            raise _no_view(view_id)


def _no_view(view_id: str) -> NotFound:
    return NotFound(f"you have no saved view {view_id!r}")
