"""The demo company's bill, and a platform in each of its two modes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.database import fresh_database

from .harness import FINCC, ManyProcesses, OneProcess, Platform

AS_OF = "2026-11-24"


@dataclass(frozen=True)
class Bill:
    """The folder of the demo bill of 24 November 2026, and the totals it was generated with."""

    folder: Path
    totals: dict[str, Any]

    @property
    def cur(self) -> Path:
        return self.folder / "cur"


@pytest.fixture(scope="session")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Bill:
    folder = tmp_path_factory.mktemp("bill")
    subprocess.run([FINCC, "demo-bill", folder, "--as-of", AS_OF], check=True, capture_output=True)
    return Bill(folder, json.loads((folder / "expected-totals.json").read_text()))


@pytest.fixture(scope="module", params=["one process", "many processes"])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The same tests run in both modes; the second needs a real broker."""
    folder = tmp_path_factory.mktemp("platform")
    if request.param == "one process":
        with OneProcess(folder) as one:
            yield one
        return
    broker = request.getfixturevalue("kafka_broker")
    dsn = request.getfixturevalue("postgres_dsn")
    with fresh_database(dsn) as database, ManyProcesses(folder, dsn=database, bootstrap=broker.bootstrap) as many:
        yield many


def import_documents(platform: Platform, folder: Path) -> None:
    platform.ok("hierarchy", "import", str(folder / "hierarchy.yaml"))
    platform.ok("catalog", "import", str(folder / "catalog.yaml"))
    platform.ok("rules", "import", str(folder / "rules.yaml"))
