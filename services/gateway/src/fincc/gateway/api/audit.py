"""Routes of the audit record: all services' as one listing, what can stand in it, whether the own chain is whole."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from fincc.common.audit import ACTIONS
from fincc.common.audit_reading import READ, After, Asked, Limit, verification_router
from fincc.common.auth import Subject, permission
from fincc.common.http import CSV_MEDIA, CSV_TOO, attachment
from fincc.common.problem import Invalid
from fincc.common.topology import SERVICES
from fincc.gateway.api.parts import NO_STORE, Parts
from fincc.gateway.merged_audit import NAMES, MergedAudit, Place
from fincc.gateway.schemas import audit as schemas

Auditor = Annotated[Subject, Depends(permission("audit:read"))]


def audit_routes(parts: Parts) -> APIRouter:
    routes = verification_router(parts.database)
    merged = MergedAudit(parts.database, parts.peers, parts.subjects)

    @routes.get("/audit", response_model=schemas.MergedAudit, responses=CSV_TOO)
    async def list_audit(
        subject_asking: Auditor,
        asked: Asked,
        service: Annotated[str | None, Query(description="Only the record of this service.")] = None,
        limit: Limit = 100,
        after: After = None,
        format: Literal["json", "csv"] = "json",
    ) -> Response | schemas.MergedAudit:
        """What was changed in all services, newest first; as CSV all of it, whatever `limit` and `after` say."""
        if service is not None and service not in NAMES:
            raise Invalid(f"service {service!r}: there are {', '.join(NAMES)}")
        services = [service] if service else NAMES
        if format == "csv":
            return StreamingResponse(
                merged.csv(subject_asking, asked, services),
                media_type=CSV_MEDIA,
                headers={**attachment("audit.csv"), **NO_STORE},
            )
        return await merged.page(subject_asking, asked, services, Place.of(after), limit)

    @routes.get("/audit/vocabulary", dependencies=[READ])
    async def get_audit_vocabulary() -> schemas.AuditVocabulary:
        """Which services keep a record, and what can stand in it."""
        return schemas.AuditVocabulary(
            services=[schemas.AuditedService(name=s.name, title=s.title) for s in SERVICES],
            actions=[schemas.AuditAction(name=name, title=title) for name, title in ACTIONS.items()],
        )

    return routes
