"""The business hierarchy and the service catalog as of a day: Business Group > Business Unit > Team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from fincc.common.permissions import Scope
from fincc.common.rules import places

GROUP, UNIT, TEAM = "business_group", "business_unit", "team"
TYPES = (GROUP, UNIT, TEAM)


@dataclass(frozen=True)
class Node:
    """One node, valid from `valid_from` on, up to but not including `valid_to`; None is open."""

    id: str
    name: str
    type: str
    parent_id: str | None
    owner_email: str | None
    cost_center: str | None
    valid_from: date | None
    valid_to: date | None

    def is_valid(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Catalog:
    """One version of the catalog document: nodes with their days, and the names of services."""

    version: int
    nodes: tuple[Node, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    service_teams: Mapping[str, str] = field(default_factory=dict)
    _asked: dict[date, Hierarchy] = field(default_factory=dict, init=False, repr=False, compare=False)

    def as_of(self, day: date) -> Hierarchy:
        """Made once, as long as it is asked for the same day."""
        found = self._asked.get(day)
        if found is None:
            self._asked.clear()
            found = Hierarchy(self.version, day, [n for n in self.nodes if n.is_valid(day)], dict(self.services))
            self._asked[day] = found
        return found


def parse_catalog(version: int, document: Mapping[str, Any]) -> Catalog:
    """Raises ValueError, KeyError or TypeError for a document of another shape."""
    nodes = tuple(
        Node(
            n["id"],
            n.get("name") or n["id"],
            n["type"],
            n.get("parent_id"),
            n.get("owner_email"),
            n.get("cost_center"),
            _day(n.get("valid_from")),
            _day(n.get("valid_to")),
        )
        for n in document.get("nodes", ())
    )
    unknown = sorted({n.type for n in nodes} - set(TYPES))
    if unknown:
        raise ValueError(f"node type {unknown[0]!r}: expected one of {', '.join(TYPES)}")
    services = list(document.get("services", ()))
    names = {s["id"]: s.get("name") or s["id"] for s in services}
    return Catalog(version, nodes, names, {s["id"]: s["team"] for s in services if s.get("team")})


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


class Hierarchy:
    """The nodes of one day with their relations."""

    def __init__(self, version: int, day: date, nodes: Iterable[Node], services: Mapping[str, str]) -> None:
        self.version, self.day, self.services = version, day, services
        self.nodes = {n.id: n for n in nodes}

    @cached_property
    def _paths(self) -> Mapping[str, tuple[Node, ...]]:
        return {id_: self._climb(id_) for id_ in self.nodes}

    def _climb(self, node_id: str | None) -> tuple[Node, ...]:
        out: list[Node] = []
        while node_id is not None and node_id in self.nodes and len(out) < len(self.nodes):
            node = self.nodes[node_id]
            out.insert(0, node)
            node_id = node.parent_id
        return tuple(out)

    @cached_property
    def _teams(self) -> Mapping[str, frozenset[str]]:
        below: dict[str, set[str]] = {}
        for node in self.of_type(TEAM):
            for ancestor in self.path(node.id):
                below.setdefault(ancestor.id, set()).add(node.id)
        return {id_: frozenset(teams) for id_, teams in below.items()}

    def path(self, node_id: str | None) -> Sequence[Node]:
        """The node and its ancestors, the topmost first; empty for an id nobody knows."""
        return () if node_id is None else self._paths.get(node_id, ())

    def ancestor(self, node_id: str | None, kind: str) -> Node | None:
        """The node's ancestor of a type, or the node itself."""
        return next((n for n in self.path(node_id) if n.type == kind), None)

    def name(self, node_id: str) -> str:
        node = self.nodes.get(node_id)
        return node.name if node else node_id

    def service_name(self, service_id: str) -> str:
        return self.services.get(service_id, service_id)

    def teams_below(self, node_ids: Iterable[str]) -> frozenset[str]:
        """All teams at or below these nodes."""
        return frozenset().union(*(self._teams.get(id_, frozenset()) for id_ in node_ids))

    def visible(self, permitted: Scope) -> Sequence[Node]:
        """The nodes at or below the permitted ones, and those on the way to them; None is everything."""
        return places.visible(permitted, self.nodes.values(), self.path)

    def seen_by(self, permitted: Scope) -> Hierarchy:
        """As somebody with that scope may know it: what is beside it is not there, and neither are names of services."""
        return self if permitted is None else Hierarchy(self.version, self.day, self.visible(permitted), {})

    def of_type(self, kind: str) -> Sequence[Node]:
        return [n for n in self.nodes.values() if n.type == kind]
