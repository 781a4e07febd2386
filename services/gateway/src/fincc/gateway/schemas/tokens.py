"""The own API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from fincc.gateway.schemas.parts import NodeId, Place, Request

TokenName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewToken(Request):
    name: TokenName
    expires_in_days: int | None = Field(None, ge=1, description="Empty: FINCC_GATEWAY_TOKEN_DAYS.")
    permissions: list[str] | None = Field(None, max_length=100, description="Empty: all that its owner has.")
    node: NodeId | None = Field(
        None, description="It works at this node and below alone; empty: wherever its owner may."
    )


class TokenRename(Request):
    name: TokenName


class Rotation(Request):
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
