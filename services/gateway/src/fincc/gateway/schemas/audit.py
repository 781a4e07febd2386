"""The audit records of all services as one listing."""

from __future__ import annotations

from pydantic import BaseModel, Field

from fincc.common.audit_reading import AuditEntry


class MissingService(BaseModel):
    service: str
    reason: str


class MergedAudit(BaseModel):
    items: list[AuditEntry]
    next_cursor: str | None
    missing: list[MissingService] = Field(description="Services that did not answer: their entries are not here.")


class AuditedService(BaseModel):
    name: str
    title: str


class AuditAction(BaseModel):
    name: str
    title: str


class AuditVocabulary(BaseModel):
    services: list[AuditedService]
    actions: list[AuditAction]
