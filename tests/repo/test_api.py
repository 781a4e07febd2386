"""The routes as documented, as served, and as the web app knows them are the same."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scripts.gen_openapi import build_services

from fincc.common.testing.routes import routes_ignoring_the_place

from .tree import ROOT

DOCUMENT = ROOT / "docs/reference/openapi.json"
PATH = re.compile(r'^    "(/[^"]+)": \{', re.MULTILINE)


@pytest.mark.slow
def test_the_document_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.gen_openapi", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_types_of_the_web_app_have_every_route_of_the_document() -> None:
    """Whether they are fresh in every part is checked with the types of the web app, where Node is at hand."""
    types = (ROOT / "frontend/src/api/schema.d.ts").read_text()
    assert set(PATH.findall(types)) == set(json.loads(DOCUMENT.read_text())["paths"])


def test_every_operation_names_its_permission_and_its_errors() -> None:
    for path, item in json.loads(DOCUMENT.read_text())["paths"].items():
        for method, operation in item.items():
            assert operation.get("x-permission"), f"{method} {path}"
            assert "Problem" in json.dumps(operation["responses"]), f"{method} {path}"


def test_who_sees_a_part_of_the_hierarchy_gets_that_part_from_every_route_or_none(tmp_path: Path) -> None:
    """A route that is not about the whole installation, and whose answer belongs to somebody, has to look at the place."""
    for name, service in build_services(tmp_path).items():
        assert routes_ignoring_the_place(service.app) == [], name
