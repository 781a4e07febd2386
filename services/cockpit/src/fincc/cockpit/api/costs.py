"""Questions about cost."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from fincc.cockpit import schemas
from fincc.cockpit.api.parameters import Day, FirstDay, Form, LastDay, View, check_order, dimensions, respond
from fincc.cockpit.domain.query import CostsQuery, TeamsQuery
from fincc.cockpit.usecases import costs
from fincc.cockpit.usecases.answers import Answers, Question
from fincc.cockpit.usecases.lines import LineReader
from fincc.common.auth import CostReader
from fincc.common.http import CSV_TOO
from fincc.common.problem import Invalid

MAX_DIMENSIONS = 3
Sort = Literal["-cost", "cost", "name", "-name", "change", "-change", "-movement"]


def router(answers: Answers, reader: LineReader) -> APIRouter:
    routes = APIRouter(tags=["costs"])

    @routes.get("/cost-by-team", response_model=schemas.CostByTeam, responses=CSV_TOO)
    async def get_cost_by_team(
        request: Request,
        subject: CostReader,
        view: View,
        form: Form,
        days: Annotated[int, Query(ge=1, le=800)] = 30,
        as_of: Annotated[Day | None, Query(description="Last day; default: the last complete day.")] = None,
        comparison: Annotated[
            Literal["days", "month"], Query(description="days: with the days before; month: month to date.")
        ] = "days",
    ) -> Response:
        query = TeamsQuery(view, days, as_of, comparison)
        question = Question("cost-by-team", query, subject.scope, form)
        answer = await answers.get(question, lambda s, c: costs.cost_by_team(s, c, reader, query, subject.scope))
        return respond(request, answer, question)

    @routes.get("/costs", response_model=schemas.Costs, responses=CSV_TOO)
    async def get_costs(
        request: Request,
        subject: CostReader,
        view: View,
        form: Form,
        first: FirstDay = None,
        last: LastDay = None,
        group_by: Annotated[str, Query(description=f"Comma-separated dimensions, at most {MAX_DIMENSIONS}.")] = "",
        grain: Literal["none", "day", "week", "month"] = "none",
        compare: Literal["previous", "none"] = "previous",
        top: Annotated[
            int | None,
            Query(
                ge=1,
                le=10_000,
                description="Rows kept, the largest costs, or movements where sorted by them; the rest is `other`.",
            ),
        ] = None,
        sort: Sort = "-cost",
    ) -> Response:
        listed = dimensions(group_by)
        if len(listed) > MAX_DIMENSIONS:
            raise Invalid(
                f"group_by names {len(listed)} dimensions, at most {MAX_DIMENSIONS} fit into one answer",
                errors=[{"field": "group_by", "message": f"at most {MAX_DIMENSIONS}"}],
            )
        check_order(first, last)
        query = CostsQuery(view, first, last, listed, grain, compare == "previous", top, sort)
        question = Question("costs", query, subject.scope, form)
        answer = await answers.get(question, lambda s, c: costs.free_costs(s, c, reader, query, subject.scope))
        return respond(request, answer, question)

    return routes
