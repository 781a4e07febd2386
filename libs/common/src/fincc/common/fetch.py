"""Small JSON documents of other hosts: bounded in time and size, and never anywhere but where we asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

MAX_BYTES = 1024 * 1024


class FetchFailed(Exception):
    """No document came back; the text says from where and why, and holds no secret."""


def open_client() -> httpx.AsyncClient:
    """Follows no redirect. Proxies and certificates of the environment count (HTTPS_PROXY, SSL_CERT_FILE)."""
    return httpx.AsyncClient(follow_redirects=False, timeout=None, headers={"accept": "application/json"})


async def fetch_json(
    client: httpx.AsyncClient,
    url: str,
    timeout_s: float,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """(status, object) of a GET, or of a POST of `form`; the whole exchange has `timeout_s`. Raises FetchFailed."""
    request = client.build_request("GET" if form is None else "POST", url, data=form, headers=headers)
    where = f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.path}"
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            answer = await client.send(request, stream=True)
            try:
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise FetchFailed(f"{where} sent more than {MAX_BYTES} bytes")
            finally:
                await answer.aclose()
    except TimeoutError as error:
        raise FetchFailed(f"{where} did not answer within {timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchFailed(f"{where} could not be reached ({type(error).__name__})") from error
    if answer.is_redirect:
        raise FetchFailed(f"{where} answered with a redirect, which is not followed")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FetchFailed(f"{where} answered {answer.status_code} with something that is not JSON") from error
    if not isinstance(document, dict):
        raise FetchFailed(f"{where} answered {answer.status_code} with JSON that is no object")
    return answer.status_code, document
