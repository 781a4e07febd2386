"""Saved views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from fincc.gateway.schemas.parts import Request

ViewName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class NewView(Request):
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
