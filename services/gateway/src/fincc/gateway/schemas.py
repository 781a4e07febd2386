"""What the gateway's own routes take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fincc.common.audit_reading import AuditEntry
from fincc.gateway.domain.credentials import MAX_PASSWORD


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


TokenName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
NodeId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
UserName = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=200, pattern=r"^[^\s/]+$")]


class Place(BaseModel):
    """A node of the hierarchy; `path` has the names from the top down to it, and is empty when it has left."""

    id: str
    name: str
    path: list[str]


class SignIn(_Request):
    username: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=MAX_PASSWORD)


class User(BaseModel):
    id: str
    name: str
    display_name: str | None
    email: str | None
    groups: list[str] = Field(description="As the identity provider said at the last sign-in.")
    has_password: bool = Field(description="Whether the user can sign in with a password kept here.")


class Provider(BaseModel):
    title: str
    href: str = Field(description="Open it in the browser; takes `next`, the page to come back to.")


class WaysIn(BaseModel):
    """How people sign in here."""

    password: bool
    provider: Provider | None


class SignedOut(BaseModel):
    """`continue_at` ends the session at the identity provider, too; open it in the browser."""

    continue_at: str | None


class OwnSession(BaseModel):
    id: str
    created_at: datetime
    last_seen_at: datetime
    address: str | None
    user_agent: str | None
    is_current: bool


class OwnSessions(BaseModel):
    items: list[OwnSession]


class Session(BaseModel):
    user: User
    permissions: list[str] = Field(description="For somebody without any role: `account:write` alone.")
    limited: list[str] = Field(description="Those of them that hold for a part of the hierarchy only.")
    access_contact: str = Field(description="Whom to ask for access; may be empty.")
    csrf_token: str = Field(description="Send it in the header X-CSRF-Token of every write; empty for an API token.")
    must_change_password: bool = Field(description="Until then nothing else is allowed.")
    version: str


class PasswordChange(_Request):
    old_password: str = Field(min_length=1, max_length=MAX_PASSWORD)
    new_password: str = Field(description="12 to 512 characters.")


class NewToken(_Request):
    name: TokenName
    expires_in_days: int | None = Field(None, ge=1, description="Empty: FINCC_GATEWAY_TOKEN_DAYS.")
    permissions: list[str] | None = Field(None, max_length=100, description="Empty: all that its owner has.")
    node: NodeId | None = Field(
        None, description="It works at this node and below alone; empty: wherever its owner may."
    )


class TokenRename(_Request):
    name: TokenName


class Rotation(_Request):
    overlap_hours: float = Field(24, ge=0, le=168, description="So long the secret before works, too.")


class Token(BaseModel):
    id: str
    name: str
    last4: str
    permissions: list[str] | None = Field(description="Null: all that its owner has.")
    node: Place | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None = Field(description="Until then the secret before the last rotation works, too.")


class CreatedToken(Token):
    token: str = Field(description="The secret; it cannot be shown again.")


class Tokens(BaseModel):
    items: list[Token]
    default_days: int = Field(description="Days until a token expires when nothing is said.")
    max_days: int


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


class RolePermission(BaseModel):
    name: str
    about: str
    at_nodes: bool = Field(description="Whether it can hold at a node; else it takes the role everywhere.")


class Role(BaseModel):
    name: str
    title: str
    about: str
    permissions: list[RolePermission]


class Roles(BaseModel):
    items: list[Role]
    permissions: list[RolePermission]
    may_give_everywhere: bool
    may_give_at: list[Place] = Field(description="The nodes at and below which the asker may give roles.")


class NewBinding(_Request):
    user: Name | None = Field(None, description="Id or name of a user; or else `group`.")
    group: Name | None = Field(None, description="Name of a group as the identity provider writes it.")
    role: Name
    node: NodeId | None = Field(None, description="Node of the hierarchy; empty: everything.")


class Principal(BaseModel):
    kind: Literal["user", "group"]
    id: str
    name: str
    display_name: str | None
    is_disabled: bool


class BindingRole(BaseModel):
    name: str
    title: str


class Binding(BaseModel):
    id: str
    principal: Principal
    role: BindingRole
    node: Place | None = Field(description="Null: everything.")
    gives: list[str] = Field(description="The permissions it gives today.")
    note: str | None = Field(description="Why it gives less than its role.")
    why_not_remove: str | None = Field(description="Null: the asker may remove it.")
    created_at: datetime
    created_by: str | None


class Bindings(BaseModel):
    items: list[Binding]
    hidden: int = Field(description="Bindings at places the asker may not see.")


class GivenBy(BaseModel):
    binding_id: str
    group: str | None = Field(description="The group it comes by; null: it is the user's own.")
    role: BindingRole
    node: Place | None
    way: list[str] = Field(description="Names from the binding's node down to the asked one.")


class Explained(BaseModel):
    """Whom an explanation is about."""

    id: str
    name: str


class AccessExplanation(BaseModel):
    user: Explained
    permission: str
    about: str
    node: Place | None
    allowed: bool
    given_by: list[GivenBy]
    missing: list[str]


class NewUser(_Request):
    name: UserName = Field(description="What the user signs in with; stored in lower case.")
    display_name: Name | None = None
    email: Name | None = None


class UserChange(_Request):
    is_disabled: bool


class UserInList(BaseModel):
    id: str
    name: str
    display_name: str | None
    email: str | None
    groups: list[str]
    issuer: str | None = Field(description="The identity provider; null: signs in with a password here.")
    is_disabled: bool
    must_change_password: bool
    last_sign_in_at: datetime | None
    sessions: int | None = Field(description="Open ones; null for an asker who may not see it.")
    created_at: datetime


class Users(BaseModel):
    items: list[UserInList]


class InitialPassword(BaseModel):
    id: str
    password: str = Field(description="Shown once; it has to be changed at the first sign-in.")


class EndedSessions(BaseModel):
    ended: int


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
