"""Routes of attribution: hierarchy, catalog, rule sets, explanations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from fincc.attribution import schemas
from fincc.attribution.domain import hierarchy_files, rule_files
from fincc.attribution.domain.catalog import CatalogDiff
from fincc.attribution.domain.explain import ADDED_SERVICE, MATCHED
from fincc.attribution.domain.hierarchy import HierarchyDiff
from fincc.attribution.domain.rule_set import starter_document
from fincc.attribution.repository import documents
from fincc.attribution.usecases import moves, publish, suggest
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.explain import explain_key
from fincc.attribution.usecases.publish import Upload
from fincc.common.auth import Subject, needs, permission
from fincc.common.clock import today
from fincc.common.problem import BadDocument, UnknownVersion
from fincc.common.uploads import UPLOAD, IfMatch, is_version, read_body, seen_version

READ_ALL = needs("ownership:read")
ReaderOfAll = Annotated[Subject, READ_ALL]
Reader = Annotated[Subject, Depends(permission("ownership:read"))]
Writer = Annotated[Subject, Depends(permission("ownership:write"))]
Operator = Annotated[Subject, needs("operations:write")]
METRIC = "BilledCost"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string"}} for media in ("application/yaml", "application/json", "text/csv")
        },
    }
}


def make_router(context: Context) -> APIRouter:
    router = APIRouter(tags=["attribution"])
    _add_hierarchy(router, context)
    _add_catalog(router, context)
    _add_rules(router, context)
    _add_suggestions(router, context)
    _add_explanations(router, context)
    _add_rebuilds(router, context)
    return router


async def _upload(request: Request, limit: int, by: Subject, if_match: str | None = None) -> Upload:
    content = await read_body(request, limit, BadDocument)
    return Upload(content, request.headers.get("content-type", "application/yaml"), by, seen_version(if_match))


def _tag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def _add_hierarchy(router: APIRouter, context: Context) -> None:
    @router.get("/hierarchy")
    async def get_hierarchy(response: Response, subject: Reader, as_of: date | None = None) -> schemas.HierarchyOut:
        """The nodes valid on a day that the asker may see, and those on the way to them."""
        found = await publish.active(context)
        _tag(response, found.versions[0])
        day = as_of or today(context.clock)
        nodes = [schemas.NodeOut.of(n) for n in found.hierarchy.as_of(day).visible(subject.scope)]
        return schemas.HierarchyOut(version=found.versions[0], as_of=day, nodes=nodes)

    @router.put("/hierarchy", openapi_extra=_BODY, max_body_size=UPLOAD)
    async def put_hierarchy(
        request: Request, subject: Writer, dry_run: bool = False, if_match: IfMatch = None
    ) -> schemas.HierarchyChange:
        upload = await _upload(request, context.settings.max_document_bytes, subject, if_match)
        done = await publish.change_hierarchy(context, upload, dry_run)
        valid = done.documents.hierarchy.as_of(today(context.clock)).nodes
        return schemas.HierarchyChange(
            version=done.version,
            nodes=[schemas.NodeOut.of(n) for n in valid],
            effective_from=done.effective_from,
            changes=schemas.NodeChangeOut.all_of(done.difference),
            **_ids(done.difference),
        )

    @router.get("/hierarchy/document", dependencies=[READ_ALL], response_class=PlainTextResponse)
    async def get_hierarchy_document() -> Response:
        """All nodes with all their intervals, as YAML that an import reads back to the same hierarchy."""
        found = await publish.active(context)
        return PlainTextResponse(
            hierarchy_files.to_yaml(found.hierarchy),
            media_type="application/yaml",
            headers={"Content-Disposition": 'attachment; filename="hierarchy.yaml"'},
        )


def _ids(difference: HierarchyDiff | CatalogDiff) -> dict[str, list[str]]:
    return {
        "added": [n.id for n in difference.added],
        "changed": [c.after.id for c in difference.changed],
        "removed": [n.id for n in difference.removed],
    }


def _add_catalog(router: APIRouter, context: Context) -> None:
    @router.get("/catalog")
    async def get_catalog(subject: Reader) -> schemas.CatalogOut:
        """The services of the teams that the asker may see."""
        found = await publish.active(context)
        hierarchy = found.hierarchy.as_of(today(context.clock))
        document: Any = found.catalog.to_document()["services"]
        services = [s for s in document if hierarchy.is_within(s["team"], subject.scope)]
        return schemas.CatalogOut(version=found.versions[1], services=services)

    @router.put("/catalog", openapi_extra=_BODY, max_body_size=UPLOAD)
    async def put_catalog(request: Request, subject: Writer) -> schemas.Change:
        upload = await _upload(request, context.settings.max_document_bytes, subject)
        version, difference = await publish.change_catalog(context, upload)
        return schemas.Change(version=version, **_ids(difference))


Periods = Annotated[int, Query(ge=1, le=36, description="Newest billing periods to compare.")]


def _add_rules(router: APIRouter, context: Context) -> None:
    periods_default = context.settings.moved_periods

    @router.get("/rule-sets", dependencies=[READ_ALL])
    async def list_rule_sets() -> schemas.RuleSetList:
        async with context.database.read() as session:
            rows = await documents.list_versions(session, "rules")
            newest = (await documents.read_state(session))["rules_version"]
        items = [schemas.RuleSetSummary(**row, active=row["version"] == newest) for row in rows]
        return schemas.RuleSetList(items=items)

    @router.get("/rule-sets/{version}", dependencies=[READ_ALL])
    async def get_rule_set(version: str, response: Response) -> schemas.RuleSetOut:
        async with context.database.read() as session:
            newest = (await documents.read_state(session))["rules_version"]
            wanted = newest if version == "active" else int(version) if is_version(version) else -1
            row = await documents.find(session, "rules", wanted)
        if row is None and not (version == "active" and newest == 0):
            raise UnknownVersion(f"no rule set {version!r}; see /rule-sets for the versions there are")
        text = row["content"] if row else starter_document()
        rules: Any = rule_files.from_yaml(text).to_document()["rules"]
        _tag(response, wanted)
        return schemas.RuleSetOut(version=wanted, document=text, rules=rules)

    @router.get("/rule-sets/active/matched", dependencies=[READ_ALL])
    async def get_matched(periods: Periods = periods_default) -> schemas.MatchedOut:
        """The cost that each rule of the active set decides over the newest billing periods."""
        return schemas.MatchedOut.of(await moves.matched(context, await publish.active(context), periods), METRIC)

    @router.put("/rule-sets/active", openapi_extra=_BODY, max_body_size=UPLOAD)
    async def publish_rule_set(
        request: Request, subject: Writer, periods: Periods = periods_default, if_match: IfMatch = None
    ) -> schemas.Published:
        upload = await _upload(request, context.settings.max_document_bytes, subject, if_match)
        version, moved = await publish.publish_rules(context, upload, periods)
        return schemas.Published(version=version, **schemas.MovedOut.parts_of(moved, METRIC))

    @router.post("/rule-sets/test", openapi_extra=_BODY, max_body_size=UPLOAD)
    async def test_rule_set(
        request: Request, subject: ReaderOfAll, periods: Periods = periods_default
    ) -> schemas.MovedOut:
        upload = await _upload(request, context.settings.max_document_bytes, subject)
        moved = await publish.test_rules(context, upload, periods)
        return schemas.MovedOut(**schemas.MovedOut.parts_of(moved, METRIC))


def _add_suggestions(router: APIRouter, context: Context) -> None:
    periods_default = context.settings.moved_periods

    @router.get("/suggestions", dependencies=[READ_ALL])
    async def list_suggestions(
        periods: Periods = periods_default,
        limit: Annotated[int, Query(ge=1, le=5000, description="Groups per currency, the largest.")] = 200,
    ) -> schemas.SuggestionsOut:
        """What nobody owns, by what it says, and whose it may be. Nothing is applied by itself."""
        return schemas.SuggestionsOut.of(await suggest.suggest_owners(context, periods, limit), METRIC)

    @router.post("/suggestions/accepted")
    async def accept_suggestion(
        accepted: schemas.AcceptedSuggestion, subject: Writer, periods: Periods = periods_default
    ) -> schemas.Published:
        """Publish the active rules with one more for this group, after all others, so that it takes nothing else."""
        acceptance = suggest.Acceptance(accepted.column, accepted.value, accepted.team)
        version, moved = await suggest.accept(context, acceptance, subject, periods)
        return schemas.Published(version=version, **schemas.MovedOut.parts_of(moved, METRIC))


def _add_explanations(router: APIRouter, context: Context) -> None:
    @router.get("/explanations/{key}")
    async def explain_record(key: str, subject: Reader) -> schemas.ExplanationOut:
        """For a record of a team that the asker may see; another's is as unknown as one that never was."""
        attributes, explanation = await explain_key(context, key, subject.scope)
        outcome = explanation.outcome
        owner = schemas.OwnerOut(**{name: getattr(outcome, name) for name in schemas.OwnerOut.model_fields})
        steps = [
            schemas.StepOut(
                rule_id=s.rule_id,
                rule=s.rule_name,
                verdict=s.verdict,
                matched=s.verdict in (MATCHED, ADDED_SERVICE),
                why=s.text,
            )
            for s in explanation.steps
        ]
        return schemas.ExplanationOut(key=key, attributes=attributes, owner=owner, steps=steps)


def _add_rebuilds(router: APIRouter, context: Context) -> None:
    @router.post("/rebuilds")
    async def rebuild(subject: Operator) -> schemas.Rebuilt:
        """Hierarchy, catalog and owners on their topics again, as they are active, for readers that have lost them."""
        return schemas.Rebuilt(version=await publish.publish_again(context, subject))
