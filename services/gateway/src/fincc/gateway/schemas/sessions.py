"""Signing in and out, and where one is signed in."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from fincc.gateway.domain.credentials import MAX_PASSWORD
from fincc.gateway.schemas.parts import Request


class SignIn(Request):
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
