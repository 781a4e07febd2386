"""Filters of a query: `Dimension:op:value,value`. An empty value stands for records that have none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fincc.cockpit.domain.columns import GROUP_COLUMNS, RESOURCE_COLUMNS, is_tag
from fincc.common.hierarchy import GROUP, TEAM, UNIT, Hierarchy

OPS = ("in", "not_in", "prefix", "contains")
TEAM_DIMENSION = "x_TeamId"
LEVELS = {"x_BusinessGroupId": GROUP, "x_BusinessUnitId": UNIT, TEAM_DIMENSION: TEAM}
SOURCE = "x_SourceId"
_SHAPE = re.compile(r"^(?P<dimension>.+?):(?P<op>in|not_in|prefix|contains):(?P<values>.*)$", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")


@dataclass(frozen=True)
class Filter:
    """`in` and `not_in` compare exactly; `prefix` and `contains` ignore case and also look at names. None: has no value."""

    dimension: str
    op: str
    values: tuple[str | None, ...]

    def matches(self, value: str | None, name: str | None = None) -> bool:
        if self.op == "in":
            return value in self.values
        if self.op == "not_in":
            return value not in self.values
        texts = [t.lower() for t in (value, name) if t is not None]
        wanted = [v.lower() for v in self.values if v is not None]
        if self.op == "prefix":
            return any(t.startswith(w) for t in texts for w in wanted)
        return any(w in t for t in texts for w in wanted)

    def __str__(self) -> str:
        values = ",".join((v or "").replace(",", r"\,") for v in self.values)
        return f"{self.dimension}:{self.op}:{values}"


def is_dimension(name: str) -> bool:
    return name in GROUP_COLUMNS or name in RESOURCE_COLUMNS or name in LEVELS or name == SOURCE or is_tag(name)


def parse_filter(text: str) -> Filter:
    """Raises ValueError that says what was expected."""
    found = _SHAPE.match(text)
    if not found:
        raise ValueError(f"filter {text!r}: expected Dimension:op:value,… where op is one of {', '.join(OPS)}")
    if not is_dimension(found["dimension"]):
        raise ValueError(f"filter {text!r}: there is no dimension {found['dimension']!r}")
    values = tuple(v.replace(r"\,", ",") or None for v in _COMMA.split(found["values"]))
    if found["op"] in ("prefix", "contains") and None in values:
        raise ValueError(f"filter {text!r}: {found['op']} needs text to look for")
    return Filter(found["dimension"], found["op"], values)


@dataclass(frozen=True)
class TeamChoice:
    """Which teams an answer is about: those in scope, if there is one, that pass every filter on a level of the hierarchy."""

    hierarchy: Hierarchy
    in_scope: frozenset[str] | None
    filters: tuple[Filter, ...]

    @property
    def is_everybody(self) -> bool:
        return self.in_scope is None and not self.filters

    def has(self, team: str | None) -> bool:
        """None, Unattributable, lies under the root alone."""
        if self.in_scope is not None and team not in self.in_scope:
            return False
        return all(self._passes(f, team) for f in self.filters)

    def _passes(self, wanted: Filter, team: str | None) -> bool:
        node = self.hierarchy.ancestor(team, LEVELS[wanted.dimension])
        if node is None and wanted.dimension == TEAM_DIMENSION:
            return wanted.matches(team)
        return wanted.matches(node.id if node else None, node.name if node else None)


def named_ids(wanted: Filter, names: Mapping[str, str]) -> list[str]:
    """Ids whose name matches a `prefix` or `contains`; ids themselves are compared where the data is."""
    if wanted.op not in ("prefix", "contains"):
        return []
    return [id_ for id_, name in names.items() if wanted.matches(None, name)]
