"""What is known of all services together: their readiness, and their routes as one OpenAPI document."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from typing import Any

import orjson

from fincc.common.topology import SERVICES
from fincc.gateway.domain.openapi import Document, merge
from fincc.gateway.errors import ServiceDown
from fincc.gateway.peers import Peers

GATEWAY = "gateway"
STATUS_TIMEOUT_S = 2.0
DOCUMENT_TIMEOUT_S = 10.0
DOCUMENT_LIFETIME_S = 60.0


async def service_status(peers: Peers, own_reasons: list[str]) -> list[dict[str, Any]]:
    """{name, ready, reason} of each service; all are asked at once."""
    others = [spec.name for spec in SERVICES if spec.name != GATEWAY]
    answers = await asyncio.gather(*(_readiness(peers, name) for name in others))
    reasons = {GATEWAY: own_reasons, **dict(zip(others, answers, strict=True))}
    return [
        {"name": s.name, "ready": not reasons[s.name], "reason": "; ".join(reasons[s.name]) or None} for s in SERVICES
    ]


async def _readiness(peers: Peers, name: str) -> list[str]:
    try:
        _, body = await peers.get_json(name, "/readyz", STATUS_TIMEOUT_S)
    except ServiceDown as down:
        return [down.detail]
    return [] if body.get("ready") else [str(r) for r in body.get("reasons", [])] or ["it does not say why"]


class MergedDocument:
    """The OpenAPI document of all services, made anew once a minute; `x-missing` lists services that are down."""

    def __init__(self, peers: Peers, own: Callable[[], Document], version: str) -> None:
        self._peers, self._own, self._version = peers, own, version
        self._documents: dict[str, Document] = {}
        self._made_at = float("-inf")
        self._lock = asyncio.Lock()
        self.body, self.etag = b"", ""

    async def refresh(self) -> None:
        """After this, `body` (JSON) and `etag` are at most a minute old."""
        async with self._lock:
            if time.monotonic() - self._made_at < DOCUMENT_LIFETIME_S:
                return
            await asyncio.gather(*(self._fetch(spec.name, spec.prefix) for spec in SERVICES))
            known = {s.name: self._documents[s.name] for s in SERVICES if s.name in self._documents}
            merged = merge(known, "FinOps Command Center", self._version)
            missing = [s.name for s in SERVICES if s.name not in known]
            if missing:
                merged["info"]["x-missing"] = missing
            self.body = orjson.dumps(merged)
            self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'
            self._made_at = float("-inf") if missing else time.monotonic()

    async def _fetch(self, name: str, prefix: str) -> None:
        if name == GATEWAY:
            self._documents[name] = self._own()
            return
        try:
            status, document = await self._peers.get_json(name, f"{prefix}/openapi.json", DOCUMENT_TIMEOUT_S)
        except ServiceDown:
            return  # the last one it gave stays, else it is missing
        if status == 200:
            self._documents[name] = document
