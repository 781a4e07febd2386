"""Owners of many attribution keys at once, on columns.

Each distinct value of a column is reduced to a class; each distinct combination of the comparisons that the classes
meet is given a plan, once; the plans are then followed by all rows together. No step depends on the number of rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.conditions import Comparison, comparisons
from fincc.attribution.domain.follow import Follower
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.matching import Labels
from fincc.attribution.domain.plan import Planner
from fincc.attribution.domain.resolve import ACCOUNT_COLUMN, NO_HIERARCHY, Outcome, Resolver
from fincc.attribution.domain.rule_set import ACCOUNT, SERVICE_TAG, TEAM_TAG, RuleSet
from fincc.attribution.domain.value_classes import ABSENT, ColumnClasses, Meaning, combinations, distinct
from fincc.common.batches import codes, compact, encode_text
from fincc.common.focus import TAG_PREFIX
from fincc.common.rules.tags import order_spellings


@dataclass(frozen=True)
class Owners:
    """`codes[i]` is the position in `outcomes` of the owner of row i (int32)."""

    outcomes: tuple[Outcome, ...]
    codes: Labels


class Evaluator:
    """The rules of one rule set, catalog and hierarchy, made ready to be applied to any number of batches.

    Targets are the teams valid on `as_of`, without it those whose validity has no end. Outcomes keep their codes for
    the life of the evaluator. Memory: what `Planner` (about 30 MB) and `ColumnClasses` remember. An evaluator is for
    one thread at a time.
    """

    def __init__(self, rule_set: RuleSet, catalog: Catalog, hierarchy: Hierarchy, as_of: date | None = None) -> None:
        self.resolver = Resolver(rule_set, catalog, hierarchy, as_of)
        numbered = _columns_read(self.resolver)
        number = {comparison: n for column in numbered.values() for n, comparison in column}
        self._columns = {column: self._column_classes(column, pairs) for column, pairs in numbered.items()}
        self._planner = Planner(self.resolver, self._columns, number)
        self._follower = Follower(self.resolver, self._columns, self._planner)
        self._codes: dict[Outcome, int] = {}
        self._known_owners: dict[tuple[int, ...], int] = {}

    def evaluate(self, keys: pa.RecordBatch) -> Owners:
        """The owner of every row. One row per attribution key; text columns by FOCUS id, and `Tags/<literal key>`.

        Columns that are absent are null. A canonical tag key takes the first value that says something in the order of
        `fincc.common.rules.tags.order_spellings`: spellings of the canonical key, then of each synonym in order.
        """
        if not self.resolver.has_hierarchy:
            code = self._code_of(Outcome(None, None, None, NO_HIERARCHY))
            return Owners(tuple(self._codes), np.full(keys.num_rows, code, np.int32))
        classes = {column: self._classify(column, keys) for column in self._columns}
        plan, rule = self._planner.plan(classes, keys.num_rows)
        # What else a plan depends on are the classes of a few columns, so most rows share their owner with many others.
        read = {column: classes[column] for column in self._follower.columns_read}
        group, first = distinct([plan, rule, *read.values()], keys.num_rows)
        owned = self._follower.follow({column: ids[first] for column, ids in read.items()}, plan[first], rule[first])
        same, example = distinct(owned + 1, len(first))
        found = [self._owner_code(numbers) for numbers in combinations(owned, example)]
        return Owners(tuple(self._codes), np.array(found, np.int32)[same][group])

    def columns_read(self, names: Iterable[str]) -> list[str]:
        """Those of the given columns that can change an owner; the others need not be decoded."""
        names = list(names)
        read = {literal for column in self._columns for literal in self._literals(column, names)}
        return [name for name in names if name in read]

    def _owner_code(self, numbers: tuple[int, ...]) -> int:
        code = self._known_owners.get(numbers)
        if code is None:
            code = self._known_owners[numbers] = self._code_of(self._follower.outcome(numbers))
        return code

    def _code_of(self, outcome: Outcome) -> int:
        return self._codes.setdefault(outcome, len(self._codes))

    def _classify(self, column: str, keys: pa.RecordBatch) -> Labels:
        """Class ids per row of a column of the rules; of several literal tags the first that is not ABSENT."""
        out = np.full(keys.num_rows, ABSENT, np.int32)
        for name in self._literals(column, keys.schema.names):
            values = encode_text(keys.column(name))
            if len(values.dictionary) > len(values):
                values = compact(values)
            # Null has code -1, which points to the appended element.
            of_value = np.append(self._columns[column].classify(values.dictionary), np.int32(ABSENT))
            out = np.where(out == ABSENT, of_value[codes(values)], out)
        return out

    def _literals(self, column: str, names: Iterable[str]) -> list[str]:
        """The columns of a batch that a column of the rules stands for, in order of preference."""
        key = self.resolver.rule_set.canonical_key(column)
        if key is None:
            return [name for name in names if name == column]
        tags = (name.removeprefix(TAG_PREFIX) for name in names if name.startswith(TAG_PREFIX))
        return [TAG_PREFIX + tag for tag in order_spellings(key, self.resolver.rule_set.tag_keys[key], tags)]

    def _column_classes(self, column: str, numbered: list[tuple[int, Comparison]]) -> ColumnClasses:
        resolver, key = self.resolver, self.resolver.rule_set.canonical_key(column)
        if key is not None:
            meaning = Meaning(
                text=lambda value: resolver.rule_set.canonical_value(key, value),
                team=lambda value: resolver.team_of_tag(key, value),
                service=lambda value: resolver.service_of_tag(key, value),
            )
            return ColumnClasses(numbered, meaning)
        if column == ACCOUNT_COLUMN:
            return ColumnClasses(numbered, Meaning(lambda value: value, resolver.team_of_account, lambda value: None))
        return ColumnClasses(numbered)


def _columns_read(resolver: Resolver) -> dict[str, list[tuple[int, Comparison]]]:
    """Every column that rules or components read, with its distinct comparisons, numbered over all columns."""
    conditions = [c for c in resolver.conditions if c is not None] + [c for _, c in resolver.components]
    found = dict.fromkeys(comparison for condition in conditions for comparison in comparisons(condition))
    out: dict[str, list[tuple[int, Comparison]]] = {}
    for number, comparison in enumerate(found):
        out.setdefault(comparison.column, []).append((number, comparison))
    for key in resolver.tag_keys(TEAM_TAG, SERVICE_TAG):
        out.setdefault(TAG_PREFIX + key, [])
    if any(rule.assign == ACCOUNT for rule in resolver.rules):
        out.setdefault(ACCOUNT_COLUMN, [])
    return out
