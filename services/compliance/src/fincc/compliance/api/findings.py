"""Routes of findings and coverage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from fincc.common.clock import today
from fincc.common.csv_text import write
from fincc.common.http import CSV_MEDIA, answered, attachment
from fincc.common.problem import Invalid
from fincc.compliance import schemas
from fincc.compliance.api import rendering
from fincc.compliance.api.parameters import OfNobody, Reader, ReaderOfAll, Writer, WriterOfAll
from fincc.compliance.repository.findings import Selection
from fincc.compliance.usecases import answers, assignments, exemptions
from fincc.compliance.usecases.context import Context

Words = Annotated[list[str], Query(max_length=200)]
Sort = Literal["-cost", "cost", "-age", "age", "resource"]
MOST_EXPORTED = 200_000
NOTHING: list[str] = []


class Filters:
    """The filters of a list; an empty value stands for findings that have none. See `Selection`."""

    def __init__(
        self,
        state: Literal["open", "exempt", "closed"] = "open",
        missing: Words = NOTHING,
        service: Words = NOTHING,
        account: Words = NOTHING,
        region: Words = NOTHING,
        type: Words = NOTHING,
        team: Words = NOTHING,
        seen_in: Annotated[list[Literal["bill", "cloud", "both"]], Query()] = [],  # noqa: B006 (FastAPI copies it)
        min_cost: Annotated[Decimal | None, Query(description="Cost of 30 days at least.")] = None,
        min_age_days: Annotated[int | None, Query(ge=0, le=10_000)] = None,
        q: Annotated[str | None, Query(max_length=200, description="Part of a resource's id or name.")] = None,
        currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
    ) -> None:
        self.values = {
            "state": state, "missing": missing, "service": service, "account": account, "region": region, "type": type,
            "team": team, "seen_in": seen_in, "min_cost": min_cost, "min_age_days": min_age_days, "words": q,
            "currency": currency,
        }  # fmt: skip

    def selection(self, day: date, permitted: frozenset[str] | None) -> Selection:
        return Selection(today=day, permitted=permitted, **self.values)  # type: ignore[arg-type]

    def said(self) -> list[str]:
        """The filters in words, for headings of exports."""
        quiet = {"state": "open"}
        return [
            f"{name} = {', '.join(v or '(none)' for v in value) if isinstance(value, list) else value}"
            for name, value in self.values.items()
            if value not in (None, [], quiet.get(name))
        ]


Asked = Annotated[Filters, Depends(Filters)]


def router(context: Context) -> APIRouter:
    made = APIRouter(tags=["compliance"])
    _add_lists(made, context)
    _add_details(made, context)
    _add_changes(made, context)
    return made


def _add_lists(made: APIRouter, context: Context) -> None:
    @made.get("/findings", response_model=schemas.FindingList)
    async def list_findings(
        request: Request,
        subject: Reader,
        filters: Asked,
        sort: Sort = "-cost",
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """Resources that do not satisfy the tag policy."""
        seen, day, offset = await answers.look(context), today(context.clock), _offset(cursor)

        async def make() -> bytes:
            wanted = filters.selection(day, answers.permitted(seen.hierarchy, subject.scope))
            page = await answers.search(context, wanted, sort, limit, offset)
            said, limited_to = filters.said(), answers.names(seen.hierarchy, subject.scope)
            meta = rendering.meta(seen.scan, page.currency, page.currencies, said, limited_to)
            return rendering.to_json(rendering.finding_list(page, meta, seen.hierarchy, day, offset))

        asked = (orjson.dumps(filters.values, default=str), subject.scope, sort, limit, offset)
        return answered(_known(request), await context.kept.get(("findings", seen.made_from, *asked), make))

    @made.get("/findings/export", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
    async def export_findings(subject: Reader, filters: Asked, sort: Sort = "-cost") -> Response:
        """The same as CSV, all rows; with `team`, the list of one owner."""
        hierarchy = await answers.hierarchy_of(context)
        wanted = filters.selection(today(context.clock), answers.permitted(hierarchy, subject.scope))
        page = await answers.search(context, wanted, sort, MOST_EXPORTED, 0)
        scan = await answers.scan_state(context)
        meta = rendering.meta(
            scan, page.currency, page.currencies, filters.said(), answers.names(hierarchy, subject.scope)
        )
        content = write(
            rendering.csv_head(meta, page, MOST_EXPORTED), rendering.CSV_COLUMNS, rendering.csv_rows(page, hierarchy)
        )
        name = "-".join(
            ["untagged", *wanted.team[:1], meta.scan.data_through.isoformat() if meta.scan.data_through else ""]
        )
        return Response(content, media_type=CSV_MEDIA, headers=attachment(f"{_file_name(name)}.csv"))


def _add_details(made: APIRouter, context: Context) -> None:
    @made.get("/findings/{finding_id}")
    async def get_finding(finding_id: str, subject: Reader) -> schemas.FindingDetail:
        hierarchy = await answers.hierarchy_of(context)
        teams = answers.permitted(hierarchy, subject.scope)
        row, history = await answers.get(context, finding_id, teams)
        return rendering.detail(row, history, hierarchy, today(context.clock), teams)

    @made.get("/coverage", response_model=schemas.CoverageOut)
    async def get_coverage(
        request: Request,
        subject: ReaderOfAll,
        currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
    ) -> Response:
        """What the days cost, by how it is tagged; for those who see everything, since it adds up to the whole bill."""
        seen = await answers.look(context)

        async def make() -> bytes:
            found = await answers.coverage(context)
            chosen = currency or next(iter(found.currencies), None)
            meta = rendering.meta(seen.scan, chosen, found.currencies, [], limited_to=None)
            return rendering.to_json(rendering.coverage(meta, found.lines, found.exempt))

        return answered(_known(request), await context.kept.get(("coverage", seen.made_from, currency), make))


def _add_changes(made: APIRouter, context: Context) -> None:
    @made.post("/findings/exemptions")
    async def exempt_findings(body: schemas.Exempt, subject: Writer) -> schemas.Changed:
        """Leave findings alone until a day, which is at most two years away; the last exemption counts. All or none are
        changed: a finding that is closed or that you may not see is named, and then nothing is."""
        teams = answers.permitted(await answers.hierarchy_of(context), subject.scope)
        changed = await exemptions.exempt(context, body.ids, body.until, body.reason, subject, teams)
        context.kept.forget()
        return schemas.Changed(changed=changed)

    @made.post("/findings/exemptions/revoked")
    async def revoke_exemptions(body: schemas.Ids, subject: Writer) -> schemas.Changed:
        teams = answers.permitted(await answers.hierarchy_of(context), subject.scope)
        changed = await exemptions.revoke(context, body.ids, subject, teams)
        context.kept.forget()
        return schemas.Changed(changed=changed)

    @made.post("/findings/assignments")
    async def assign_findings(body: schemas.Assign, subject: Writer) -> schemas.Assigned:
        """Say whose findings are that no attribution rule gives to a team. All or none are changed: a finding in the way is
        named, and then nothing is. Costs stay where the rules put them."""
        hierarchy = await answers.hierarchy_of(context)
        wanted = {id_: some.team for some in body.assignments for id_ in some.ids}
        teams = answers.permitted(hierarchy, subject.scope)
        before = await assignments.assign(context, wanted, hierarchy, subject, teams)
        context.kept.forget()
        return rendering.assigned(before)

    @made.get("/scan")
    async def get_scan(subject: OfNobody) -> schemas.ScanOut:
        return rendering.scan(await answers.scan_state(context), sees_all=subject.scope is None)

    @made.post("/scan", status_code=202)
    async def request_scan(subject: WriterOfAll) -> schemas.ScanOut:
        """Judge everything again, although nothing has changed."""
        await exemptions.request_scan(context, subject)
        return rendering.scan(await answers.scan_state(context), sees_all=True)


def _known(request: Request) -> str:
    """The answer that who asks has."""
    return request.headers.get("if-none-match", "")


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or int(cursor) > 10_000_000:
        raise Invalid(f"cursor {cursor!r}: expected the next_cursor of the page before")
    return int(cursor)


def _file_name(text: str) -> str:
    return "".join(c if (c.isascii() and c.isalnum()) or c in "-_." else "-" for c in text).strip("-")
