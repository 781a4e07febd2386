"""One OpenAPI document out of those of all services."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_REF = "#/components/schemas/"
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})

Document = dict[str, Any]


def merge(documents: Mapping[str, Document], title: str, version: str) -> Document:
    """Service name → its document, in; one document, out.

    Schemas of one name and one meaning are kept once; otherwise each later one gets the name of its service in front.
    Operation ids stay as they are unless two services use the same.
    """
    schemas: dict[str, Any] = {}
    meanings: dict[str, str] = {}
    paths: dict[str, Any] = {}
    operation_ids: set[str] = set()
    for service, document in documents.items():
        own = document.get("components", {}).get("schemas", {})
        names = {}
        for name in own:
            meaning = _meaning(name, own)
            clashes = meanings.get(name, meaning) != meaning
            names[name] = f"{service.title().replace('_', '')}{name}" if clashes else name
            meanings[names[name]] = meaning
        schemas |= {names[name]: _renamed(schema, names) for name, schema in own.items()}
        for path, item in document.get("paths", {}).items():
            paths[path] = _renamed(item, names)
            for operation in (paths[path][m] for m in _METHODS & paths[path].keys()):
                operation["operationId"] = _unused(operation["operationId"], service, operation_ids)
                operation.setdefault("tags", [service])
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _unused(operation_id: str, service: str, taken: set[str]) -> str:
    free = operation_id if operation_id not in taken else f"{service}_{operation_id}"
    taken.add(free)
    return free


def _meaning(name: str, schemas: Mapping[str, Any]) -> str:
    """The schema with all it refers to, as canonical text: equal names with equal meanings are one schema."""
    reached, todo = {name}, [name]
    while todo:
        found = (set(_references(schemas[todo.pop()])) & schemas.keys()) - reached
        reached |= found
        todo += found
    return json.dumps({n: schemas[n] for n in reached}, sort_keys=True)


def _references(node: Any) -> Iterator[str]:
    """Names of the schemas that `node` refers to, also by the mapping of a discriminator."""
    if isinstance(node, str) and node.startswith(_REF):
        yield node.removeprefix(_REF)
    elif isinstance(node, (dict, list)):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _references(value)


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """A copy in which every reference follows `names`."""
    if isinstance(node, dict):
        return {key: _renamed(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(value, names) for value in node]
    if isinstance(node, str) and node.startswith(_REF):
        name = node.removeprefix(_REF)
        return _REF + names.get(name, name)
    return node
