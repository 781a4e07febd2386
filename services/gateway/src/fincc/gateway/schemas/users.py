"""Users, as others see and change them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from fincc.gateway.schemas.parts import Name, Request

UserName = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=200, pattern=r"^[^\s/]+$")]


class NewUser(Request):
    name: UserName = Field(description="What the user signs in with; stored in lower case.")
    display_name: Name | None = None
    email: Name | None = None


class UserChange(Request):
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
