"""What a client that was written for one OpenAPI document cannot do any more under another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")


def find_breaks(old: Json, new: Json) -> list[str]:
    """One sentence each."""
    now = {_shape(path): item for path, item in new["paths"].items()}
    found: list[str] = []
    for path, item in old["paths"].items():
        for method in (m for m in METHODS if m in item):
            asked, answered = Comparison(old, new, is_answer=False), Comparison(old, new, is_answer=True)
            operation = now.get(_shape(path), {}).get(method)
            found += _of_operation(f"{method.upper()} {path}", item[method], operation, asked, answered)
    return found


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _of_operation(where: str, old: Json, new: Json | None, asked: Comparison, answered: Comparison) -> Iterator[str]:
    if new is None:
        yield f"{where} was removed"
        return
    yield from _of_parameters(where, old, new, asked)
    old_body, new_body = old.get("requestBody", {}), new.get("requestBody", {})
    if new_body.get("required") and not old_body.get("required"):
        yield f"{where}: a body is required"
    yield from _of_content(f"{where}: body", old_body.get("content", {}), new_body.get("content", {}), asked)
    for status, response in old["responses"].items():
        if not status.startswith("2"):
            continue
        if status not in new["responses"]:
            yield f"{where}: does not answer {status} any more"
            continue
        then, now = response.get("content", {}), new["responses"][status].get("content", {})
        yield from _of_content(f"{where}: answer", then, now, answered)


def _of_parameters(where: str, old: Json, new: Json, asked: Comparison) -> Iterator[str]:
    then, now = (
        {(p["in"], p["name"]): p for p in operation.get("parameters", ()) if p["in"] != "path"}
        for operation in (old, new)
    )
    for key, parameter in then.items():
        if key not in now:
            yield f"{where}: parameter {key[1]} was removed"
        else:
            yield from asked.of_schema(f"{where}: parameter {key[1]}", parameter["schema"], now[key]["schema"])
    for key, parameter in now.items():
        if parameter.get("required") and not then.get(key, {}).get("required"):
            yield f"{where}: parameter {key[1]} is required"


def _of_content(where: str, old: Json, new: Json, comparison: Comparison) -> Iterator[str]:
    for media, content in old.items():
        if media not in new:
            yield f"{where}: {media} was removed"
        else:
            yield from comparison.of_schema(where, content.get("schema", {}), new[media].get("schema", {}))


@dataclass
class Comparison:
    """Of schemas of the two documents: what clients send, or, with `is_answer`, what they are sent."""

    old_doc: Json
    new_doc: Json
    is_answer: bool
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def of_schema(self, where: str, old: Json, new: Json) -> Iterator[str]:
        names = old.get("$ref", ""), new.get("$ref", "")
        if all(names):
            if names in self._seen:
                return
            self._seen.add(names)
        old, new = _resolved(old, self.old_doc), _resolved(new, self.new_doc)
        then, now = _variants(old), _variants(new)
        if len(then) > 1 or len(now) > 1:
            yield from self._of_variants(where, then, now)
            return
        if old.get("type") != new.get("type"):
            yield f"{where} was {_kind(old)}, is {_kind(new)}"
            return
        was, allowed = old.get("enum"), new.get("enum")
        if allowed and not self.is_answer:
            gone = sorted(str(value) for value in set(was or ()) - set(allowed))
            if was is None:
                yield f"{where}: all but {', '.join(map(str, allowed))} is refused"
            elif gone:
                yield f"{where}: {', '.join(gone)} is refused"
        yield from self._of_members(where, old, new)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                yield from self.of_schema(f"{where}[]", old[inner], new[inner])

    def _of_variants(self, where: str, then: list[Json], now: list[Json]) -> Iterator[str]:
        """Whoever reads must know each variant that the other may write; the fitting one is compared."""
        written, read = (now, then) if self.is_answer else (then, now)
        docs = (self.new_doc, self.old_doc) if self.is_answer else (self.old_doc, self.new_doc)
        for variant in written:
            kind = _kind(_resolved(variant, docs[0]))
            known = [v for v in read if _kind(_resolved(v, docs[1])) == kind]
            known.sort(key=lambda v: v.get("$ref") != variant.get("$ref"))
            if not known:
                yield f"{where}: {kind} is not known to who reads it"
            else:
                pair = (known[0], variant) if self.is_answer else (variant, known[0])
                yield from self.of_schema(where, *pair)

    def _of_members(self, where: str, old: Json, new: Json) -> Iterator[str]:
        then, now = old.get("properties", {}), new.get("properties", {})
        for name, schema in then.items():
            if name not in now:
                yield f"{where}: {name} was removed"
            else:
                yield from self.of_schema(f"{where}.{name}", schema, now[name])
        was, is_now = set(old.get("required", ())), set(new.get("required", ()))
        if self.is_answer:
            yield from (f"{where}: {name} may be missing" for name in sorted((was - is_now) & set(now)))
        else:
            yield from (f"{where}: {name} is required" for name in sorted(is_now - was))


def _resolved(schema: Json, document: Json) -> Json:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _variants(schema: Json) -> list[Json]:
    return list(schema.get("anyOf") or schema.get("oneOf") or [schema])


def _kind(schema: Json) -> str:
    return str(schema.get("type", "anything"))
