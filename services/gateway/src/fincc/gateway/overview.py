"""What is known of all services together: their readiness, and their routes as one OpenAPI document."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson

from fincc.common.answers import Answer
from fincc.common.auth import HEADER
from fincc.common.topology import SERVICES, ServiceSpec, get_service
from fincc.gateway.domain.openapi import Document, merge
from fincc.gateway.domain.status import UNKNOWN, reasons, summary
from fincc.gateway.errors import ServiceDown
from fincc.gateway.peers import Peers

GATEWAY = "gateway"
STATUS_TIMEOUT_S = 2.0
DOCUMENT_TIMEOUT_S = 10.0
DOCUMENT_LIFETIME_S = 60.0


async def service_status(
    peers: Peers, own_reasons: list[str], own_processes: list[dict[str, Any]], subject: bytes
) -> list[dict[str, Any]]:
    """As `schemas.overview.ServiceStatus`, of each service; all are asked at once, on behalf of the signed `subject`."""
    others = [spec for spec in SERVICES if spec.name != GATEWAY]
    answers = await asyncio.gather(*(_ask(peers, spec, subject) for spec in others))
    own = {"ready": not own_reasons, "reason": "; ".join(own_reasons) or None, "latency_ms": None}
    found = {GATEWAY: {**own, **summary(own_processes)}} | {s.name: a for s, a in zip(others, answers, strict=True)}
    return [{"name": spec.name, "title": spec.title, **found[spec.name]} for spec in SERVICES]


async def _ask(peers: Peers, spec: ServiceSpec, subject: bytes) -> dict[str, Any]:
    (asked, latency_ms), reports = await asyncio.gather(
        _readiness(peers, spec.name), _processes(peers, spec.name, subject)
    )
    said = asked if reports is None else reasons(asked, reports, reads=bool(spec.consumes))
    return {
        "ready": not said,
        "reason": "; ".join(said) or None,
        "latency_ms": latency_ms,
        **(UNKNOWN if reports is None else summary(reports)),
    }


async def _readiness(peers: Peers, name: str) -> tuple[list[str], float | None]:
    """Why it is not ready, and the milliseconds it took to say so; None when it said nothing."""
    started = time.perf_counter()
    try:
        _, body = await peers.get_json(name, "/readyz", STATUS_TIMEOUT_S)
    except ServiceDown as down:
        return [down.detail], None
    latency_ms = round((time.perf_counter() - started) * 1000, 1)
    if body.get("ready"):
        return [], latency_ms
    return [str(r) for r in body.get("reasons", [])] or ["it does not say why"], latency_ms


async def _processes(peers: Peers, name: str, subject: bytes) -> list[dict[str, Any]] | None:
    """None when it cannot say: it is down, away from its database, or of a version that does not know."""
    try:
        path = f"{get_service(name).prefix}/workers"
        status, body = await peers.get_json(name, path, STATUS_TIMEOUT_S, headers={HEADER: subject.decode()})
    except ServiceDown:
        return None
    return list(body["items"]) if status == 200 else None


class MergedDocument:
    """The OpenAPI document of all services, made anew once a minute; `x-missing` lists services that are down."""

    def __init__(self, peers: Peers, own: Callable[[], Document], version: str) -> None:
        self._peers, self._own, self._version = peers, own, version
        self._documents: dict[str, Document] = {}
        self._made_at = float("-inf")
        self._lock = asyncio.Lock()
        self._answer = Answer.of(b"")

    async def get(self) -> Answer:
        """As JSON, at most a minute old."""
        async with self._lock:
            if time.monotonic() - self._made_at < DOCUMENT_LIFETIME_S:
                return self._answer
            await asyncio.gather(*(self._fetch(spec.name, spec.prefix) for spec in SERVICES))
            known = {s.name: self._documents[s.name] for s in SERVICES if s.name in self._documents}
            merged = merge(known, "FinOps Command Center", self._version)
            missing = [s.name for s in SERVICES if s.name not in known]
            if missing:
                merged["info"]["x-missing"] = missing
            self._answer = Answer.of(orjson.dumps(merged))
            self._made_at = float("-inf") if missing else time.monotonic()
            return self._answer

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
