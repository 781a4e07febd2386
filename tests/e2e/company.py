"""Somebody with each role, at one business unit and everywhere, and what is of that unit and what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from .browser import ROOT
from .harness import Platform
from .people import change_password, hierarchy_is_known

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/reference/openapi.json").read_text())
GATEWAY = "/api/gateway/v1"
NO_ROLE = "nobody"
ORDINARY = {"data": "the id of a unit, and a word of our own sentences"}
"""Words that are not taken for a sign of a unit, and why."""


@dataclass(frozen=True)
class Operation:
    """A route of the API as its document declares it."""

    method: str
    path: str
    declared: dict[str, Any]

    @property
    def permission(self) -> str:
        return str(self.declared["x-permission"])

    @property
    def place(self) -> str | None:
        """What it does about a permission that holds for a part only; None: the permission never does."""
        return self.declared.get("x-place")

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [p for p in self.declared.get("parameters", ()) if p["in"] in ("path", "query")]

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


OPERATIONS = [
    Operation(method.upper(), path, declared)
    for path, item in DOCUMENT["paths"].items()
    for method, declared in item.items()
]


@dataclass(frozen=True)
class Person:
    """Signed in twice: with a session, and with a token that may do all that the person may."""

    name: str
    role: str
    permissions: frozenset[str]
    is_everywhere: bool
    session: httpx.Client
    token: httpx.Client

    def may(self, operation: Operation, own: frozenset[str]) -> bool:
        """By what the role and the route declare; `own` are permissions that hold wherever somebody belongs."""
        if operation.permission not in self.permissions:
            return False
        return self.is_everywhere or operation.permission in own or operation.place in ("own", "none")


@dataclass(frozen=True)
class Sample:
    """One of each thing that a request can name, all of one business unit."""

    node: str
    team: str
    resource: str
    key: str
    finding: str
    binding: str
    nodes: tuple[dict[str, Any], ...]
    resources: frozenset[str]

    @property
    def filter(self) -> str:
        return f"x_TeamId:in:{self.team}"

    @cached_property
    def words(self) -> re.Pattern[str]:
        """What gives away that an answer is about this unit."""
        named = [word for n in self.nodes for word in (n["id"], n["name"], n["owner_email"]) if word]
        return any_of({*named, *self.resources, self.key, self.finding, self.binding} - ORDINARY.keys())


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of these as whole words, as they stand in JSON and CSV."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?![\w-])")


@dataclass(frozen=True)
class Company:
    people: list[Person]
    own: Sample
    """Of the unit at which everybody who is not everywhere has their role."""
    other: Sample
    foreign: re.Pattern[str]
    """Words about all units beside that one."""
    account: frozenset[str]
    """Permissions that hold wherever somebody belongs."""

    def told(self, person: Person, text: str) -> list[str]:
        """Words of a text about what is beside the person's place."""
        if person.role == NO_ROLE:
            return [*self.own.words.findall(text), *self.foreign.findall(text)]
        return [] if person.is_everywhere else self.foreign.findall(text)


@contextmanager
def company_of(platform: Platform) -> Iterator[Company]:
    """Of the roles that the API lists; the bill and the hierarchy are there already."""
    with ExitStack() as stack, platform.client() as admin:
        ask = asking(admin)
        nodes = ask("/api/attribution/v1/hierarchy")["nodes"]
        units = [n["id"] for n in ask("/api/cockpit/v1/cost-by-team?days=90")["units"] if n["id"]]
        hierarchy_is_known(platform, units[0])
        roles = ask(f"{GATEWAY}/access/roles")
        people = list(_people(stack, platform, admin, roles, units[0]))
        own, *others = (_sample(ask, admin, nodes, unit) for unit in units)
        placed = {o.permission for o in OPERATIONS if o.place}
        account = frozenset(p["name"] for p in roles["permissions"] if p["at_nodes"]) - placed
        yield Company(people, own, others[0], _foreign(nodes, own, others), account)


def asking(client: httpx.Client) -> Callable[[str], Any]:
    return lambda path: client.get(path).raise_for_status().json()


def _people(
    stack: ExitStack, platform: Platform, admin: httpx.Client, roles: dict[str, Any], unit: str
) -> Iterator[Person]:
    nothing = {"name": NO_ROLE, "permissions": []}
    for role in (nothing, *roles["items"]):
        for node in (unit, None) if role is not nothing else (None,):
            name = f"{role['name']}-{'unit' if node else 'everywhere'}"
            added = admin.post(f"{GATEWAY}/users", json={"name": name}).raise_for_status().json()
            session = stack.enter_context(closing(platform.signed_in(name, added["password"])))
            change_password(session, added["password"])
            if role is not nothing:
                given = {"user": name, "role": role["name"], "node": node}
                admin.post(f"{GATEWAY}/access/bindings", json=given).raise_for_status()
            made = session.post(f"{GATEWAY}/tokens", json={"name": "all"}).raise_for_status().json()
            headers = {"authorization": f"Bearer {made['token']}"}
            token = stack.enter_context(httpx.Client(base_url=platform.url, timeout=60, headers=headers))
            allowed = {p["name"] for p in role["permissions"]} | {"account:write"}
            yield Person(name, role["name"], frozenset(allowed), node is None, session, token)


def _sample(ask: Callable[[str], Any], admin: httpx.Client, nodes: list[dict[str, Any]], unit: str) -> Sample:
    below = [n for n in nodes if n["id"] == unit or n["parent_id"] == unit]
    rows = ask(f"/api/cockpit/v1/resources?scope={unit}&limit=1000")["items"]
    resources = [r for r in rows if r["ResourceId"]]
    query = "&".join(f"team={n['id']}" for n in below)
    finding = ask(f"/api/compliance/v1/findings?{query}")["items"][0]
    binding = admin.post(f"{GATEWAY}/access/bindings", json={"group": "people", "role": "viewer", "node": unit})
    return Sample(
        unit,
        resources[0]["x_TeamId"],
        resources[0]["ResourceId"],
        resources[0]["key"],
        finding["id"],
        binding.raise_for_status().json()["id"],
        tuple(below),
        frozenset(r["ResourceId"] for r in resources),
    )


def _foreign(nodes: list[dict[str, Any]], own: Sample, others: list[Sample]) -> re.Pattern[str]:
    parent = {n["id"]: n["parent_id"] for n in nodes}
    known = {n["id"] for n in own.nodes} | {parent[own.node]}
    named = [word for n in nodes if n["id"] not in known for word in (n["id"], n["name"], n["owner_email"]) if word]
    seen = {word for n in own.nodes for word in (n["id"], n["name"], n["owner_email"])} | own.resources
    things = [w for o in others for w in (*o.resources, o.key, o.finding, o.binding)]
    return any_of({*named, *things} - seen - ORDINARY.keys())
