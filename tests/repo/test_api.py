"""The routes as documented, as served, and as the web app calls them are the same."""

import json
import re
import subprocess
import sys

import pytest

from .tree import ROOT

DOCUMENT = ROOT / "docs/reference/openapi.json"
CALLED = re.compile(r'^ {2}"(/api/[^"]+)": (.*?)(?=^ {2}"|^\})', re.MULTILINE | re.DOTALL)
METHOD = re.compile(r"\b(get|put|post|patch|delete): ")


def without_names(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


@pytest.mark.slow
def test_the_document_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/gen_openapi.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_route_that_the_web_app_calls_is_served() -> None:
    served = {without_names(path): set(item) for path, item in json.loads(DOCUMENT.read_text())["paths"].items()}
    called = CALLED.findall((ROOT / "frontend/src/api/schema.d.ts").read_text())
    missing = [
        f"{method} {path}"
        for path, block in called
        for method in METHOD.findall(block) or [next(iter(served.get(without_names(path), ["any"])))]
        if method not in served.get(without_names(path), ())
    ]
    assert called
    assert not missing


def test_every_operation_names_its_permission_and_its_errors() -> None:
    for path, item in json.loads(DOCUMENT.read_text())["paths"].items():
        for method, operation in item.items():
            assert operation.get("x-permission"), f"{method} {path}"
            assert "Problem" in json.dumps(operation["responses"]), f"{method} {path}"
