"""What several resources take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


NodeId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Place(BaseModel):
    """A node of the hierarchy; `path` has the names from the top down to it, and is empty when it has left."""

    id: str
    name: str
    path: list[str]
