"""Requests to the routes of ingestion as somebody with chosen permissions."""

from __future__ import annotations

from typing import Any

import httpx

from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner


class Asker:
    def __init__(self, client: httpx.AsyncClient, signer: SubjectSigner) -> None:
        self._client, self._signer = client, signer

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        permissions: frozenset[str] = ALL_PERMISSIONS,
        params: dict[str, Any] | None = None,
    ) -> httpx.Response:
        headers = {HEADER: self._signer.sign(Subject("usr_1", "Ada", permissions))}
        return await self._client.request(method, path, json=body, params=params, headers=headers)
