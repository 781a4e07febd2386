"""The one table of services and topics. Gateway routes, Helm values, images, docs and topic creation are checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from fincc.common.service import Resources, Service

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class TopicSpec:
    """A topic: `retention_ms` of None means compacted, kept for ever; `body` is the field of the envelope it carries."""

    name: str
    body: str
    partitions: int
    retention_ms: int | None


@dataclass(frozen=True)
class ServiceSpec:
    """A service: its name is also its module, database schema, role and consumer group."""

    name: str
    title: str
    pillar: int | None
    port: int
    consumes: tuple[str, ...]
    produces: tuple[str, ...]

    @property
    def prefix(self) -> str:
        return f"/api/{self.name}/v1"

    @property
    def roles(self) -> tuple[str, ...]:
        """What is scaled apart: who answers and who works. The gateway's jobs are about its own answers, and stay there."""
        return ("api",) if self.pillar is None else ("api", "worker")

    @property
    def calls(self) -> tuple[str, ...]:
        """Whom it asks over HTTP: the gateway passes requests on, services learn of each other by topics alone."""
        return tuple(s.name for s in SERVICES if s is not self) if self.pillar is None else ()

    def create(self, resources: Resources) -> Service:
        """Import the service's package and build it; nothing of a service is imported before this."""
        module = import_module(f"fincc.{self.name}.app")
        factory = cast("Callable[[Resources], Service]", module.create_service)
        return factory(resources)


TOPICS: tuple[TopicSpec, ...] = (
    TopicSpec("raw-cost", "cost", partitions=12, retention_ms=7 * DAY_MS),
    TopicSpec("enriched-cost", "cost", partitions=12, retention_ms=7 * DAY_MS),
    TopicSpec("metrics", "metric", partitions=6, retention_ms=7 * DAY_MS),
    TopicSpec("cost-ledger", "ledger", partitions=3, retention_ms=None),
    TopicSpec("catalog", "document", partitions=1, retention_ms=None),
    TopicSpec("ownership", "document", partitions=1, retention_ms=None),
)

SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("gateway", "Gateway", None, 8080, ("catalog",), ()),
    ServiceSpec("ingestion", "Universal Connector", 1, 8081, (), ("raw-cost", "metrics", "cost-ledger")),
    ServiceSpec(
        "attribution",
        "Attribution Engine",
        2,
        8082,
        ("raw-cost",),
        ("enriched-cost", "ownership", "catalog", "cost-ledger"),
    ),
    ServiceSpec("cockpit", "Cockpit", 6, 8083, ("enriched-cost", "ownership", "catalog", "cost-ledger"), ()),
    ServiceSpec(
        "compliance",
        "Tagging Compliance Engine",
        3,
        8084,
        ("enriched-cost", "ownership", "catalog"),
        (),
    ),
)


def get_service(name: str) -> ServiceSpec:
    """The row of `name`; a KeyError names the services there are."""
    for spec in SERVICES:
        if spec.name == name:
            return spec
    raise KeyError(f"no service {name!r}; there are {', '.join(s.name for s in SERVICES)}")


def get_topic(name: str) -> TopicSpec:
    for spec in TOPICS:
        if spec.name == name:
            return spec
    raise KeyError(f"no topic {name!r}; there are {', '.join(t.name for t in TOPICS)}")
