"""The business hierarchy: Business Group > Business Unit > Team, each node valid for a half-open interval of dates.

An id stands for the same node for ever; when its name or parent changes it has several intervals. `None` as
`valid_from` is "since ever", as `valid_to` "until further notice".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from fincc.common.permissions import Scope
from fincc.common.rules import places
from fincc.common.yaml_files import DocumentError, Problem

BUSINESS_GROUP, BUSINESS_UNIT, TEAM = "business_group", "business_unit", "team"
LEVELS = (BUSINESS_GROUP, BUSINESS_UNIT, TEAM)
PARENT_TYPE = {BUSINESS_UNIT: BUSINESS_GROUP, TEAM: BUSINESS_UNIT}
FIELDS = ("id", "name", "type", "parent_id", "owner_email", "cost_center", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Node:
    """One node during one interval [valid_from, valid_to)."""

    id: str
    name: str
    type: str
    parent_id: str | None = None
    owner_email: str | None = None
    cost_center: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def start(self) -> date:
        return self.valid_from or date.min

    @property
    def end(self) -> date:
        return self.valid_to or date.max

    def is_valid_on(self, day: date) -> bool:
        return self.start <= day < self.end

    def is_same_but_for_dates(self, other: Node) -> bool:
        return replace(self, valid_from=None, valid_to=None) == replace(other, valid_from=None, valid_to=None)


@dataclass(frozen=True)
class Hierarchy:
    """All nodes, ordered by level, id and start. Built by `hierarchy_files`, which checks it, and by `merge`."""

    nodes: tuple[Node, ...] = ()
    _by_id: dict[str, list[Node]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.nodes, key=lambda n: (LEVELS.index(n.type), n.id, n.start))
        by_id: dict[str, list[Node]] = {}
        for node in ordered:
            by_id.setdefault(node.id, []).append(node)
        object.__setattr__(self, "nodes", tuple(ordered))
        object.__setattr__(self, "_by_id", by_id)

    def __bool__(self) -> bool:
        return bool(self.nodes)

    @property
    def starts_on(self) -> date | None:
        """The first day on which any node is valid; None when a node is valid since ever, or there is none."""
        first = min((n.start for n in self.nodes), default=date.min)
        return None if first == date.min else first

    def as_of(self, day: date) -> Hierarchy:
        """Only the nodes valid on `day`, each id at most once."""
        return Hierarchy(tuple(n for n in self.nodes if n.is_valid_on(day)))

    def latest(self) -> dict[str, Node]:
        """The last interval of every id, also of ids that have left."""
        return {node_id: entries[-1] for node_id, entries in self._by_id.items()}

    def find(self, node_id: str, on: date | None = None) -> Node | None:
        """The node on a day, or its last interval when no day is given."""
        entries = self._by_id.get(node_id, [])
        if on is None:
            return entries[-1] if entries else None
        return next((n for n in entries if n.is_valid_on(on)), None)

    def path(self, node_id: str, on: date | None = None) -> tuple[Node, ...]:
        """Business group, business unit, team down to the node; empty when the id is not known (on that day)."""
        node = self.find(node_id, on)
        if node is None:
            return ()
        return (*(self.path(node.parent_id, on) if node.parent_id else ()), node)

    def is_within(self, node_id: str | None, permitted: Scope) -> bool:
        """Whether a node is one of the permitted ones or below one; None permits everything, also no node."""
        return places.covers(permitted, () if node_id is None else self.path(node_id))

    def visible(self, permitted: Scope) -> list[Node]:
        """The nodes within the permitted ones, and those on the way to them."""
        return places.visible(permitted, self.nodes, self.path)

    def team_ids(self, on: date | None = None) -> frozenset[str]:
        """Ids of the teams valid on a day; without a day, of those that no date ends."""
        return frozenset(
            n.id for n in self.nodes if n.type == TEAM and (n.valid_to is None if on is None else n.is_valid_on(on))
        )

    def to_document(self) -> dict[str, object]:
        """A JSON document that `hierarchy_files.from_document` reads back to an equal hierarchy."""
        return {"nodes": [_node_document(n) for n in self.nodes]}


def _node_document(node: Node) -> dict[str, str | None]:
    values = ((name, getattr(node, name)) for name in FIELDS)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values}


@dataclass(frozen=True, slots=True)
class NodeChange:
    """What differs between the last intervals of one id: the names of the fields, dates among them."""

    before: Node
    after: Node
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HierarchyDiff:
    added: tuple[Node, ...]
    changed: tuple[NodeChange, ...]
    removed: tuple[Node, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def diff(old: Hierarchy, new: Hierarchy) -> HierarchyDiff:
    """Compares the last interval of every id. To compare what is valid on a day, give both `as_of` that day."""
    before, after = old.latest(), new.latest()
    changes = (NodeChange(b, after[i], _differing(b, after[i])) for i, b in before.items() if i in after)
    return HierarchyDiff(
        added=tuple(n for i, n in after.items() if i not in before),
        changed=tuple(c for c in changes if c.fields),
        removed=tuple(n for i, n in before.items() if i not in after),
    )


def _differing(before: Node, after: Node) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def merge(current: Hierarchy, incoming: Hierarchy, effective_from: date | None) -> Hierarchy:
    """What is valid after `incoming` replaces `current` from a date on: `current` before it, `incoming` from it.

    Intervals that reach over the date are closed on it, later ones dropped; a node that stays the same keeps one
    interval. With None, `incoming` replaces everything since ever. Raises DocumentError when an id changes its level:
    history would say that a team became a business unit.
    """
    if effective_from is None:
        return incoming
    day = effective_from
    _refuse_changed_levels(current, incoming)
    kept = _clip(current.nodes, lambda n: replace(n, valid_to=min(n.end, day)))
    new = _clip(incoming.nodes, lambda n: replace(n, valid_from=max(n.start, day)))
    return Hierarchy(tuple(_coalesce([*kept, *new])))


def _refuse_changed_levels(current: Hierarchy, incoming: Hierarchy) -> None:
    levels = {n.id: n.type for n in current.nodes}
    problems = [
        Problem(None, n.id, f"the id was a {levels[n.id]} so far and cannot become a {n.type}: choose another id")
        for n in incoming.nodes
        if levels.get(n.id, n.type) != n.type
    ]
    if problems:
        raise DocumentError("hierarchy", problems)


def _clip(nodes: Iterable[Node], cut: Callable[[Node], Node]) -> list[Node]:
    return [clipped for clipped in map(cut, nodes) if clipped.start < clipped.end]


def _coalesce(nodes: Iterable[Node]) -> list[Node]:
    """Joins intervals of one id that touch and differ in nothing but their dates."""
    ordered = sorted(nodes, key=lambda n: (n.id, n.start))
    out = ordered[:1]
    for before, node in pairwise(ordered):
        if before.id == node.id and before.valid_to == node.valid_from and before.is_same_but_for_dates(node):
            out[-1] = replace(out[-1], valid_to=node.valid_to)
        else:
            out.append(node)
    return out
