"""Whether the figures agree with the bill, and which months there are."""

from __future__ import annotations

from decimal import Decimal
from time import monotonic
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from fincc.cockpit import schemas
from fincc.cockpit.api.parameters import Form, response_to
from fincc.cockpit.domain.query import Check
from fincc.cockpit.domain.reconciliation import Verdict, is_all_ok
from fincc.cockpit.repository import state
from fincc.cockpit.usecases.answers import CSV, JSON, Answers, Question
from fincc.cockpit.usecases.context import AnswerContext
from fincc.cockpit.usecases.costs import overview
from fincc.cockpit.usecases.reconcile import reconcile
from fincc.common.auth import needs
from fincc.common.csv_text import write
from fincc.common.db import Database, ReadSession
from fincc.common.http import CSV_MEDIA, CSV_TOO, attachment
from fincc.common.money import to_text

KEPT_S = 30.0
"""The sums of a large month take half a second of the database: not for each of many who look at the same moment."""


def router(database: Database, answers: Answers) -> APIRouter:
    routes = APIRouter(tags=["data health"])

    @routes.get(
        "/reconciliation", response_model=schemas.Reconciliation, responses=CSV_TOO, dependencies=[needs("health:read")]
    )
    async def get_reconciliation(request: Request, form: Form) -> Response:
        """What the database holds is summed: for the present state of the figures at most every half minute, and at once for
        who sends `Cache-Control: no-cache` and for CSV. Whole bills: nobody may see a part of them."""
        if form == CSV:
            async with database.read() as session:
                found = await _reconcile(session, await answers.context(session))
            return _file(found["items"], found["ok"], found["meta"])
        now, is_at_once = monotonic(), "no-cache" in request.headers.get("cache-control", "")
        question = Question("reconciliation", Check(now if is_at_once else now // KEPT_S), None, JSON)
        answer = await answers.get(question, _written)
        return response_to(request.headers.get("if-none-match", ""), answer, question)

    @routes.get("/periods", response_model=schemas.Periods, dependencies=[needs("costs:read", "none")])
    async def get_periods() -> dict[str, Any]:
        async with database.read() as session:
            snapshots = [s for s in await state.list_snapshots(session) if s.set_id is not None]
        periods: dict[str, list[state.SnapshotRow]] = {}
        for snapshot in snapshots:
            periods.setdefault(snapshot.billing_period, []).append(snapshot)
        return {
            "items": [
                {
                    "billing_period": period,
                    "sources": sorted({s.source_name for s in rows}),
                    "is_closed": all(s.is_closed for s in rows),
                }
                for period, rows in periods.items()
            ]
        }

    return routes


async def _reconcile(session: ReadSession, context: AnswerContext) -> dict[str, Any]:
    verdicts = await reconcile(session)
    items = [_item(v) for v in verdicts]
    return {"meta": await overview(session, context), "items": items, "ok": is_all_ok(verdicts)}


async def _written(session: ReadSession, context: AnswerContext) -> dict[str, Any]:
    found = schemas.Reconciliation(**await _reconcile(session, context))
    return found.model_dump(mode="json", by_alias=True)


def _file(items: list[dict[str, Any]], ok: bool, about: dict[str, Any]) -> Response:
    """The columns are the fields of an item, also where there is none; the cells are written as in JSON."""
    columns = list(schemas.ReconciliationItem.model_fields)
    written = [schemas.ReconciliationItem(**i).model_dump(mode="json") for i in items]
    rows = ([_cell(i[c]) for c in columns] for i in written)
    head = [("data_through", about["data_through"]), ("ok", _cell(ok))]
    headers = {**attachment("reconciliation.csv"), "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(write(head, columns, rows), media_type=CSV_MEDIA, headers=headers)


def _cell(value: object) -> object:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else to_text(amount)


def _item(verdict: Verdict) -> dict[str, Any]:
    delivery = verdict.delivery
    return {
        "source_id": delivery.source_id,
        "source": delivery.source,
        "billing_period": delivery.billing_period,
        "snapshot": str(delivery.version),
        "status": verdict.status,
        "pending_since": verdict.pending_since,
        "pending_hop": verdict.pending_hop,
        "billed_basis": delivery.billed_basis,
        "currency": verdict.currency,
        "counted": delivery.counted,
        "rows_read": delivery.rows_read,
        "rows_quarantined": delivery.rows_quarantined,
        "rows_published": delivery.rows_published,
        "source_billed": _text(verdict.source_billed),
        "quarantined_billed": _text(verdict.quarantined),
        "raw_billed": _text(verdict.billed["raw"]),
        "enriched_billed": _text(verdict.billed["enriched"]),
        "cockpit_billed": _text(verdict.billed["cockpit"]),
        "difference": _text(verdict.difference),
        "first_difference_hop": verdict.first_difference_hop,
    }
