"""The house rules hold for all our Python code, and each rule can tell right from wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from .ast_rules import RULES, Rule
from .tree import ROOT, is_generated, tracked

BY_NAME = {rule.name: rule for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    found = [
        f"{path}:{line}: {rule.message}; {rule.reason}"
        for path in tracked("*.py")
        if rule.concerns(path) and not is_generated(path)
        for line in rule.lines((ROOT / path).read_text())
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("name", "broken", "kept"),
    [
        ("commit", "await session.commit()", "await session.flush()"),
        ("built-sql", 'text(f"select {value}")', 'text("select :value")'),
        ("built-sql", 'session.execute("select " + f"{value}")', 'session.execute("select " + "1")'),
        ("built-sql", 'connection.fetchval("select %s" % value)', 'connection.fetchval("select $1", value)'),
        ("long-function", "def f():\n" + "    x = 1\n" * 60, "def f():\n" + "    x = 1\n" * 59),
        (
            "long-function",
            "def f():\n" + "    def g():\n        x = 1\n" * 1 + "    x = 1\n" * 60,
            "def f():\n" + "    def g():\n        x = 1\n" * 40,
        ),
        ("float-money", 'Column("cost", sa.Float)', 'Column("cost", sa.Numeric(38, 12))'),
        ("pure-domain", "import httpx", "import numpy as np"),
        ("pure-domain", "from fincc.common.db import Session", "from fincc.common.money import SCALE"),
        ("pure-domain", "from fincc.cockpit.repository import costs", "from fincc.cockpit.domain import owners"),
    ],
)
def test_the_rule_tells_right_from_wrong(name: str, broken: str, kept: str) -> None:
    assert BY_NAME[name].lines(broken)
    assert not BY_NAME[name].lines(kept)


def test_an_exception_concerns_its_place_alone() -> None:
    commit = BY_NAME["commit"]
    assert not commit.concerns("libs/common/src/fincc/common/db.py")
    assert commit.concerns("services/cockpit/src/fincc/cockpit/usecases/project.py")


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("TID251", 'import os\n\nhome = os.environ["HOME"]\n'),
        ("T201", 'print("here")\n'),
        ("DTZ005", "from datetime import datetime\n\nnow = datetime.now()\n"),
        ("S110", "try:\n    work()\nexcept Exception:\n    pass\n"),
        ("FIX002", "# TO" + "DO: later\n"),
        ("TID251", "import pandas\n"),
    ],
)
def test_the_linter_refuses_it_in_a_service(code: str, broken: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ruff"), "check", "--output-format=concise", "-"]
        + ["--stdin-filename=services/cockpit/src/fincc/cockpit/usecases/example.py"],
        input=broken,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1
    assert code in done.stdout
