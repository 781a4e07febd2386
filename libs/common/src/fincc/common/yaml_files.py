"""Reading a YAML, JSON or plain-Python document so that every complaint can name its line.

`read_yaml` and `from_plain` give a tree of `Item`s; a `Reader` takes values out of it and collects everything that is
wrong, so that one import names all mistakes at once. Scalars keep the text as written: an account id `012345678901` or
a name `no` never turns into a number or a truth value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import yaml

MAX_VALUES = 500_000  # also what keeps nested YAML aliases from growing without bound
MAX_DEPTH = 40
_SHOWN = 20
_QUOTED = 60
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is (line of the file, or path in a document without lines), and what was expected."""

    line: int | None
    where: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else self.where
        return f"{place}: {self.message}" if place else self.message


class DocumentError(ValueError):
    """A document that cannot be used, with all its problems in the order of their lines."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda p: p.line or 0))
        shown = [f"{source}, {p}" for p in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(f"… and {len(self.problems) - _SHOWN} more")
        super().__init__("\n".join(shown))


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a document; a scalar is its text as written, or None; booleans come from JSON only."""

    value: dict[str, Item] | list[Item] | str | bool | None
    line: int | None = None
    where: str = ""


def read_yaml(data: str | bytes, source: str) -> Item:
    """The document in `data` (YAML, of which JSON is a part). Raises DocumentError when it cannot be read at all."""
    try:
        node = yaml.compose(decode(data, source), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise DocumentError(source, [Problem(line, "", f"this is not valid YAML: {error.problem}")]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(source, [Problem(None, "", f"this is not valid YAML: {error}")]) from None
    if node is None:
        raise DocumentError(source, [Problem(None, "", "the file is empty")])
    return _Composer(source).convert(node, "", 0)


def decode(data: str | bytes, source: str) -> str:
    """Text of UTF-8 bytes, without a byte-order mark."""
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DocumentError(source, [Problem(line, "", "this is not UTF-8 text: save the file as UTF-8")]) from None


class _Composer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.count = 0

    def convert(self, node: yaml.Node, where: str, depth: int) -> Item:
        line = node.start_mark.line + 1
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            raise DocumentError(self.source, [Problem(line, where, "the document is nested too deeply or too large")])
        if isinstance(node, yaml.SequenceNode):
            return Item([self.convert(n, f"{where}[{i}]", depth + 1) for i, n in enumerate(node.value)], line, where)
        if isinstance(node, yaml.MappingNode):
            return Item(self._mapping(node, where, depth), line, where)
        if node.tag == _NULL:
            return Item(None, line, where)
        return Item(node.value, line, where)

    def _mapping(self, node: yaml.MappingNode, where: str, depth: int) -> dict[str, Item]:
        out: dict[str, Item] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise DocumentError(self.source, [Problem(line, where, "a key must be plain text")])
            if key.value in out:
                first = out[key.value].line
                message = f"the key {key.value!r} is given twice (first in line {first})"
                raise DocumentError(self.source, [Problem(line, where, message)])
            item = self.convert(value, f"{where}.{key.value}" if where else key.value, depth + 1)
            out[key.value] = Item(item.value, line, item.where)
        return out


def from_plain(value: object, where: str = "", depth: int = 0) -> Item:
    """The same tree from dicts, lists and scalars, as a decoded JSON body gives them; places are paths, not lines."""
    if depth > MAX_DEPTH:
        raise DocumentError("document", [Problem(None, where, "the document is nested too deeply")])
    if isinstance(value, Mapping):
        return Item(
            {str(k): from_plain(v, f"{where}.{k}" if where else str(k), depth + 1) for k, v in value.items()},
            where=where,
        )
    if isinstance(value, list | tuple):
        return Item([from_plain(v, f"{where}[{i}]", depth + 1) for i, v in enumerate(value)], where=where)
    if value is None or isinstance(value, bool):
        return Item(value, where=where)
    return Item(value.isoformat() if isinstance(value, date) else str(value), where=where)


class Reader:
    """Takes typed values out of items; what is wrong is noted, and None or an empty container returned instead."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def refuse(self, item: Item, message: str) -> None:
        self.problems.append(Problem(item.line, item.where, message))

    def finish(self) -> None:
        """Raises DocumentError if anything was refused."""
        if self.problems:
            raise DocumentError(self.source, self.problems)

    def mapping(
        self, item: Item, what: str, required: Sequence[str] = (), optional: Sequence[str] = ()
    ) -> dict[str, Item]:
        """The entries of a mapping that may have these keys only; entries that are null are left out."""
        if not isinstance(item.value, dict):
            self.refuse(item, f"{what} must be a mapping with {_listed([*required, *optional])}, not {_kind(item)}")
            return {}
        entries = {k: v for k, v in item.value.items() if v.value is not None}
        for key, value in item.value.items():
            if key not in required and key not in optional:
                self.refuse(value, f"{what} has no {key!r}: expected {_listed([*required, *optional])}")
        for key in required:
            if key not in entries:
                self.refuse(item, f"{what} needs {key!r}")
        return entries

    def entries(self, item: Item | None, what: str) -> dict[str, Item]:
        """The entries of a mapping with free keys."""
        if item is None or item.value is None:
            return {}
        if not isinstance(item.value, dict):
            self.refuse(item, f"{what} must be a mapping, not {_kind(item)}")
            return {}
        return {k: v for k, v in item.value.items() if self._check_characters(k, v, f"{what}: the key")}

    def sequence(self, item: Item | None, what: str) -> list[Item]:
        if item is None or item.value is None:
            return []
        if not isinstance(item.value, list):
            self.refuse(item, f"{what} must be a list, not {_kind(item)}")
            return []
        return item.value

    def text(self, item: Item | None, what: str) -> str | None:
        """Non-blank text without white space at its ends; None without complaint when the item is absent."""
        exact = None if item is None else self.exact_text(item, what)
        return None if exact is None else exact.strip()

    def exact_text(self, item: Item, what: str) -> str | None:
        """Non-blank text with its white space."""
        value = str(item.value).lower() if isinstance(item.value, bool) else item.value
        if not isinstance(value, str) or not value.strip():
            self.refuse(item, f"{what} must be text, not {_kind(item)}")
            return None
        return value if self._check_characters(value, item, what) else None

    def _check_characters(self, text: str, item: Item, what: str) -> bool:
        if _UNSTORABLE.search(text) is None:
            return True
        self.refuse(item, f"{what} {text[:_QUOTED]!r} holds a control character or half a character pair: remove it")
        return False

    def flag(self, item: Item, what: str) -> bool | None:
        text = str(item.value).casefold()
        if text not in ("true", "false"):
            self.refuse(item, f"{what} must be true or false, not {_kind(item)}")
            return None
        return text == "true"

    def day(self, item: Item | None, what: str) -> date | None:
        text = self.text(item, what)
        if item is None or text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.refuse(item, f"{what} {text!r} is not a date: expected YYYY-MM-DD")
            return None


def suggest(word: str, known: Sequence[str]) -> str:
    """`; did you mean 'x'?` when one of the known words is close, else nothing."""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _kind(item: Item) -> str:
    if isinstance(item.value, dict):
        return "a mapping"
    if isinstance(item.value, list):
        return "a list"
    return "nothing" if item.value is None or item.value == "" else repr(item.value)
