"""The public keys of signed subjects, for the services, which know nobody else to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from fincc.common.jwks import key_set


def key_routes(public_pems: Sequence[str]) -> APIRouter:
    """The key that signs now, and those that did or will. Raises ValueError for what is no such key."""
    routes = APIRouter()
    document = key_set(public_pems)

    @routes.get("/.well-known/jwks.json", include_in_schema=False)
    async def get_keys(response: Response) -> dict[str, Any]:
        response.headers["Cache-Control"] = "public, max-age=5"
        return document

    return routes
