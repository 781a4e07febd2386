"""Conditions over the columns of an attribution key: what rules and catalog components are made of.

A comparison looks at one column: FOCUS columns by name, tags as `Tags/<key>`. Text is compared exactly, by code point;
regular expressions are RE2's and may match anywhere in the value. A column that is null or blank meets no comparison,
so `exists: false` is the negation of `exists: true`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import re2

from fincc.common.focus import KEY_COLUMNS, TAG_PREFIX
from fincc.common.rules.patterns import compile_regex
from fincc.common.rules.tags import is_blank
from fincc.common.yaml_files import Item, Reader, suggest

EQUALS, IN, PREFIX, SUFFIX, CONTAINS, REGEX, EXISTS = OPERATORS = (
    "equals",
    "in",
    "prefix",
    "suffix",
    "contains",
    "regex",
    "exists",
)
MAX_REGEX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Comparison:
    """One column against its operands: several for `in`, none for `exists`, else one."""

    column: str
    operator: str
    operands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NotOf:
    part: Condition


Condition = Comparison | AllOf | AnyOf | NotOf


def meets(comparison: Comparison, value: str | None) -> bool:
    """Whether a value of the comparison's column meets it."""
    if value is None or is_blank(value):
        return False
    operands = comparison.operands
    match comparison.operator:
        case "equals" | "in":
            return value in operands
        case "prefix":
            return value.startswith(operands[0])
        case "suffix":
            return value.endswith(operands[0])
        case "contains":
            return operands[0] in value
        case "regex":
            return compile_regex(operands[0]).search(value) is not None
        case _:
            return True


def holds(condition: Condition, value_of: Callable[[str], str | None]) -> bool:
    """Whether a condition holds for a record whose columns `value_of` gives."""
    match condition:
        case Comparison():
            return meets(condition, value_of(condition.column))
        case AllOf(parts):
            return all(holds(part, value_of) for part in parts)
        case AnyOf(parts):
            return any(holds(part, value_of) for part in parts)
        case NotOf(part):
            return not holds(part, value_of)


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison of a condition, from left to right."""
    match condition:
        case Comparison():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case NotOf(part):
            yield from comparisons(part)


def replace_comparisons(condition: Condition, change: Callable[[Comparison], Comparison]) -> Condition:
    """The same condition with every comparison changed."""
    match condition:
        case Comparison():
            return change(condition)
        case AllOf(parts):
            return AllOf(tuple(replace_comparisons(part, change) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(replace_comparisons(part, change) for part in parts))
        case NotOf(part):
            return NotOf(replace_comparisons(part, change))


def parse_condition(item: Item, reader: Reader, where: str) -> Condition | None:
    """The condition in a document; `where` ("rule x") starts each complaint. None after a complaint."""
    if item.value is None:
        reader.refuse(item, f"{where}: a condition is empty: write it, or leave its key out")
        return None
    entries = reader.entries(item, f"{where}: a condition")
    combined = [key for key in ("all", "any", "not") if key in entries]
    if not combined:
        return _parse_comparison(item, entries, reader, where)
    if len(entries) > 1:
        reader.refuse(item, f"{where}: {combined[0]!r} must stand alone in its condition, found {', '.join(entries)}")
        return None
    inner = entries[combined[0]]
    if combined[0] == "not":
        part = parse_condition(inner, reader, where)
        return None if part is None else NotOf(part)
    items = reader.sequence(inner, f"{where}: {combined[0]!r}")
    if not items:
        reader.refuse(inner, f"{where}: {combined[0]!r} needs at least one condition")
    parts = [parse_condition(i, reader, where) for i in items]
    complete = tuple(part for part in parts if part is not None)
    if not complete or len(complete) < len(parts):
        return None
    return AllOf(complete) if combined[0] == "all" else AnyOf(complete)


def _parse_comparison(item: Item, entries: Mapping[str, Item], reader: Reader, where: str) -> Condition | None:
    operators = [key for key in entries if key != "column"]
    if "column" not in entries:
        if isinstance(item.value, dict):
            reader.refuse(item, f"{where}: a condition needs 'column' and an operator, or one of all, any, not")
        return None
    column = reader.text(entries["column"], f"{where}: column")
    if column is None or not _check_column(column, entries["column"], reader, where):
        return None
    known = ", ".join(OPERATORS)
    if len(operators) != 1:
        reader.refuse(item, f"{where}: expected one operator on {column}, found {len(operators)}: use one of {known}")
        return None
    operator, operand = operators[0], entries[operators[0]]
    if operator not in OPERATORS:
        hint = suggest(operator, OPERATORS)
        reader.refuse(operand, f"{where}: the operator {operator!r} does not exist: use one of {known}{hint}")
        return None
    if operator == EXISTS:
        present = reader.flag(operand, f"{where}: exists")
        comparison = Comparison(column, EXISTS)
        return None if present is None else comparison if present else NotOf(comparison)
    operands = _parse_operands(operator, operand, reader, where)
    return Comparison(column, operator, operands) if operands else None


def _check_column(column: str, item: Item, reader: Reader, where: str) -> bool:
    if column in KEY_COLUMNS or (column.startswith(TAG_PREFIX) and len(column) > len(TAG_PREFIX)):
        return True
    known = ", ".join(KEY_COLUMNS)
    hint = suggest(column, KEY_COLUMNS)
    reader.refuse(item, f"{where}: the column {column!r} does not exist: use {known} or {TAG_PREFIX}<key>{hint}")
    return False


def _parse_operands(operator: str, item: Item, reader: Reader, where: str) -> tuple[str, ...]:
    what = f"{where}: {operator!r}"
    if operator == IN:
        items = reader.sequence(item, what)
        if not items and isinstance(item.value, list):
            reader.refuse(item, f"{what} needs at least one value")
        texts = [reader.exact_text(i, f"a value of {what}") for i in items]
        return tuple(dict.fromkeys(t for t in texts if t is not None))
    text = reader.exact_text(item, what)
    if text is None or (operator == REGEX and not _check_regex(text, item, reader, where)):
        return ()
    return (text,)


def _check_regex(pattern: str, item: Item, reader: Reader, where: str) -> bool:
    if len(pattern) > MAX_REGEX_LENGTH:
        reader.refuse(item, f"{where}: the regular expression is longer than {MAX_REGEX_LENGTH} characters")
        return False
    try:
        compile_regex(pattern)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        reader.refuse(item, f"{where}: RE2 refuses the regular expression {pattern!r}: {reason}")
        return False
    return True


def condition_document(condition: Condition) -> dict[str, object]:
    """The JSON form that `parse_condition` reads back to an equal condition."""
    match condition:
        case Comparison(column, operator, operands):
            plain: object = {EXISTS: True, IN: list(operands)}.get(operator, operands[0] if operands else None)
            return {"column": column, operator: plain}
        case AllOf(parts):
            return {"all": _documents(parts)}
        case AnyOf(parts):
            return {"any": _documents(parts)}
        case NotOf(part):
            return {"not": condition_document(part)}


def _documents(parts: Sequence[Condition]) -> list[dict[str, object]]:
    return [condition_document(part) for part in parts]
