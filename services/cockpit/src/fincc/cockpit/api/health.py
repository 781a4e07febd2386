"""Whether the figures agree with the bill, and which months there are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from fincc.cockpit import schemas
from fincc.cockpit.api.parameters import Form
from fincc.cockpit.domain.reconciliation import Verdict, is_all_ok
from fincc.cockpit.repository import state
from fincc.cockpit.usecases.answers import CSV, Answers
from fincc.cockpit.usecases.costs import overview
from fincc.cockpit.usecases.reconcile import reconcile
from fincc.common.auth import needs
from fincc.common.csv_text import write
from fincc.common.db import Database
from fincc.common.http import CSV_MEDIA, CSV_TOO, attachment
from fincc.common.money import to_text


def router(database: Database, answers: Answers) -> APIRouter:
    routes = APIRouter(tags=["data health"])

    @routes.get(
        "/reconciliation", response_model=schemas.Reconciliation, responses=CSV_TOO, dependencies=[needs("health:read")]
    )
    async def get_reconciliation(form: Form) -> dict[str, Any] | Response:
        """Never cached: what the database holds is summed on each call. Whole bills: nobody may see a part of them."""
        async with database.read() as session:
            context = await answers.context(session)
            verdicts = await reconcile(session)
            about = await overview(session, context)
        items, ok = [_item(v) for v in verdicts], is_all_ok(verdicts)
        return _file(items, ok, about) if form == CSV else {"meta": about, "items": items, "ok": ok}

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
