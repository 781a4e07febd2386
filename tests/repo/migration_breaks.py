"""What of a migration the code of the version before cannot live with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NAME = r'"?(?P<{}>\w+)"?'
COLUMN = NAME.format("column")
CREATED = re.compile(r"create table (?:if not exists )?\"?(\w+)")
ALTERED = re.compile(r"alter table (?:if exists )?(?:only )?" + NAME.format("table"))
NO_COLUMN = r"(?!(?:{})\b)"
ADDED = re.compile(
    r"\badd (?:column )?(?:if not exists )?"
    + NO_COLUMN.format("constraint|check|unique|primary|foreign|exclude")
    + COLUMN
    + r"(?P<rest>(?:[^,(]|\([^)]*\))*)"
)
GONE = re.compile(
    r"\bdrop (?:column )?(?:if exists )?" + NO_COLUMN.format("not null|default|expression|identity|constraint") + COLUMN
)
DROPPED = re.compile(r"\bdrop (?:table|view|type|function|schema) (?:if exists )?" + NAME.format("table"))
UNIQUE = re.compile(r"create unique index [^;]*?\bon (?:only )?" + NAME.format("table"))
ALTERATIONS = (
    (re.compile(r"\brename\b"), "is renamed"),
    (re.compile(r"\bset not null\b"), "must not be null any more"),
    (re.compile(r"\bdrop default\b"), "loses its default"),
    (re.compile(r"\balter (?:column )?\S+ (?:set data )?type\b"), "gets another type"),
    (re.compile(r"\badd (?:constraint \S+ )?(?:check|unique|primary key|foreign key|exclude)\b"), "is constrained"),
    (re.compile(r"\bdrop constraint\b"), "loses a constraint, which `on conflict` may name"),
)
CALLS = {
    "create_unique_constraint": (1, "is constrained"),
    "create_check_constraint": (1, "is constrained"),
    "create_foreign_key": (1, "is constrained"),
    "create_exclude_constraint": (1, "is constrained"),
    "drop_constraint": (1, "loses a constraint, which `on conflict` may name"),
    "rename_table": (0, "is renamed"),
    "drop_table": (0, "is dropped"),
}


@dataclass(frozen=True)
class Break:
    """`place` is a table, or table.column."""

    place: str
    what: str


def find_breaks(source: str) -> list[Break]:
    """Of a migration's source. What it does to a table that it makes itself is nobody else's business."""
    tree = ast.parse(source)
    body = [part for part in tree.body if getattr(part, "name", "") != "downgrade"]
    calls = [node for part in body for node in ast.walk(part) if isinstance(node, ast.Call)]
    texts = [text for part in body for text in _texts(part)]
    own = {name for text in texts for name in CREATED.findall(text)}
    own |= {_text(call.args[0]) for call in calls if _name(call) == "create_table" and call.args}
    found = [b for text in texts for b in _of_statement(text)] + [b for call in calls for b in _of_call(call)]
    return [b for b in found if b.place.split(".")[0] not in own]


def contracts(source: str) -> set[str]:
    """The tables and table.columns that the migration says, in `contracts`, to be unused since the release before."""
    for part in ast.parse(source).body:
        if isinstance(part, ast.Assign) and [getattr(t, "id", "") for t in part.targets] == ["contracts"]:
            return set(ast.literal_eval(part.value))
    return set()


def without_words(source: str) -> str:
    """What a migration does, whatever its docstring and comments say."""
    body = ast.parse(source).body
    return "\n".join(ast.dump(part) for part in body if not _is_text(part))


def _is_text(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _texts(part: ast.stmt) -> Iterator[str]:
    if _is_text(part):
        return
    for node in ast.walk(part):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.sub(r"\s+", " ", node.value.lower()).split(";")


def _of_statement(text: str) -> Iterator[Break]:
    for dropped in DROPPED.finditer(text):
        yield Break(dropped["table"], "is dropped")
    for unique in UNIQUE.finditer(text):
        yield Break(unique["table"], "is constrained")
    if text.strip().startswith("truncate"):
        yield Break(text.split()[-1], "is emptied")
    altered = ALTERED.search(text)
    if altered is None:
        return
    table, rest = altered["table"], text[altered.end() :]
    for added in ADDED.finditer(rest):
        if "not null" in added["rest"] and "default" not in added["rest"]:
            yield Break(f"{table}.{added['column']}", "must be given, which the version before does not")
    for gone in GONE.finditer(rest):
        yield Break(f"{table}.{gone['column']}", "is dropped")
    yield from (Break(table, what) for pattern, what in ALTERATIONS if pattern.search(rest))


def _of_call(call: ast.Call) -> Iterator[Break]:
    name = _name(call)
    given = _given(call)
    if name in CALLS:
        at, what = CALLS[name]
        yield Break(_text(call.args[at]), what)
    elif name == "create_index" and given.get("unique"):
        yield Break(_text(call.args[1]), "is constrained")
    elif name == "drop_column":
        yield Break(_place(*call.args), "is dropped")
    elif name == "alter_column":
        place = _place(*call.args)
        if "new_column_name" in given:
            yield Break(place, "is renamed")
        if "type_" in given:
            yield Break(place, "gets another type")
        if given.get("nullable") is False:
            yield Break(place, "must not be null any more")
        if given.get("server_default", "kept") is None:
            yield Break(place, "loses its default")
    elif name == "add_column" and isinstance(column := call.args[1], ast.Call):
        words = _given(column)
        if words.get("nullable") is False and "server_default" not in words:
            yield Break(_place(call.args[0], column.args[0]), "must be given, which the version before does not")


def _given(call: ast.Call) -> dict[str, Any]:
    """Keyword → its value; an expression stays one."""
    pairs = ((word.arg or "", word.value) for word in call.keywords)
    return {name: value.value if isinstance(value, ast.Constant) else value for name, value in pairs}


def _place(table: ast.expr, column: ast.expr, *_: ast.expr) -> str:
    return f"{_text(table)}.{_text(column)}"


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _text(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value)
