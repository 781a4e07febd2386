"""What the routes of the API are asked: nothing that does any harm, and about one thing of somebody at a time."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.generation import GenerationMode

from .company import DOCUMENT, OPERATIONS, Operation, Sample

NOTHING = '"no route takes this"'


def harmless(operation: Operation) -> dict[str, Any]:
    """A request that changes nothing: of things that do not exist, with a body that no route takes."""
    body = {"content": NOTHING, "headers": {"content-type": "application/json"}} if operation.is_write else {}
    return {"method": operation.method, "url": filled(operation, {}), **body}


def filled(operation: Operation, values: dict[str, str]) -> str:
    """The path, with something that does not exist where nothing is given."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            value = values.get(
                parameter["name"], "999999999" if "version" in parameter["name"] else str(uuid.UUID(int=7))
            )
            path = path.replace(f"{{{parameter['name']}}}", value)
    return path


NAMES: dict[str, Callable[[Sample], str]] = {
    "scope": lambda of: of.node,
    "node": lambda of: of.node,
    "team": lambda of: of.team,
    "filter": lambda of: of.filter,
    "ResourceId": lambda of: of.resource,
    "q": lambda of: of.resource,
    "key": lambda of: of.key,
    "finding_id": lambda of: of.finding,
    "binding_id": lambda of: of.binding,
}
"""Parameters that name something of somebody."""
OF_NOBODY = {
    *(
        "account",
        "as_of",
        "compare",
        "comparison",
        "currency",
        "cursor",
        "days",
        "dimension",
        "format",
        "from",
        "grain",
    ),
    *("group", "group_by", "limit", "metric", "min_age_days", "min_cost", "missing", "permission", "region", "role"),
    *("seen_in", "service", "sort", "state", "to", "top", "type", "user", "version"),
}
NEEDED = {"dimension": "ResourceId", "permission": "costs:read", "user": "viewer-unit"}
WRITES: dict[str, Callable[[Sample], Any]] = {
    "POST /api/gateway/v1/access/bindings": lambda of: {"group": "new people", "role": "viewer", "node": of.node},
    "DELETE /api/gateway/v1/access/bindings/{binding_id}": lambda of: None,
    "POST /api/compliance/v1/findings/exemptions": lambda of: {
        "ids": [of.finding],
        "until": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
        "reason": "it will be gone",
    },
    "POST /api/compliance/v1/findings/exemptions/revoked": lambda of: {"ids": [of.finding]},
    "POST /api/compliance/v1/findings/assignments": lambda of: {
        "assignments": [{"ids": [of.finding], "team": of.team}]
    },
}
PLACED = [o for o in OPERATIONS if o.place == "own"]


@dataclass(frozen=True)
class Question:
    """A route, and the one parameter by which it is asked about something of somebody; None: about whatever there is."""

    operation: Operation
    about: str | None
    form: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, [str(self.operation), self.about, self.form]))

    def asked(self, client: httpx.Client, of: Sample, value: str | None = None) -> httpx.Response:
        values = {name: NAMES[name](of) for name in self.names() if name in NAMES}
        if self.about is not None and value is not None:
            values[self.about] = value
        query = {k: v for k, v in values.items() if f"{{{k}}}" not in self.operation.path}
        query |= {name: NEEDED[name] for name in self.names() if name in NEEDED} | (
            {"format": self.form} if self.form else {}
        )
        return client.get(filled(self.operation, values), params=query)

    def names(self) -> list[str]:
        required = [p["name"] for p in self.operation.parameters if p.get("required")]
        return [*required, *([self.about] if self.about and self.about not in required else [])]


def questions() -> Iterator[Question]:
    for operation in PLACED:
        if operation.is_write:
            continue
        names = {p["name"] for p in operation.parameters}
        required = {p["name"] for p in operation.parameters if p.get("required")} & NAMES.keys()
        for about in [*sorted(names & NAMES.keys()), *(() if required else [None])]:
            for form in (None, "csv") if "format" in names else (None,):
                yield Question(operation, about, form)


def like(value: str) -> str:
    """Something of the same form that never was."""
    changed = {"0": "1", "1": "0", "a": "b", "e": "f", "o": "0"}
    head, tail = value[:-3], value[-3:]
    return head + "".join(changed.get(c, "9" if c.isdigit() else "q" if c.isalpha() else c) for c in tail)


def plain(answer: httpx.Response, *asked: str) -> tuple[int, str]:
    """The answer without what was asked for, and without what no two answers share."""
    text = re.sub(r'"(?:trace_id|query_hash)":"\w+"|# query_hash: \w+', "", answer.text)
    for value in sorted(asked, key=len, reverse=True):
        for written in (json.dumps(value)[1:-1], quote(value)):
            text = text.replace(written, f"ASKED {asked.index(value)}")
    return answer.status_code, text


def never_was(of: Sample) -> Sample:
    return replace(of, node=like(of.node), team=like(of.team), finding=like(of.finding), binding=like(of.binding))


def inputs(examples: int) -> Iterator[tuple[Operation, list[schemathesis.Case]]]:
    """For each route so many requests of the form that the document says, and, where it says one of more than a path, as
    many of another form. The same in each run."""
    declared = {(o.method, o.path): o for o in OPERATIONS}
    for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations():
        described = found.ok()
        operation = declared[described.method.upper(), described.path]
        has_form = "requestBody" in operation.declared or any(p["in"] == "query" for p in operation.parameters)
        modes = GenerationMode if has_form else (GenerationMode.POSITIVE,)
        yield operation, [case for mode in modes for case in generated(described.as_strategy(mode), examples)]


def generated(cases: SearchStrategy[schemathesis.Case], examples: int) -> list[schemathesis.Case]:
    found: list[schemathesis.Case] = []

    @seed(20261129)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def collect(case: schemathesis.Case) -> None:
        found.append(case)

    collect()
    return found
