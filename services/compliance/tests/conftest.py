"""Compliance on a real database, without a bus loop: messages are handed over one by one, jobs run when told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from fincc.common.archive import ArchiveWriter
from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.batches import decode
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import FrozenClock
from fincc.common.contents import Contents
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.keyring import Keyring, new_key
from fincc.common.objects import ObjectStore
from fincc.common.service import Resources, Service
from fincc.common.settings import CommonSettings
from fincc.common.testing.database import emptied, fresh_database
from fincc.common.testing.factories import cost_rows, message, snapshot_messages
from fincc.compliance.app import create_service
from fincc.compliance.tables import metadata, state

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)

POLICY = """
required:
  - key: team
    also: [squad]
  - key: env
    values: [prod, dev]
untaggable:
  types: ["ec2:network-interface"]
"""


def on(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


@dataclass
class Compliance:
    service: Service
    resources: Resources
    client: httpx.AsyncClient
    signer: SubjectSigner

    async def deliver(self, *envelopes: Envelope, topic: str = "enriched-cost") -> None:
        handlers = {c.topic: c.handler for c in self.service.consumers}
        for envelope in envelopes:
            await handlers[topic](message(topic, envelope))

    async def bill(
        self,
        rows: Mapping[str, Sequence[Any]],
        period: str = "2026-11",
        version: int = 1,
        source: str = "src",
        owner: Mapping[str, Any] | None = None,
        **seal: Any,
    ) -> None:
        """A sealed snapshot, archived as ingestion does it."""
        given = {"delivered_at": NOW, **seal}
        messages = snapshot_messages(
            source,
            period,
            version,
            rows,
            parts=min(2, len(rows["BilledCost"])),
            owner=owner or {},
            source_name="aws",
            **given,
        )
        writer = ArchiveWriter(ObjectStore(self.resources.objects.root, "ingestion"), source, period, version)
        for m in messages[:-1]:
            data = m.cost.part.batch.focus_ipc
            writer.append(m.cost.part.seq, data, Contents.of(decode(data)))
        writer.close()
        await self.deliver(*messages)

    async def job(self, name: str) -> Any:
        return await next(j for j in self.service.jobs if name in j.name).run()

    async def scan(self) -> None:
        await self.job("judge")

    async def ask(
        self,
        method: str,
        path: str,
        status: int = 200,
        nodes: frozenset[str] | None = None,
        permissions: frozenset[str] = ALL_PERMISSIONS,
        **given: Any,
    ) -> Any:
        headers = {
            HEADER: self.signer.sign(Subject("usr_1", "Ada", permissions, nodes)),
            **given.pop("headers", {}),
        }
        response = await self.client.request(method, f"/api/compliance/v1/{path}", headers=headers, **given)
        assert response.status_code == status, response.text
        is_json = response.content and "json" in response.headers.get("content-type", "")
        return response.json() if is_json else response.text

    async def get(self, path: str, status: int = 200, nodes: frozenset[str] | None = None, **params: Any) -> Any:
        return await self.ask("GET", path, status, nodes, params=params)

    @asynccontextmanager
    async def with_keys(self, *keys: str) -> AsyncIterator[Compliance]:
        """The service started again with these keys of secrets."""
        resources = replace(self.resources, keyring=Keyring.parse("\n".join(keys)))
        service = create_service(resources)
        transport = httpx.ASGITransport(service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://compliance") as client:
            yield Compliance(service, resources, client, self.signer)

    async def publish(self, document: str = POLICY, status: int = 200, if_match: int | None = None) -> Any:
        headers = {} if if_match is None else {"If-Match": f'"{if_match}"'}
        return await self.ask("PUT", "policies/active", status, content=document, headers=headers)

    async def found(self, **params: Any) -> dict[str, Any]:
        """Findings by resource id."""
        answer = await self.get("findings", **params)
        return {item["resource_id"]: item for item in answer["items"]}


def usage(n: int, **values: Any) -> dict[str, list[Any]]:
    """`n` records of the first days of November; resources and tags as given."""
    given = {"ChargePeriodStart": [on(1 + i % 20) for i in range(n)], **values}
    return cost_rows(n, **given)


@pytest.fixture(scope="session")
def compliance_dsn(postgres_dsn: str) -> Iterator[str]:
    with fresh_database(postgres_dsn, "compliance") as dsn:
        yield dsn


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def compliance(compliance_dsn: str, tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Compliance]:
    private, public = new_key_pair()
    async with emptied(compliance_dsn, "compliance", metadata) as database:
        async with database.write() as session:
            await session.execute(state.insert().values())
        resources = Resources(
            CommonSettings(data_dir=tmp_path),
            database,
            ObjectStore(str(tmp_path / "objects"), "compliance"),
            MemoryBus(),
            clock,
            SubjectVerifier(public),
            None,
            Keyring.parse(new_key()),
        )
        service = create_service(resources)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(service.app), base_url="http://compliance"
        ) as client:
            yield Compliance(service, resources, client, SubjectSigner(private))


def days_before(days: int) -> date:
    return TODAY - timedelta(days=days)


async def newest(compliance: Compliance, n: int) -> list[dict[str, Any]]:
    """Oldest first."""
    items: list[dict[str, Any]] = (await compliance.get("audit", limit=n))["items"]
    return items[::-1]
