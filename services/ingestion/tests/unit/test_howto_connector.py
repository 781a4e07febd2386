"""The guide to a new connector, followed to the letter in a copy of the service, ends with one that works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs/howto/add-a-connector.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (services/\S+\.py)\n")
USE = """
import json, sys
from fincc.ingestion import connectors
source = connectors.create("acme_invoice", sys.argv[1], {})
steps = [[s.step, s.ok] for s in source.check()]
amounts = {}
for delivery in source.deliveries():
    mapper = source.mapper(delivery)
    for native in source.read(delivery):
        mapped = mapper.map(native)
        amounts[delivery.billing_period] = [str(v.as_py()) for v in mapped.columns["BilledCost"]]
titles = {k["kind"]: k["title"] for k in connectors.kinds()}
print(json.dumps([connectors.__file__, steps, amounts, titles.get("acme_invoice")]))
"""
SECRET = """
import json
from fincc.ingestion import connectors
source = connectors.create("acme_invoice", "/bills", {"portal_user": "finops", "portal_token": "hush"})
[kind] = [k for k in connectors.kinds() if k["kind"] == "acme_invoice"]
fields = kind["options"]["properties"]
hidden = [name for name, field in fields.items() if "writeOnly" in json.dumps(field)]
new = connectors.access_fields("acme_invoice") - connectors.access_fields("focus_file")
print(json.dumps([hidden, sorted(new), source.config.portal_token.get_secret_value(), str(source.config)]))
"""


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == language]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the service in which every block of the page is where the page says."""
    copy = tmp_path_factory.mktemp("followed")
    for part in ("src", "tests"):
        leave = shutil.ignore_patterns("__pycache__", "integration")
        shutil.copytree(ROOT / "services/ingestion" / part, copy / "services/ingestion" / part, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for text in blocks("python"):
        named = NAMED.match(text)
        assert named, f"a block that names no file: {text[:60]!r}"
        target = copy / named[1]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text[named.end() :])
    for text in blocks("diff"):
        # A repository of its own, or git would take the paths for those of one that the folder lies in.
        subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
        subprocess.run(["git", "apply", "-"], input=text, text=True, cwd=copy, check=True)
    return copy


def run(followed: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(followed / "services/ingestion/src"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, cwd=followed, env=environment, capture_output=True, text=True, check=False)


def test_the_contract_of_the_page_holds(followed: Path) -> None:
    [line] = [text for text in "".join(blocks("sh")).splitlines() if "pytest" in text]
    python, *rest = line.split()
    assert python == ".venv/bin/python"
    done = run(followed, sys.executable, *rest)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 12, "the whole contract"


def test_the_kind_is_there_and_reads_the_invoice_of_the_page(followed: Path, tmp_path: Path) -> None:
    rows = re.findall(r"^\| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    (tmp_path / "invoice.csv").write_text("".join(f"{row.replace(' | ', ',')}\n" for row in rows))
    done = run(followed, sys.executable, "-c", USE, str(tmp_path))
    assert done.returncode == 0, done.stderr
    module, steps, amounts, title = json.loads(done.stdout)
    assert module.startswith(str(followed)), "the copy, not the installed one"
    assert steps == [[step, True] for step in ("reachable", "manifests", "newest_period", "readable")]
    assert amounts == {"2026-10": ["120.500000000000", "-20.250000000000"]}
    assert title == "Acme invoice"


def test_the_secret_of_the_page_reaches_the_connector_and_is_hidden_otherwise(followed: Path) -> None:
    done = run(followed, sys.executable, "-c", SECRET)
    assert done.returncode == 0, done.stderr
    hidden, new, value, shown = json.loads(done.stdout)
    assert hidden[-1] == "portal_token"
    assert new == ["portal_token", "portal_user"]
    assert value == "hush"
    assert "finops" in shown
    assert "hush" not in shown


def test_the_rest_of_the_tests_needs_no_change_for_it(followed: Path) -> None:
    done = run(
        followed, sys.executable, "-m", "pytest", "-q", "services/ingestion/tests/unit/connectors/test_registry.py"
    )
    assert done.returncode == 0, done.stdout
