"""Whatever changes anything leaves an entry in the audit record, in every service."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from scripts.gen_openapi import build_services

from fincc.common import audit

from .tree import ROOT

STORES_NOTHING = "answers a question; nothing is stored"
PERSONAL = "a bookmark that only its owner sees"
NOT_AUDITED = {
    "POST /api/attribution/v1/rule-sets/test": STORES_NOTHING,
    "POST /api/compliance/v1/policies/test": STORES_NOTHING,
    "POST /api/compliance/v1/inventory-checks": STORES_NOTHING,
    "POST /api/ingestion/v1/checks": STORES_NOTHING,
    "POST /api/ingestion/v1/plans": STORES_NOTHING,
    "POST /api/ingestion/v1/sources/{source}/check": STORES_NOTHING,
    "POST /api/ingestion/v1/sources/{source}/plan": STORES_NOTHING,
    "POST /api/gateway/v1/views": PERSONAL,
    "PUT /api/gateway/v1/views/{view_id}": PERSONAL,
    "DELETE /api/gateway/v1/views/{view_id}": PERSONAL,
}


@pytest.fixture(scope="module")
def writes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[..., Any]]:
    """`METHOD /path` → its function, of every route of every service that is not a GET."""
    services = build_services(Path(tmp_path_factory.mktemp("services")))
    return {
        f"{method} {context.path_format}": context.original_route.endpoint
        for service in services.values()
        for context in iter_route_contexts(service.app.routes)
        if isinstance(context.original_route, APIRoute)
        for method in (context.methods or ())
        if method not in ("GET", "HEAD", "OPTIONS")
    }


@cache
def functions_called(function: Callable[..., Any]) -> tuple[Callable[..., Any], ...]:
    """Our own functions that `function` calls by their name, or by that of their module."""
    found = (_named(function, node.func) for node in _calls(function))
    return tuple(f for f in found if inspect.isfunction(f) and f.__module__.startswith("fincc."))


def _calls(function: Callable[..., Any]) -> list[ast.Call]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _named(function: Callable[..., Any], said: ast.expr) -> object:
    known = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
    match said:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=ast.Name(id=module), attr=name) if inspect.ismodule(known.get(module)):
            return getattr(known[module], name, None)
    return None


def is_audited(route: Callable[..., Any]) -> bool:
    waiting, seen = [route], {route}
    while waiting:
        for called in functions_called(waiting.pop()):
            if called is audit.record:
                return True
            if called not in seen:
                seen.add(called)
                waiting.append(called)
    return False


def test_every_route_that_changes_something_is_audited(writes: dict[str, Callable[..., Any]]) -> None:
    assert len(writes) > 25
    forgotten = sorted(route for route, function in writes.items() if not is_audited(function))
    assert forgotten == sorted(NOT_AUDITED), "call fincc.common.audit.record in the transaction of the change"


def test_the_check_sees_a_change_that_is_not_audited(writes: dict[str, Callable[..., Any]]) -> None:
    assert not is_audited(writes["POST /api/gateway/v1/views"])
    assert is_audited(writes["POST /api/ingestion/v1/sources"])
    assert is_audited(writes["POST /api/attribution/v1/suggestions/accepted"]), "three calls away"


def test_every_action_is_explained() -> None:
    page = (ROOT / "docs/howto/audit.md").read_text()
    assert [action for action in audit.ACTIONS if f"| `{action}` |" not in page] == []
