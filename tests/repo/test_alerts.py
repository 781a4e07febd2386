"""Alerts and dashboard use metrics that exist, and every alert has a runbook."""

import json
import re
from typing import Any

import promql_parser
import pytest
import yaml

from .manifests import golden
from .tree import ROOT, tracked

RUNBOOKS = "docs/runbooks/alerts.md"
# What others tell: kube-state-metrics, cAdvisor, Prometheus itself.
OTHERS = {
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "kube_deployment_spec_replicas",
    "kube_deployment_status_replicas_available",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_job_status_failed",
    "kube_job_status_succeeded",
    "kube_pod_container_resource_limits",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_restarts_total",
    "up",
}
PROCESS = {"process_open_fds", "process_max_fds"}
METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?=\{)|^up\b")


def rules() -> list[dict[str, Any]]:
    """As the profile for production has them."""
    manifest = golden("production", "PrometheusRule")[0]
    return [rule for group in manifest["spec"]["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    manifest = next(m for m in golden("production", "ConfigMap") if m["metadata"]["name"].endswith("-dashboard"))
    found: list[dict[str, Any]] = json.loads(manifest["data"]["fincc.json"])["panels"]
    return found


def expressions() -> dict[str, str]:
    found = {rule["alert"]: rule["expr"] for rule in rules()}
    return found | {panel["title"]: target["expr"] for panel in panels() for target in panel["targets"]}


def own_metrics() -> set[str]:
    """The names that our code registers."""
    text = "".join((ROOT / path).read_text() for path in tracked("libs/*/src/*.py", "services/*/src/*.py"))
    return set(re.findall(r'"(fincc_[a-z0-9_]+)"', text))


@pytest.mark.parametrize("name", expressions())
def test_an_expression_is_one_that_prometheus_reads(name: str) -> None:
    promql_parser.parse(expressions()[name])


@pytest.mark.parametrize("name", expressions())
def test_an_expression_asks_for_metrics_that_exist(name: str) -> None:
    own = {metric + suffix for metric in own_metrics() for suffix in ("", "_total", "_bucket", "_count", "_sum")}
    asked = set(METRIC.findall(expressions()[name]))
    assert asked
    assert asked - OTHERS - PROCESS - own == set()


def test_the_metrics_of_the_process_are_told() -> None:
    from prometheus_client import generate_latest

    told = generate_latest().decode()
    assert [name for name in PROCESS if f"\n{name} " not in told] == []


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / RUNBOOKS).read_text(), re.MULTILINE)
    assert headings == [rule["alert"] for rule in rules()]


def test_every_runbook_says_what_it_means_where_to_look_and_what_to_do() -> None:
    for part in re.split(r"^## ", (ROOT / RUNBOOKS).read_text(), flags=re.MULTILINE)[1:]:
        for word in ("**Means** ", "**Look** ", "**Do** "):
            assert f"\n{word}" in part, part.splitlines()[0]


def test_every_alert_says_what_is_wrong_and_how_badly() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]


def test_a_rule_file_for_another_prometheus_says_the_same() -> None:
    as_file = next(m for m in golden("keda-gateway-api", "ConfigMap") if m["metadata"]["name"].endswith("-alerts"))
    found = yaml.safe_load(as_file["data"]["fincc.rules.yaml"])
    assert [r["alert"] for g in found["groups"] for r in g["rules"]] == [rule["alert"] for rule in rules()]
    assert "@" not in re.sub(r"[a-z]+@[a-z]+", "", (as_file["data"]["fincc.rules.yaml"]).split("groups:", 1)[1])
