"""The page on sizing says what was measured, its arithmetic is right, and the values it suggests are what it computes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from bench import constants
from scripts import gen_sizing
from scripts.helm import HelmMissing, find_helm, template

from fincc.common.testing.peers import not_run

from .manifests import VERSIONS, Manifest, containers, label, mistakes, parsed
from .tree import ROOT

VALUES = ("10-million", "100-million", "1-billion")
BOTH_ROLES = ("attribution", "cockpit")  # rules are decided, and drill-down reads, in pods that answer, too
PAGE = """
| constant | value | what it is |
|---|---|---|
| `line` | {constant} | bytes, a line |

| figure | 10 M | 100 M | 1 B | what it is |
|---|---|---|---|---|
| `lines` | 10,000,000 | 100,000,000 | 1,000,000,000 | lines |

| result | formula | unit | 10 M | 100 M | 1 B |
|---|---|---|---|---|---|
| `disk` | `2 × lines × line` | B | {results} |
"""


def measured() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gen_sizing.MEASURED.read_text())
    return found


def needs(size: int) -> dict[str, float]:
    return gen_sizing.computed(gen_sizing.PAGE.read_text(), measured()["constants"], size)


def test_constants_and_results_are_filled_in_where_they_belong() -> None:
    blank = PAGE.format(constant="", results=" |  | ")
    full = PAGE.format(constant="54.4", results="1.1 GB | 11 GB | 109 GB")
    assert gen_sizing.filled(blank, {"line": 54.4}, {}) == full
    assert gen_sizing.filled(full.replace("11 GB", "12 GB"), {"line": 54.4}, {}) == full


def test_a_name_that_was_never_measured_is_an_error() -> None:
    with pytest.raises(NameError, match="line"):
        gen_sizing.filled(PAGE, {"lane": 54.4}, {})


def test_the_page_on_sizing_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.gen_sizing", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_constants_follow_from_the_runs() -> None:
    found = measured()
    assert found["constants"] == constants.of(found["runs"])
    assert found["growth"] == constants.growth(found["runs"])


def test_every_constant_is_on_the_page() -> None:
    shown = {cells[0] for kind, cells in gen_sizing.rows(gen_sizing.PAGE.read_text()) if kind == gen_sizing.CONSTANT}
    assert shown == set(constants.CONSTANTS)


def test_the_page_says_when_and_on_what_it_was_measured() -> None:
    text = gen_sizing.PAGE.read_text()
    for run in measured()["runs"].values():
        assert f"{run['cores']} virtual cores of an {run['cpu']}, {run['memory_gib']} GiB" in text
        assert run["measured_at"].startswith("2026-11-29")
    assert "29 November 2026" in text


@pytest.fixture(scope="module")
def rendered() -> dict[str, list[Manifest]]:
    try:
        find_helm()
    except HelmMissing as missing:
        not_run(str(missing))
    found = {}
    for name in VALUES:
        done = template("production", "--values", str(ROOT / f"deploy/helm/sizes/{name}.yaml"))
        assert done.returncode == 0, done.stderr
        found[name] = parsed(done.stdout)
    return found


@pytest.mark.parametrize("name", VALUES)
def test_kubernetes_accepts_what_the_values_of_each_size_render_to(
    rendered: dict[str, list[Manifest]], name: str
) -> None:
    assert [mistake for manifest in rendered[name] for mistake in mistakes(manifest, VERSIONS[-1])] == []


@pytest.mark.parametrize("name", VALUES)
def test_pods_of_each_size_may_use_the_memory_that_they_need(rendered: dict[str, list[Manifest]], name: str) -> None:
    need = needs(VALUES.index(name))
    for (service, role), pod in pods(rendered[name]).items():
        if role == "worker" or service in BOTH_ROLES:
            limit = mebibytes(pod["resources"]["limits"]["memory"])
            assert need[f"memory_{service}"] <= limit, (service, role, limit)


@pytest.mark.parametrize("name", VALUES)
def test_connections_of_each_size_are_what_the_page_adds_up(rendered: dict[str, list[Manifest]], name: str) -> None:
    most = sum(m["spec"]["maxReplicas"] for m in rendered[name] if m["kind"] == "HorizontalPodAutoscaler")
    (pool,) = {variables(pod)["FINCC_DATABASE_POOL"] for pod in pods(rendered[name]).values()}
    need = needs(VALUES.index(name))
    assert most == need["pods"]
    assert most * int(pool) == need["connections"]


@pytest.mark.parametrize("name", VALUES)
def test_readers_of_each_size_are_those_of_the_page_and_have_a_core_each(
    rendered: dict[str, list[Manifest]], name: str
) -> None:
    worker = pods(rendered[name])["ingestion", "worker"]
    readers = needs(VALUES.index(name))["readers"]
    assert int(variables(worker)["FINCC_INGESTION_READERS"]) == readers
    assert int(worker["resources"]["requests"]["cpu"]) >= readers


def pods(manifests: list[Manifest]) -> dict[tuple[str, str], dict[str, Any]]:
    """The container of each service and role."""
    return {(label(m, "name"), label(m, "component")): containers(m)[0] for m in manifests if m["kind"] == "Deployment"}


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {variable["name"]: variable.get("value", "") for variable in container["env"]}


def mebibytes(quantity: str) -> int:
    said = re.fullmatch(r"(\d+)(Mi|Gi)", quantity)
    assert said, quantity
    return int(said[1]) * {"Mi": 1, "Gi": 1024}[said[2]]
