"""The query parameters that every question about cost shares."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from fincc.cockpit.domain.filters import is_dimension, parse_filter
from fincc.cockpit.domain.query import CostView, Place
from fincc.cockpit.errors import NoSuchDimension
from fincc.cockpit.usecases.answers import CSV, JSON, Question
from fincc.common.answers import Answer
from fincc.common.http import CSV_MEDIA, JSON_MEDIA, answered, attachment
from fincc.common.problem import Invalid

Metric = Literal["BilledCost", "EffectiveCost", "ListCost"]

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""Of these years, so that days before and after one are days of the calendar, too."""
FirstDay = Annotated[Day | None, Query(alias="from", description="First day; default: 30 days before the last.")]
LastDay = Annotated[Day | None, Query(alias="to", description="Last day, included; default: the last complete day.")]


async def cost_view(
    metric: Metric = "BilledCost",
    currency: Annotated[str | None, Query(description="ISO 4217; default: the largest.")] = None,
    scope: Annotated[str | None, Query(description="Id of a node of the hierarchy; default: everything.")] = None,
    filter: Annotated[
        list[str] | None,
        Query(description="Dimension:op:value,… with op in, not_in, prefix or contains; may be repeated."),
    ] = None,
) -> CostView:
    try:
        filters = sorted({parse_filter(f) for f in filter or ()}, key=str)
    except ValueError as error:
        raise Invalid(str(error), errors=[{"field": "filter", "message": str(error)}]) from None
    return CostView(metric, currency, scope, tuple(filters))


View = Annotated[CostView, Depends(cost_view)]


async def form(request: Request, format: Literal["json", "csv"] | None = None) -> str:
    """`format=csv` or `Accept: text/csv` gives the same answer as CSV."""
    if format is not None:
        return format
    return CSV if request.headers.get("accept", "").startswith("text/csv") else JSON


Form = Annotated[str, Depends(form)]


def dimensions(names: str) -> tuple[str, ...]:
    """Comma-separated dimensions without repetitions."""
    listed = tuple(dict.fromkeys(n.strip() for n in names.split(",") if n.strip()))
    for name in listed:
        if not is_dimension(name):
            raise NoSuchDimension(
                f"there is no dimension {name!r}; GET /dimensions lists them",
                errors=[{"field": "group_by", "message": f"no dimension {name!r}"}],
            )
    return listed


def check_order(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and first > last:
        raise Invalid(f"from {first} is after to {last}", errors=[{"field": "from", "message": "is after to"}])


def cursor(text: str | None) -> int:
    """The `next_cursor` of the page before."""
    return _numbers(text, 1)[0] if text is not None else 0


def place(text: str | None) -> Place:
    """The `next_cursor` of the page of records before."""
    return Place(*_numbers(text, 3)) if text is not None else Place()


def _numbers(text: str, count: int) -> list[int]:
    words = text.split(".")
    if len(words) != count or not all(w.isascii() and w.isdecimal() and len(w) <= 12 for w in words):
        raise Invalid("the cursor is not one that we gave", errors=[{"field": "cursor", "message": "unknown"}])
    return [*map(int, words)]


def respond(request: Request, answer: Answer, question: Question) -> Response:
    """The bytes, or 304 when the asker has them; the same words will be answered sooner."""
    request.app.state.phrases.learn(request, question)
    return response_to(request.headers.get("if-none-match", ""), answer, question)


def response_to(if_none_match: str, answer: Answer, question: Question) -> Response:
    vary = {"Vary": "Accept"}
    if question.form == CSV:
        return answered(if_none_match, answer, CSV_MEDIA, vary | attachment(f"{question.kind}.csv"))
    return answered(if_none_match, answer, JSON_MEDIA, vary)
