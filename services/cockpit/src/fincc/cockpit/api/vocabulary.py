"""What one can ask for: dimensions, their values, and the hierarchy that answers are told in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from fincc.cockpit import schemas
from fincc.cockpit.api.parameters import dimensions
from fincc.cockpit.errors import NoSuchDimension
from fincc.cockpit.usecases.answers import Answers
from fincc.cockpit.usecases.dimensions import list_dimensions, list_values
from fincc.cockpit.usecases.lines import LineReader
from fincc.common.auth import CostReader
from fincc.common.db import Database


def router(database: Database, answers: Answers, reader: LineReader) -> APIRouter:
    routes = APIRouter(tags=["vocabulary"])

    @routes.get("/dimensions", response_model=schemas.LabelledList)
    async def get_dimensions(subject: CostReader) -> dict[str, Any]:
        async with database.read() as session:
            context = await answers.context(session)
            listed = await list_dimensions(session, context, reader, subject.scope)
        return {"items": [{"id": i, "label": label} for i, label in listed]}

    @routes.get("/dimensions/values", response_model=schemas.LabelledList)
    async def get_dimension_values(
        subject: CostReader, dimension: str, q: str = "", limit: Annotated[int, Query(ge=1, le=1000)] = 20
    ) -> dict[str, Any]:
        if dimensions(dimension) != (dimension,):
            raise NoSuchDimension("one dimension, please", errors=[{"field": "dimension", "message": "name one"}])
        async with database.read() as session:
            context = await answers.context(session)
            values = await list_values(session, context, reader, dimension, q, limit, subject.scope)
        return {"items": [{"id": i, "label": label} for i, label in values]}

    @routes.get("/hierarchy", response_model=schemas.HierarchyAnswer)
    async def get_hierarchy(subject: CostReader) -> dict[str, Any]:
        """As of today, in the version that answers are told in; of it, what the asker may see, and the way there."""
        async with database.read() as session:
            hierarchy = (await answers.context(session)).hierarchy
        return {
            "as_of": hierarchy.day,
            "version": hierarchy.version,
            "nodes": [
                {
                    "id": n.id,
                    "name": n.name,
                    "type": n.type,
                    "parent_id": n.parent_id,
                    "owner_email": n.owner_email,
                    "cost_center": n.cost_center,
                }
                for n in hierarchy.visible(subject.scope)
            ],
        }

    return routes
