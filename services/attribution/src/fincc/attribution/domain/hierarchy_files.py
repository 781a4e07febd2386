"""Reads a hierarchy from YAML, CSV or a JSON document, and refuses what is not a tree of groups, units and teams.

The formats are described in docs/howto; every problem names its line (in a JSON body its path) and what was expected.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import yaml

from fincc.attribution.domain.hierarchy import (
    BUSINESS_GROUP,
    BUSINESS_UNIT,
    FIELDS,
    LEVELS,
    PARENT_TYPE,
    Hierarchy,
    Node,
)
from fincc.common.yaml_files import Item, Reader, decode, from_plain, read_yaml

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
RESERVED_ID = "unattributable"
_CHILDREN = {BUSINESS_GROUP: "business_units", BUSINESS_UNIT: "teams"}
_CHILD_TYPE = {parent: child for child, parent in PARENT_TYPE.items()}
_REQUIRED_COLUMNS = ("id", "name", "type", "parent_id")


@dataclass(frozen=True, slots=True)
class _Entry:
    node: Node
    item: Item


def from_yaml(data: str | bytes, source: str = "hierarchy.yaml") -> Hierarchy:
    """A nested or a flat (`nodes:`) document. Raises DocumentError."""
    return _from_item(read_yaml(data, source), Reader(source))


def from_document(document: object, source: str = "hierarchy") -> Hierarchy:
    """The same document as decoded JSON, e.g. what `Hierarchy.to_document` gave. Raises DocumentError."""
    return _from_item(from_plain(document), Reader(source))


def from_csv(data: str | bytes, source: str = "hierarchy.csv") -> Hierarchy:
    """One line per node and interval: id, name, type, parent_id[, owner_email, cost_center, valid_from, valid_to]."""
    reader = Reader(source)
    rows = csv.reader(io.StringIO(decode(data, source), newline=""), strict=True)
    entries: list[_Entry] = []
    header: list[str] = []
    try:
        for line, cells in _numbered(rows):
            if line == 0:
                header = cells
                if not _check_header(reader, header):
                    break
                continue
            if len(cells) != len(header):
                reader.refuse(Item(None, line), f"expected {len(header)} values as in the header, found {len(cells)}")
                continue
            row = {name: Item(text, line) for name, cell in zip(header, cells, strict=True) if (text := cell.strip())}
            entries += _flat_entry(reader, Item(dict(row), line))
    except csv.Error as error:
        reader.refuse(Item(None, rows.line_num), f"this is not valid CSV: {error}")
    if not entries and not reader.problems:
        reader.refuse(Item(None, 1), "the file names no node")
    return _build(reader, entries)


def to_yaml(hierarchy: Hierarchy) -> str:
    """A flat document with all intervals that `from_yaml` reads back to an equal hierarchy."""
    if not hierarchy:
        return "nodes: []\n"
    texts = ([(name, getattr(node, name)) for name in FIELDS] for node in hierarchy.nodes)
    nodes = [{name: str(value) for name, value in fields if value is not None} for fields in texts]
    return yaml.safe_dump({"nodes": nodes}, sort_keys=False, allow_unicode=True, width=1000)


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """(0, header), then (line on which the record starts, cells) of every line that is not blank."""
    start, is_header = 1, True
    for cells in rows:
        if any(cell.strip() for cell in cells):
            yield (0 if is_header else start), [c.strip() for c in cells] if is_header else cells
            is_header = False
        start = rows.line_num + 1


def _check_header(reader: Reader, header: Sequence[str]) -> bool:
    found, expected = Item(None, 1), ",".join(FIELDS)
    missing = [name for name in _REQUIRED_COLUMNS if name not in header]
    unknown = [name for name in header if name not in FIELDS]
    if missing or unknown or len(set(header)) < len(header):
        details = f"missing {', '.join(missing)}" if missing else f"unknown {', '.join(map(repr, unknown))}"
        if not missing and not unknown:
            details = "a column is given twice"
        reader.refuse(found, f"the first line must name the columns {expected} separated by commas: {details}")
    return not reader.problems


def _from_item(root: Item, reader: Reader) -> Hierarchy:
    entries: list[_Entry] = []
    if isinstance(root.value, dict) and "nodes" in root.value:
        for item in reader.sequence(reader.mapping(root, "the document", ["nodes"]).get("nodes"), "nodes"):
            entries += _flat_entry(reader, item)
    else:
        top = reader.mapping(root, "the document", ["business_groups"], ["effective_from"])
        valid_from = reader.day(top.get("effective_from"), "effective_from")
        for item in reader.sequence(top.get("business_groups"), "business_groups"):
            entries += _nested_entries(reader, item, BUSINESS_GROUP, None, valid_from)
    if not entries and not reader.problems:
        reader.refuse(root, "the document names no node")
    return _build(reader, entries)


def _nested_entries(
    reader: Reader, item: Item, kind: str, parent_id: str | None, valid_from: date | None
) -> Iterator[_Entry]:
    children = _CHILDREN.get(kind)
    what = _words(kind)
    misplaced = _misplaced(item, kind, children)
    for key, child in misplaced.items():
        place = f"a {what} holds {children}" if children else "a team is the lowest level and holds nothing"
        reader.refuse(child, f"{key!r} cannot stand under a {what}: {place}")
    fields = reader.mapping(
        item, f"a {what}", ["id", "name"], ["owner_email", "cost_center", *([children] if children else []), *misplaced]
    )
    node_id = _node_id(reader, fields.get("id"), what)
    name = reader.text(fields.get("name"), f"the name of a {what}")
    email = _email(reader, fields.get("owner_email"))
    cost_center = reader.text(fields.get("cost_center"), "cost_center")
    if node_id and name:
        yield _Entry(Node(node_id, name, kind, parent_id, email, cost_center, valid_from), fields["id"])
    if children:
        for child in reader.sequence(fields.get(children), children):
            yield from _nested_entries(reader, child, _CHILD_TYPE[kind], node_id or "", valid_from)


def _misplaced(item: Item, kind: str, children: str | None) -> dict[str, Item]:
    levels = ("business_groups", "business_units", "teams")
    if not isinstance(item.value, dict):
        return {}
    return {key: child for key, child in item.value.items() if key in levels and key != children}


def _flat_entry(reader: Reader, item: Item) -> Iterator[_Entry]:
    fields = reader.mapping(item, "a node", ["id", "name", "type"], FIELDS[3:])
    kind = reader.text(fields.get("type"), "type")
    if kind is not None and kind not in LEVELS:
        reader.refuse(fields["type"], f"the type {kind!r} does not exist: expected {', '.join(LEVELS)}")
    node_id = _node_id(reader, fields.get("id"), "node")
    name = reader.text(fields.get("name"), "name")
    valid_from = reader.day(fields.get("valid_from"), "valid_from")
    valid_to = reader.day(fields.get("valid_to"), "valid_to")
    if valid_from and valid_to and valid_from >= valid_to:
        reader.refuse(fields["valid_to"], f"valid_to {valid_to} must be after valid_from {valid_from}: it is exclusive")
        return
    parent_id = reader.text(fields.get("parent_id"), "parent_id")
    email = _email(reader, fields.get("owner_email"))
    cost_center = reader.text(fields.get("cost_center"), "cost_center")
    if node_id and name and kind in LEVELS:
        yield _Entry(Node(node_id, name, kind, parent_id, email, cost_center, valid_from, valid_to), item)


def _node_id(reader: Reader, item: Item | None, what: str) -> str | None:
    node_id = reader.text(item, f"the id of a {what}")
    if item is None or node_id is None:
        return None
    if not SLUG.fullmatch(node_id):
        reader.refuse(item, f"the id {node_id!r} must consist of small letters, digits and '-', like 'fraud-ml'")
        return None
    if node_id == RESERVED_ID:
        reader.refuse(item, f"the id {node_id!r} is reserved for cost without an owner")
        return None
    return node_id


def _email(reader: Reader, item: Item | None) -> str | None:
    email = reader.text(item, "owner_email")
    if item is not None and email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        reader.refuse(item, f"owner_email {email!r} is not an e-mail address")
        return None
    return email


def _build(reader: Reader, entries: Sequence[_Entry]) -> Hierarchy:
    """Checks the entries against each other. Raises DocumentError with all problems, also those found before."""
    by_id: dict[str, list[_Entry]] = {}
    for entry in entries:
        by_id.setdefault(entry.node.id, []).append(entry)
    for same in by_id.values():
        _check_unique(reader, same)
    if not reader.problems:  # a broken entry would make its children orphans
        in_cycle = _check_cycles(reader, by_id)
        for entry in entries:
            if entry.node.id not in in_cycle:
                _check_parent(reader, entry, by_id)
    reader.finish()
    return Hierarchy(tuple(entry.node for entry in entries))


def _check_unique(reader: Reader, same: list[_Entry]) -> None:
    ordered = sorted(same, key=lambda e: e.node.start)
    for before, entry in pairwise(ordered):
        later, earlier = sorted((before, entry), key=lambda e: e.item.line or 0, reverse=True)
        first = f"line {earlier.item.line}" if earlier.item.line else earlier.item.where
        if before.node.type != entry.node.type:
            reader.refuse(later.item, f"the id {entry.node.id!r} is a {_words(earlier.node.type)} in {first}")
        elif before.node.end > entry.node.start:
            reader.refuse(
                later.item,
                f"the id {entry.node.id!r} is already given in {first}: ids are unique over all levels, "
                "and intervals of one id must not overlap",
            )


def _check_cycles(reader: Reader, by_id: dict[str, list[_Entry]]) -> set[str]:
    """The ids that are their own ancestors, after refusing each cycle once, where it is first met."""
    in_cycle: set[str] = set()
    done: set[str] = set()
    for start in by_id:
        chain: list[str] = []
        node_id: str | None = start
        while node_id in by_id and node_id not in done and node_id not in chain:
            chain.append(node_id)
            node_id = by_id[node_id][-1].node.parent_id
        if node_id is not None and node_id in chain:
            cycle = chain[chain.index(node_id) :]
            in_cycle.update(cycle)
            above = " under ".join([*cycle, node_id])
            reader.refuse(by_id[node_id][-1].item, f"these nodes stand in a circle, so none has a root: {above}")
        done.update(chain)
    return in_cycle


def _check_parent(reader: Reader, entry: _Entry, by_id: dict[str, list[_Entry]]) -> None:
    node = entry.node
    what, expected = f"the {_words(node.type)} {node.id!r}", PARENT_TYPE.get(node.type)
    if expected is None:
        if node.parent_id is not None:
            reader.refuse(entry.item, f"{what} must have no parent, it has {node.parent_id!r}")
        return
    if node.parent_id is None:
        reader.refuse(entry.item, f"{what} needs a parent_id: the id of its {_words(expected)}")
        return
    parents = [e.node for e in by_id.get(node.parent_id, [])]
    if not parents:
        reader.refuse(entry.item, f"{what} has the parent {node.parent_id!r}, which is not in the file")
    elif parents[0].type != expected:
        actual = _words(parents[0].type)
        reader.refuse(entry.item, f"{what} stands under the {actual} {node.parent_id!r}: expected a {_words(expected)}")
    elif not _covers(parents, node):
        reader.refuse(
            entry.item,
            f"{what} is valid from {_day(node.valid_from, 'ever')} to {_day(node.valid_to, 'ever')}, "
            f"but its {_words(expected)} {node.parent_id!r} is not valid all that time",
        )


def _covers(parents: Sequence[Node], node: Node) -> bool:
    reached = node.start
    for parent in sorted(parents, key=lambda n: n.start):
        if parent.start <= reached:
            reached = max(reached, parent.end)
    return reached >= node.end


def _day(day: date | None, otherwise: str) -> str:
    return day.isoformat() if day else otherwise


def _words(kind: str) -> str:
    return kind.replace("_", " ")
