"""Owners of many attribution keys at once: values to classes, classes to owners, each distinct thing decided once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.conditions import Comparison, comparisons
from fincc.attribution.domain.decide import ACCOUNT_COLUMN, Decider
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.matching import Labels
from fincc.attribution.domain.resolve import NO_HIERARCHY, Outcome, Resolver
from fincc.attribution.domain.rule_set import ACCOUNT, SERVICE_TAG, TEAM_TAG, RuleSet
from fincc.attribution.domain.value_classes import ABSENT, ColumnClasses, Meaning, distinct
from fincc.common.batches import codes, compact, encode_text
from fincc.common.focus import TAG_PREFIX
from fincc.common.rules.tags import order_spellings

MEMO_TUPLES = 131_072


@dataclass(frozen=True)
class Owners:
    """`codes[i]` is the position in `outcomes` of the owner of row i (int32)."""

    outcomes: tuple[Outcome, ...]
    codes: Labels


class Evaluator:
    """The rules of one rule set, catalog and hierarchy, made ready to be applied to any number of batches.

    Targets are the teams valid on `as_of`, without it those whose validity has no end. Outcomes keep their codes for
    the life of the evaluator. Memory: at most MEMO_TUPLES decided tuples (about 30 MB), and what `ColumnClasses`
    remembers. An evaluator is for one thread at a time.
    """

    def __init__(self, rule_set: RuleSet, catalog: Catalog, hierarchy: Hierarchy, as_of: date | None = None) -> None:
        self.resolver = Resolver(rule_set, catalog, hierarchy, as_of)
        by_column, number = _number_comparisons(self.resolver)
        self._columns = {column: self._column_classes(column, numbered) for column, numbered in by_column.items()}
        self._decider = Decider(self.resolver, number, list(self._columns))
        self._memo: dict[tuple[int, ...], int] = {}
        self._codes: dict[Outcome, int] = {}

    def evaluate(self, keys: pa.RecordBatch) -> Owners:
        """The owner of every row. One row per attribution key; text columns by FOCUS id, and `Tags/<literal key>`.

        Columns that are absent are null. A canonical tag key takes the first value that says something in the order of
        `fincc.common.rules.tags.order_spellings`: spellings of the canonical key, then of each synonym in order.
        """
        rows = keys.num_rows
        if not self.resolver.has_hierarchy:
            code = self._code_of(Outcome(None, None, None, NO_HIERARCHY))
            return Owners(tuple(self._codes), np.full(rows, code, np.int32))
        classes = [self._classify(column, keys) for column in self._columns]
        inverse, first = distinct(classes, rows)
        tuples = zip(*(c[first].tolist() for c in classes), strict=True) if classes else [()] * len(first)
        found = np.fromiter((self._owner_of(t) for t in tuples), np.int32, len(first))
        return Owners(tuple(self._codes), found[inverse])

    def columns_read(self, names: Iterable[str]) -> list[str]:
        """Those of the given columns that can change an owner; the others need not be decoded."""
        names = list(names)
        read = {literal for column in self._columns for literal in self._literals(column, names)}
        return [name for name in names if name in read]

    def _owner_of(self, tuple_of_ids: tuple[int, ...]) -> int:
        code = self._memo.get(tuple_of_ids)
        if code is None:
            classes = [c.classes[i] for c, i in zip(self._columns.values(), tuple_of_ids, strict=True)]
            code = self._code_of(self._decider.decide(classes))
            if len(self._memo) >= MEMO_TUPLES:
                self._memo.clear()
            self._memo[tuple_of_ids] = code
        return code

    def _code_of(self, outcome: Outcome) -> int:
        return self._codes.setdefault(outcome, len(self._codes))

    def _classify(self, column: str, keys: pa.RecordBatch) -> Labels:
        """Class ids per row of a column of the rules; of several literal tags the first that is not ABSENT."""
        out = np.zeros(keys.num_rows, np.int32)
        for name in self._literals(column, keys.schema.names):
            values = encode_text(keys.column(name))
            if len(values.dictionary) > len(values):
                values = compact(values)
            of_value = np.append(self._columns[column].classify(values.dictionary), np.int32(ABSENT))
            out = np.where(out == ABSENT, of_value[codes(values)], out)  # code -1, null, points to the appended element
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
            meaning = Meaning(lambda value: value, resolver.team_of_account, lambda value: None)
            return ColumnClasses(numbered, meaning)
        return ColumnClasses(numbered)


def _number_comparisons(
    resolver: Resolver,
) -> tuple[dict[str, list[tuple[int, Comparison]]], Mapping[Comparison, int]]:
    """Every column that rules or components read with its numbered comparisons, and the number of each comparison."""
    by_column: dict[str, list[tuple[int, Comparison]]] = {}
    number: dict[Comparison, int] = {}
    conditions = [c for c in resolver.conditions if c is not None] + [c for _, c in resolver.components]
    for condition in conditions:
        for comparison in comparisons(condition):
            if comparison not in number:
                number[comparison] = len(number)
                by_column.setdefault(comparison.column, []).append((number[comparison], comparison))
    for key in resolver.tag_keys(TEAM_TAG, SERVICE_TAG):
        by_column.setdefault(TAG_PREFIX + key, [])
    if any(rule.assign == ACCOUNT for rule in resolver.rules):
        by_column.setdefault(ACCOUNT_COLUMN, [])
    return by_column, number
