"""What the gateway's own routes take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fincc.common.audit_reading import AuditEntry
from fincc.gateway.domain.credentials import MAX_PASSWORD


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignIn(_Request):
    username: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=MAX_PASSWORD)


class User(BaseModel):
    id: str
    name: str


class Session(BaseModel):
    user: User
    permissions: list[str]
    csrf_token: str = Field(description="Send it in the header X-CSRF-Token of every write; empty for an API token.")
    version: str


class PasswordChange(_Request):
    old_password: str = Field(min_length=1, max_length=MAX_PASSWORD)
    new_password: str = Field(description="12 to 512 characters.")


class NewToken(_Request):
    name: str = Field(min_length=1, max_length=100)
    expires_in_days: int | None = Field(None, ge=1, le=3650, description="Empty: it does not expire.")


class Token(BaseModel):
    id: str
    name: str
    last4: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class CreatedToken(Token):
    token: str = Field(description="The secret; it cannot be shown again.")


class Tokens(BaseModel):
    items: list[Token]


ViewName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class NewView(_Request):
    name: ViewName
    page: str = Field(max_length=200, pattern=r"^(/[a-z0-9-]+)+$", description="Path of a page of the app.")
    query: str = Field(max_length=4000, pattern=r"^[^?#\s]*$", description="The page's URL after the `?`.")


class View(BaseModel):
    id: str
    name: str
    page: str
    query: str
    created_at: datetime


class Views(BaseModel):
    items: list[View]


class TimedRun(BaseModel):
    """The last turn of a job in one process; of a failure, `ok` says whether it went well since."""

    instance: str
    name: str
    ended_at: datetime | None
    took_s: float | None
    ok: bool | None
    error: str | None
    failed_at: datetime | None


class Process(BaseModel):
    instance: str
    version: str
    roles: list[str]
    started_at: datetime
    seen_at: datetime
    reasons: list[str]


class ServiceStatus(BaseModel):
    """What null is for is not known: the service could not say it."""

    name: str
    title: str
    ready: bool
    reason: str | None = Field(description="Why it is not ready.")
    version: str | None = Field(description="Several, during an upgrade, with commas.")
    latency_ms: float | None = Field(
        description="Milliseconds until it said whether it is ready; null for the gateway itself."
    )
    lag: dict[str, int | None] | None = Field(description="Topic → messages that it has not finished with.")
    dead_letters: int | None
    outbox: int | None = Field(description="Events that are not on the bus yet.")
    last_run: TimedRun | None = Field(description="The job that ended last.")
    last_error: TimedRun | None = Field(description="The job that failed last.")
    processes: list[Process] | None


class Status(BaseModel):
    version: str
    services: list[ServiceStatus]


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
