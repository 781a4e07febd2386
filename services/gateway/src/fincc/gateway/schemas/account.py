"""The own password."""

from __future__ import annotations

from pydantic import Field

from fincc.gateway.domain.credentials import MAX_PASSWORD
from fincc.gateway.schemas.parts import Request


class PasswordChange(Request):
    old_password: str = Field(min_length=1, max_length=MAX_PASSWORD)
    new_password: str = Field(description="12 to 512 characters.")
