"""Tag policies: which tags a resource must have, and what is wrong with those it has.

Finder, scorecard and deployment gate apply `judge`, so that all three give the same verdict. Spellings of keys and values
count as the attribution rules count them (`rules.tags`): what is attributed by a tag is not reported as lacking it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import re2

from fincc.common.rules.patterns import compile_regex
from fincc.common.rules.tags import ValueStyle, is_blank, normalise_key, normalise_value, order_spellings
from fincc.common.yaml_files import Item, Reader, read_yaml

MISSING, EMPTY, NOT_ALLOWED = "missing", "empty", "not allowed"
TEAMS = "teams"
"""Stands for the teams of the hierarchy where a list of allowed values is expected."""

SCOPE_COLUMNS = ("SubAccountId", "ServiceName", "RegionId", "ResourceType")
_MOST_REQUIRED = 50
_LONGEST_PATTERN = 500
_STYLE = ValueStyle(affixes=("team",))


@dataclass(frozen=True)
class Required:
    """A tag that must be there. `also`: other keys that count as this one, in the order of preference. `values`: allowed
    ones, `teams` for those of the hierarchy, None for any. `where`: the resources it is asked of, by column; empty is
    all."""

    key: str
    also: tuple[str, ...] = ()
    values: tuple[str, ...] | str | None = None
    pattern: str | None = None
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def concerns(self, resource: Mapping[str, str | None]) -> bool:
        return all(resource.get(column) in allowed for column, allowed in self.where.items())


@dataclass(frozen=True)
class TagPolicy:
    """`untaggable_types`, `untaggable_services`: what cannot have tags at all, and is no finding."""

    required: tuple[Required, ...] = ()
    untaggable_types: frozenset[str] = frozenset()
    untaggable_services: frozenset[str] = frozenset()

    def spellings(self, literal_keys: Sequence[str]) -> list[list[str]]:
        """For each required tag, those of the keys that count as it, the preferred one first."""
        return [order_spellings(r.key, r.also, literal_keys) for r in self.required]


@dataclass(frozen=True, slots=True)
class Violation:
    """`found_key`, `found_value`: what the resource has in its place, None when nothing."""

    key: str
    verdict: str
    found_key: str | None = None
    found_value: str | None = None


class Judge:
    """A policy with the teams there are, made ready for many resources. `teams`: their ids and names."""

    def __init__(self, policy: TagPolicy, teams: Sequence[str] = ()) -> None:
        self.policy = policy
        self._allowed = [_allowed(required, teams) for required in policy.required]
        self._patterns = [compile_regex(r.pattern) if r.pattern is not None else None for r in policy.required]

    def judge(self, resource: Mapping[str, str | None], tags: Mapping[str, str | None]) -> tuple[Violation, ...]:
        """What is wrong with a resource, given the columns SCOPE_COLUMNS and its tags by their literal keys."""
        found: list[Violation] = []
        spellings = self.policy.spellings(list(tags))
        for place, required in enumerate(self.policy.required):
            if required.concerns(resource):
                wrong = self._check(place, required, [(key, tags[key]) for key in spellings[place]])
                if wrong is not None:
                    found.append(wrong)
        return tuple(found)

    def _check(self, place: int, required: Required, tagged: list[tuple[str, str | None]]) -> Violation | None:
        """The first key that says something counts; blank ones only where there is no other."""
        if not tagged:
            return Violation(required.key, MISSING)
        key, value = next(((k, v) for k, v in tagged if not is_blank(v)), tagged[0])
        if value is None or is_blank(value):
            return Violation(required.key, EMPTY, key, value)
        allowed, pattern = self._allowed[place], self._patterns[place]
        is_good = allowed is None or normalise_value(value, _STYLE) in allowed
        if is_good and (pattern is None or pattern.fullmatch(value)):
            return None
        return Violation(required.key, NOT_ALLOWED, key, value)


def _allowed(required: Required, teams: Sequence[str]) -> frozenset[str] | None:
    if required.values is None:
        return None
    words = teams if isinstance(required.values, str) else required.values
    return frozenset(normalise_value(word, _STYLE) for word in words)


def read_policy(data: str | bytes, source: str = "policy.yaml") -> TagPolicy:
    """Raises DocumentError with the lines of all mistakes."""
    reader = Reader(source)
    top = reader.mapping(read_yaml(data, source), "the document", ["required"], ["untaggable"])
    items = reader.sequence(top.get("required"), "required")
    read = [(item, _required(reader, item)) for item in items[:_MOST_REQUIRED]]
    required = [(item, found) for item, found in read if found is not None]
    if "required" in top and not items:
        reader.refuse(top["required"], "required must name at least one tag")
    if len(items) > _MOST_REQUIRED:
        reader.refuse(items[_MOST_REQUIRED], f"more than {_MOST_REQUIRED} required tags")
    seen: dict[str, Required] = {}
    for item, found in required:
        for key in (found.key, *found.also):
            other = seen.setdefault(normalise_key(key), found)
            if other is not found:
                reader.refuse(item, f"the key {key!r} counts as {other.key!r} already")
    untaggable = (
        reader.mapping(top["untaggable"], "untaggable", [], ["types", "services"]) if "untaggable" in top else {}
    )
    policy = TagPolicy(
        tuple(found for _, found in required),
        frozenset(_texts(reader, untaggable.get("types"), "untaggable types")),
        frozenset(_texts(reader, untaggable.get("services"), "untaggable services")),
    )
    reader.finish()
    return policy


def _required(reader: Reader, item: Item) -> Required | None:
    entries = reader.mapping(item, "a required tag", ["key"], ["also", "values", "pattern", "where"])
    key = reader.text(entries.get("key"), "key")
    if key is None:
        return None
    values: tuple[str, ...] | str | None = None
    given = entries.get("values")
    if given is not None and given.value == TEAMS:
        values = TEAMS
    elif given is not None:
        values = tuple(_texts(reader, given, f"values (a list, or {TEAMS})"))
        if isinstance(given.value, list) and not given.value:
            reader.refuse(given, "values must name at least one, or be left out")
    return Required(
        key,
        tuple(_texts(reader, entries.get("also"), "also")),
        values,
        _pattern(reader, entries.get("pattern")),
        _where(reader, entries.get("where")),
    )


def _texts(reader: Reader, item: Item | None, what: str) -> list[str]:
    texts = [reader.text(entry, what) for entry in reader.sequence(item, what)]
    return [text for text in texts if text is not None]


def _pattern(reader: Reader, item: Item | None) -> str | None:
    text = None if item is None else reader.exact_text(item, "pattern")
    if item is None or text is None:
        return None
    if len(text) > _LONGEST_PATTERN:
        reader.refuse(item, f"the pattern is longer than {_LONGEST_PATTERN} characters")
        return None
    try:
        compile_regex(text)
    except re2.error as error:
        reader.refuse(item, f"the pattern is no regular expression: {error}")
        return None
    return text


def _where(reader: Reader, item: Item | None) -> dict[str, frozenset[str]]:
    if item is None:
        return {}
    entries = reader.mapping(item, "where", [], SCOPE_COLUMNS)
    return {column: frozenset(_texts(reader, values, column)) for column, values in entries.items()}
