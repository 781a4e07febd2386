"""Resources and single records: the end of every drill-down."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from fincc.cockpit import schemas
from fincc.cockpit.api.parameters import FirstDay, Form, LastDay, View, check_order, cursor, place, respond
from fincc.cockpit.domain.query import Place, RecordsQuery, ResourcesQuery
from fincc.cockpit.usecases import facts
from fincc.cockpit.usecases.answers import CSV, Answers, Question
from fincc.cockpit.usecases.context import AnswerContext
from fincc.cockpit.usecases.lines import LineReader
from fincc.cockpit.usecases.records import check_key, records
from fincc.common.auth import CostReader
from fincc.common.db import ReadSession
from fincc.common.http import CSV_TOO
from fincc.common.objects import ObjectStore

CSV_RESOURCES, CSV_RECORDS = 50_000, 10_000
Limit = Annotated[int, Query(ge=1, le=1000)]


def router(answers: Answers, reader: LineReader, objects: ObjectStore) -> APIRouter:
    routes = APIRouter(tags=["detail"])

    @routes.get("/resources", response_model=schemas.Resources, responses=CSV_TOO)
    async def get_resources(
        request: Request,
        subject: CostReader,
        view: View,
        form: Form,
        first: FirstDay = None,
        last: LastDay = None,
        limit: Limit = 100,
        cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    ) -> Response:
        check_order(first, last)
        start, size = (0, CSV_RESOURCES) if form == CSV else (cursor(cursor_), limit)
        query = ResourcesQuery(view, first, last, size, start)

        async def build(session: ReadSession, context: AnswerContext) -> dict[str, Any]:
            of_facts = await reader.facts(session, context)
            return await facts.resources(session, context, query, subject.scope, of_facts)

        question = Question("resources", query, subject.scope, form)
        return respond(request, await answers.get(question, build), question)

    @routes.get("/records", response_model=schemas.Records, responses=CSV_TOO)
    async def get_records(
        request: Request,
        subject: CostReader,
        view: View,
        form: Form,
        first: FirstDay = None,
        last: LastDay = None,
        resource_id: Annotated[str | None, Query(alias="ResourceId")] = None,
        key: Annotated[str | None, Query(description="An attribution key, as /resources gives it.")] = None,
        limit: Limit = 100,
        cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    ) -> Response:
        check_order(first, last)
        check_key(key)
        start, size = (Place(), CSV_RECORDS) if form == CSV else (place(cursor_), limit)
        query = RecordsQuery(view, first, last, resource_id, key, size, start)

        async def build(session: ReadSession, context: AnswerContext) -> dict[str, Any]:
            of_facts = await reader.facts(session, context)
            return await records(session, context, query, subject.scope, objects, of_facts)

        question = Question("records", query, subject.scope, form)
        return respond(request, await answers.get(question, build), question)

    return routes
