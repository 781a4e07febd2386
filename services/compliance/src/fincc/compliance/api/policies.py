"""Routes of tag policies."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from fincc.common.money import to_text
from fincc.common.problem import BadDocument, UnknownVersion
from fincc.common.rules.tag_policy import TEAMS
from fincc.common.uploads import UPLOAD, IfMatch, is_version, read_body, seen_version
from fincc.compliance import schemas
from fincc.compliance.api.parameters import OfNobody, ReaderOfAll, WriterOfAll
from fincc.compliance.repository import state
from fincc.compliance.usecases import policies
from fincc.compliance.usecases.context import Context
from fincc.compliance.usecases.policies import Published

_BODY = {
    "requestBody": {
        "required": True,
        "content": {media: {"schema": {"type": "string"}} for media in ("application/yaml", "application/json")},
    }
}


def router(context: Context) -> APIRouter:
    made = APIRouter(tags=["compliance"])

    @made.get("/policies")
    async def list_policies(subject: OfNobody) -> schemas.PolicyList:
        async with context.database.read() as session:
            rows = await state.list_policies(session)
            active = (await state.get(session)).policy_version
        return schemas.PolicyList(items=[schemas.PolicySummary(**r, active=r["version"] == active) for r in rows])

    @made.get("/policies/{version}")
    async def get_policy(version: str, response: Response, subject: OfNobody) -> schemas.PolicyOut:
        """`active`, or a version's number."""
        if version != "active" and not is_version(version):
            raise UnknownVersion(f"there is no version {version!r} of the policy; see /policies for those there are")
        return _shown(await policies.get(context, None if version == "active" else int(version)), response)

    @made.put("/policies/active", openapi_extra=_BODY, max_body_size=UPLOAD)
    async def publish_policy(
        request: Request, response: Response, subject: WriterOfAll, if_match: IfMatch = None
    ) -> schemas.PolicyOut:
        """What it finds is there after the next scan, which begins at once."""
        content = await read_body(request, context.settings.max_policy_bytes, BadDocument)
        return _shown(await policies.publish(context, content, subject, seen_version(if_match)), response)

    @made.post("/policies/test", openapi_extra=_BODY, max_body_size=UPLOAD)
    async def test_policy(request: Request, subject: ReaderOfAll) -> schemas.PolicyTest:
        """What a policy would find, without publishing it. All records of the days are read: it takes seconds."""
        content = await read_body(request, context.settings.max_policy_bytes, BadDocument)
        effect = await policies.test(context, content)
        return schemas.PolicyTest(
            findings_before=effect.before,
            findings_after=effect.after,
            cost_before=[schemas.Money(amount=to_text(a), currency=c) for c, a in effect.cost_before.items()],
            cost_after=[schemas.Money(amount=to_text(a), currency=c) for c, a in effect.cost_after.items()],
            by_key=effect.by_key,
        )

    return made


def _shown(found: Published, response: Response) -> schemas.PolicyOut:
    response.headers["ETag"] = f'"{found.version}"'
    policy = found.policy
    return schemas.PolicyOut(
        version=found.version,
        document=found.document,
        required=[
            schemas.Requirement(
                key=r.key,
                also=list(r.also),
                values=r.values if r.values is None else TEAMS if isinstance(r.values, str) else list(r.values),
                pattern=r.pattern,
                where={column: sorted(values) for column, values in r.where.items()},
            )
            for r in policy.required
        ],
        untaggable_types=sorted(policy.untaggable_types),
        untaggable_services=sorted(policy.untaggable_services),
        published_at=found.row["published_at"] if found.row else None,
        published_by=found.row["published_by"] if found.row else None,
    )
