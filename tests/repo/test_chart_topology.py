"""The charts install what the topology names: services, ports, roles, who talks to whom, and no more workers than partitions."""

from typing import Any

import pytest
import yaml
from scripts.gen_charts import settings_of

from fincc.common.topology import SERVICES, get_service, get_topic

from .manifests import CHARTS, PROFILES, Manifest, containers, golden, label, name_of, ours, parsed
from .tree import ROOT

NAMES = [spec.name for spec in SERVICES]
TOGETHER = [profile for profile in PROFILES if profile != "one-service"]
NOT_SETTINGS = {"PGSSLMODE", "PGSSLROOTCERT"}


def peers(rule: dict[str, Any], side: str) -> list[str]:
    """Names of our services that a rule of a NetworkPolicy is about."""
    labels = [peer.get("podSelector", {}).get("matchLabels", {}) for peer in rule.get(side, [])]
    return [found["app.kubernetes.io/name"] for found in labels if "app.kubernetes.io/name" in found]


def policies(profile: str) -> dict[str, dict[str, Any]]:
    found = {label(m, "name"): m["spec"] for m in golden(profile, "NetworkPolicy")}
    return {name: spec for name, spec in found.items() if name in NAMES}


def ports(rule: dict[str, Any]) -> set[object]:
    return {port["port"] for port in rule["ports"]}


def test_the_chart_of_all_has_a_part_for_every_service() -> None:
    chart = yaml.safe_load((CHARTS / "fincc/Chart.yaml").read_text())
    assert [part["alias"] for part in chart["dependencies"]] == NAMES
    assert {part["name"] for part in chart["dependencies"]} == {"fincc-service"}
    assert [part["condition"] for part in chart["dependencies"]] == [f"{name}.enabled" for name in NAMES]
    values = yaml.safe_load((CHARTS / "fincc/values.yaml").read_text())
    assert {name: values[name]["service"] for name in NAMES} == {name: name for name in NAMES}


def test_both_charts_have_one_version() -> None:
    charts = [yaml.safe_load((CHARTS / name / "Chart.yaml").read_text()) for name in ("fincc", "fincc-service")]
    versions = {c["version"] for c in charts} | {part["version"] for part in charts[0]["dependencies"]}
    assert versions == {charts[0]["appVersion"]} == {charts[1]["appVersion"]}


@pytest.mark.parametrize("profile", TOGETHER)
def test_there_is_a_deployment_for_every_role_of_every_service(profile: str) -> None:
    expected = {f"fincc-{spec.name}-{role}" for spec in SERVICES for role in spec.roles}
    assert {m["metadata"]["name"] for m in golden(profile, "Deployment")} == expected
    for manifest in golden(profile, "Deployment"):
        name, role = label(manifest, "name"), label(manifest, "component")
        chosen = ["--role", role] if len(get_service(name).roles) > 1 else []
        assert containers(manifest)[0]["args"] == ["run", name, *chosen]
        assert containers(manifest)[0]["ports"] == [{"name": "http", "containerPort": get_service(name).port}]


@pytest.mark.parametrize("profile", TOGETHER)
def test_a_service_is_found_at_the_port_of_the_topology_and_never_leads_to_a_worker(profile: str) -> None:
    found = {label(m, "name"): m for m in golden(profile, "Service") if label(m, "name") in NAMES}
    assert set(found) == set(NAMES)
    for name, manifest in found.items():
        assert manifest["metadata"]["name"] == f"fincc-{name}"
        assert [port["port"] for port in manifest["spec"]["ports"]] == [get_service(name).port]
        assert manifest["spec"]["selector"]["app.kubernetes.io/component"] == "api"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_autoscaled_deployment_has_one_autoscaler_within_its_partitions(profile: str) -> None:
    scalers = golden(profile, "HorizontalPodAutoscaler", "ScaledObject")
    aims = [m["spec"]["scaleTargetRef"]["name"] for m in scalers]
    assert len(set(aims)) == len(aims)
    free = {m["metadata"]["name"] for m in golden(profile, "Deployment") if "replicas" not in m["spec"]}
    assert set(aims) == free
    for manifest in scalers:
        spec = get_service(label(manifest, "name"))
        most = manifest["spec"].get("maxReplicas") or manifest["spec"]["maxReplicaCount"]
        if label(manifest, "component") == "worker" and spec.consumes:
            assert most <= max(get_topic(topic).partitions for topic in spec.consumes), name_of(manifest)


def test_with_keda_every_worker_that_reads_topics_follows_the_lag_of_all_of_them() -> None:
    found = {label(m, "name"): m["spec"] for m in golden("keda-gateway-api", "ScaledObject")}
    assert set(found) == {spec.name for spec in SERVICES if spec.consumes and "worker" in spec.roles}
    for name, spec in found.items():
        kinds = [trigger["type"] for trigger in spec["triggers"]]
        lag = [trigger["metadata"] for trigger in spec["triggers"] if trigger["type"] == "kafka"]
        assert kinds.count("cpu") == 1
        assert [trigger["topic"] for trigger in lag] == list(get_service(name).consumes)
        assert {trigger["consumerGroup"] for trigger in lag} == {name}


@pytest.mark.parametrize("profile", TOGETHER)
def test_every_deployment_of_more_than_one_pod_survives_the_draining_of_a_node(profile: str) -> None:
    budgets = {m["metadata"]["name"] for m in golden(profile, "PodDisruptionBudget")}
    expected = {m["metadata"]["name"] for m in golden(profile, "Deployment") if m["spec"].get("replicas", 2) > 1}
    assert budgets == expected


@pytest.mark.parametrize("profile", TOGETHER)
def test_who_may_talk_to_whom_is_what_the_topology_says(profile: str) -> None:
    found = policies(profile)
    assert set(found) == set(NAMES)
    for spec in SERVICES:
        policy = found[spec.name]
        assert sorted(policy["policyTypes"]) == ["Egress", "Ingress"]
        callers = [name for rule in policy["ingress"] for name in peers(rule, "from")]
        assert callers == [other.name for other in SERVICES if spec.name in other.calls]
        called = {name: ports(rule) for rule in policy["egress"] for name in peers(rule, "to")}
        assert called == {name: {get_service(name).port} for name in (spec.name, *spec.calls)}


@pytest.mark.parametrize("profile", TOGETHER)
def test_only_services_with_topics_reach_kafka(profile: str) -> None:
    port = {"development": 9092}.get(profile, 9094)
    for name, policy in policies(profile).items():
        reaches = any(port in ports(rule) for rule in policy["egress"])
        assert reaches == bool(get_service(name).consumes or get_service(name).produces), name


def test_people_reach_the_gateway_and_nothing_else() -> None:
    for name, policy in policies("production").items():
        from_ingress = [
            rule
            for rule in policy["ingress"]
            for peer in rule.get("from", [])
            if peer.get("namespaceSelector", {}).get("matchLabels") == {"kubernetes.io/metadata.name": "ingress-nginx"}
        ]
        assert bool(from_ingress) == (name == "gateway")
    routes = golden("production", "Ingress") + golden("keda-gateway-api", "HTTPRoute")
    assert [label(route, "name") for route in routes] == ["gateway", "gateway"]


@pytest.mark.parametrize("profile", TOGETHER)
def test_every_service_is_migrated_and_one_job_makes_the_topics(profile: str) -> None:
    jobs = [containers(m)[0]["args"] for m in golden(profile, "Job")]
    assert sorted(jobs) == sorted([["migrate", name] for name in NAMES] + [["migrate", "topics"]])


def test_migrations_come_before_new_pods_where_the_database_is_there_already() -> None:
    for manifest in golden("production", "Job"):
        assert manifest["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert not any("annotations" in m["metadata"] for m in golden("development", "Job"))


@pytest.mark.parametrize("profile", PROFILES)
def test_every_variable_is_a_setting_of_its_service_and_secrets_come_from_secrets(profile: str) -> None:
    for manifest in ours(profile):
        known = settings_of(get_service(label(manifest, "name")))
        for container in containers(manifest):
            for variable in container.get("env", []):
                name = variable["name"]
                assert name in known or name in NOT_SETTINGS, f"{name_of(manifest)}: {name}"
                is_referred = "secretKeyRef" in variable.get("valueFrom", {})
                assert is_referred or not known.get(name), f"{name_of(manifest)}: {name} stands there in the open"


@pytest.mark.parametrize("profile", PROFILES)
def test_only_the_gateway_has_the_key_that_signs(profile: str) -> None:
    holders = {
        label(manifest, "name")
        for manifest in ours(profile)
        for container in containers(manifest)
        for variable in container.get("env", [])
        if variable["name"] == "FINCC_SUBJECT_PRIVATE_KEY"
    }
    assert holders <= {"gateway"}


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_secret_is_in_the_charts(profile: str) -> None:
    assert golden(profile, "Secret") == []


def images_built() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parsed((ROOT / "skaffold.yaml").read_text())[0]["build"]["artifacts"]
    return found


def test_skaffold_builds_an_image_of_every_service() -> None:
    assert [artifact["image"] for artifact in images_built()] == [f"fincc-{name}" for name in NAMES]
    built = [artifact["docker"]["buildArgs"]["SERVICE"] for artifact in images_built()]
    assert built == NAMES


def test_skaffold_has_a_profile_for_every_service_and_they_exchange_its_sources_alone() -> None:
    skaffold: Manifest = parsed((ROOT / "skaffold.yaml").read_text())[0]
    assert [profile["name"] for profile in skaffold["profiles"]] == NAMES
    for profile in skaffold["profiles"]:
        artifact = profile["build"]["artifacts"][0]
        assert artifact["image"] == f"fincc-{profile['name']}"
        assert artifact["docker"]["target"] == "hot"
        assert [rule["src"] for rule in artifact["sync"]["manual"]] == [
            "libs/common/src/**/*.py",
            f"services/{profile['name']}/src/**/*.py",
        ]
