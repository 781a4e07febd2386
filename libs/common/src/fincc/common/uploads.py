"""Documents that people send: bounded, and on top of the version that they have seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request

from fincc.common.problem import Invalid

UPLOAD = 1 << 30
"""`max_body_size` of a route that reads its body by `read_body`, with a limit of its own."""

_DIGITS = 18

IfMatch = Annotated[
    str | None,
    Header(description="The version that was seen, in quotes, as its GET gave it; 412 when another one is active."),
]


def seen_version(if_match: str | None) -> int | None:
    """None when any will do."""
    text = (if_match or "*").strip().strip('"')
    if text == "*":
        return None
    if not is_version(text):
        raise Invalid(f"If-Match {if_match!r}: expected a version in quotes, as the GET gave it")
    return int(text)


def is_version(text: str) -> bool:
    """Whether it can be a version's number at all: one that PostgreSQL's bigint holds."""
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


async def read_body(request: Request, limit: int, refusal: type[Invalid]) -> bytes:
    """The body as sent. Raises `refusal` when it is larger than `limit` bytes."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise refusal(f"the file is larger than {limit:,} bytes; split it or raise the limit in the settings")
    return bytes(content)
