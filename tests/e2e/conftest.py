"""The demo company's bill, and a platform in each of its two modes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.database import fresh_database
from fincc.common.testing.peers import not_run

from .browser import ROOT, Browser
from .harness import FINCC, Cluster, ManyProcesses, OneProcess, Platform, wait_for

AS_OF = "2026-11-24"
MONTHS = 3
CLUSTER = os.environ.get("FINCC_E2E_CLUSTER")
MODES = ("cluster",) if CLUSTER else ("one process", "many processes")


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


@pytest.fixture(scope="module")
def few(bill: Bill, tmp_path_factory: pytest.TempPathFactory) -> Bill:
    """The last closed months of the demo bill, and the company's documents."""
    folder = tmp_path_factory.mktemp("few")
    report = next((bill.folder / "cur").iterdir())
    periods = bill.totals["periods"][-1 - MONTHS : -1]
    for period in periods:
        start = period["billing_period"].replace("-", "") + "01"
        month = next(report.glob(f"{start}-*"))
        shutil.copytree(month, folder / "cur" / report.name / month.name)
    for document in bill.folder.glob("*.yaml"):
        shutil.copy(document, folder)
    return Bill(folder, {**bill.totals, "periods": periods})


@pytest.fixture(scope="module", params=MODES)
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The same tests run in both modes, the second of which needs a real broker; or, when FINCC_E2E_CLUSTER names the
    folder that `make kind-up` left, against that cluster."""
    if request.param == "cluster":
        assert CLUSTER is not None
        with Cluster(Path(CLUSTER)) as cluster:
            yield cluster
        return
    with started(request, tmp_path_factory.mktemp("platform"), {}) as running:
        yield running


@contextmanager
def started(request: pytest.FixtureRequest, folder: Path, settings: dict[str, str]) -> Iterator[Platform]:
    """In the mode that `request` has for its parameter: one process, or many."""
    if request.param == "one process":
        with OneProcess(folder, settings=settings) as one:
            yield one
        return
    broker = request.getfixturevalue("kafka_broker")
    dsn = request.getfixturevalue("postgres_dsn")
    with (
        fresh_database(dsn) as database,
        ManyProcesses(folder, dsn=database, bootstrap=broker.bootstrap, settings=settings) as many,
    ):
        yield many


@pytest.fixture
def browser() -> Browser:
    """For tests that cannot run without Chromium and the built app."""
    chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if chromium is None:
        not_run("no Chromium here; on Debian and Ubuntu: apt-get install chromium")
    if not (ROOT / "frontend" / "dist" / "index.html").exists():
        not_run("the app is not built; run `make frontend`")
    return Browser(chromium)


def import_documents(platform: Platform, folder: Path) -> None:
    platform.ok("hierarchy", "import", str(folder / "hierarchy.yaml"))
    platform.ok("catalog", "import", str(folder / "catalog.yaml"))
    platform.ok("rules", "import", str(folder / "rules.yaml"))
    platform.ok("policy", "import", str(folder / "policy.yaml"))


def bring(platform: Platform, bill: Bill) -> None:
    """The company's documents, and its bill until all hops agree."""
    import_documents(platform, bill.folder)
    platform.add_bill(bill.cur)
    platform.ingest()
    platform.reconciled()


def judged(platform: Platform, timeout_s: float = 60) -> dict[str, Any]:
    """What coverage says once a scan has seen all that there is."""

    def current() -> dict[str, Any] | None:
        with platform.client() as client:
            answer: dict[str, Any] = client.get("/api/compliance/v1/coverage").raise_for_status().json()
        return answer if answer["meta"]["scan"]["state"] == "current" else None

    answer = wait_for(current, timeout_s, every_s=0.5)
    assert answer is not None, platform.fincc("untagged").out + platform.tail()
    return answer
