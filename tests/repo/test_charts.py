"""The charts render to what is kept, Kubernetes accepts it, and values that cannot be are refused by name."""

import copy
import json
import re
import subprocess
from pathlib import Path

import pytest
from scripts import gen_charts
from scripts.helm import HelmMissing, chart_of, find_helm, helm, render, template

from fincc.common.testing.peers import not_run

from .manifests import (
    CHARTS,
    PROFILES,
    VERSIONS,
    Manifest,
    containers,
    golden,
    label,
    mistakes,
    name_of,
    ours,
    parsed,
    pod_spec,
)
from .tree import ROOT, tracked

DSN = "FINCC_DATABASE_URL"


@pytest.fixture(scope="module")
def program() -> str:
    """What the charts are rendered with; the kept manifests can be read without it."""
    try:
        return find_helm()
    except HelmMissing as missing:
        not_run(str(missing))


def by_name(manifests: list[Manifest]) -> dict[str, Manifest]:
    found = {name_of(manifest): manifest for manifest in manifests}
    assert len(found) == len(manifests)
    return found


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("profile", PROFILES)
def test_the_kept_manifests_are_what_the_chart_renders(profile: str) -> None:
    assert by_name(parsed(render(profile))) == by_name(golden(profile)), "run `make gen`"


def test_nothing_is_kept_of_a_profile_that_is_gone() -> None:
    assert sorted(path.stem for path in (CHARTS / "golden").iterdir()) == PROFILES


def test_what_the_charts_repeat_of_the_code_is_fresh() -> None:
    assert (CHARTS / "fincc-service/topology.yaml").read_text() == gen_charts.topology_text(), "run `make gen`"
    assert (ROOT / "docs/reference/chart-values.md").read_text() == gen_charts.page(), "run `make gen`"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("profile", PROFILES)
def test_kubernetes_accepts_every_field(profile: str, version: str) -> None:
    assert [mistake for manifest in golden(profile) for mistake in mistakes(manifest, version)] == []


def test_a_field_that_is_misspelt_or_of_the_wrong_type_would_be_found() -> None:
    for kind, path, value in (
        ("Deployment", ("spec", "template", "spec", "containers", 0, "readynessProbe"), {}),
        ("Deployment", ("spec", "replicas"), "two"),
        ("ScaledObject", ("spec", "maxReplicas"), 3),
        ("HTTPRoute", ("spec", "hostname"), "x"),
    ):
        manifest = copy.deepcopy(golden("keda-gateway-api", kind)[0])
        where = manifest
        for part in path[:-1]:
            where = where[part]
        where[path[-1]] = value
        assert mistakes(manifest, VERSIONS[-1]), (kind, path)


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("profile", PROFILES)
def test_helm_finds_nothing_to_complain_of(profile: str) -> None:
    values = CHARTS / f"profiles/{profile}.yaml"
    done = helm("lint", "--strict", chart_of(values), "--values", values)
    assert done.returncode == 0, done.stdout + done.stderr


REFUSED = [
    ("production", "global.kafka.security=sasl", "at '/global/kafka/security': value must be one of"),
    ("production", "global.kafka.bootstrap=kafka", "at '/global/kafka/bootstrap'"),
    ("production", "global.objectStore.url=/data", "at '/global/objectStore/url'"),
    ("production", "cockpit.wroker.replicas=1", "'wroker' not allowed"),
    ("production", "cokpit.enabled=false", "'cokpit' not allowed"),
    ("production", "cockpit.api.replicas=-1", "at '/api/replicas'"),
    ("production", "cockpit.pod.terminationGracePeriodSeconds=5", "at '/pod/terminationGracePeriodSeconds'"),
    ("production", "global.networkPolicy.outside[0].ports=443", "got number, want array"),
    ("production", "global.kafka.secret=", "global.kafka.secret: security SASL_SSL needs the name of a Secret"),
    ("production", "global.kafka.security=PLAINTEXT", "global.kafka.caSecret: it is used with security SSL"),
    ("production", "global.postgres.tls.caSecret=", "global.postgres.tls.caSecret: mode verify-full needs"),
    ("production", "global.objectStore.claim=x", "global.objectStore: give a url or a claim, not both"),
    (
        "production",
        "cockpit.worker.autoscaling.max=13",
        "cockpit.worker: 13 workers, but its topics have 12 partitions",
    ),
    ("production", "attribution.worker.replicas=13", "attribution.worker: 13 workers, but its topics have 12"),
    ("production", "cockpit.api.autoscaling.min=9", "cockpit.api.autoscaling: min 9 is more than max 6"),
    ("production", "cockpit.ingress.enabled=true", "cockpit: only the gateway is reached from outside"),
    ("production", "gateway.ingress.host=", "gateway.ingress.host: name the host people use"),
    ("production", "gateway.httpRoute.enabled=true", "gateway.httpRoute.parents: name the Gateway"),
    ("production", "cockpit.settings.FINCC_COCKPIT_CACHE_MB=1", "cockpit has no such setting"),
    ("production", "cockpit.settings.FINCC_INGESTION_LEASE_S=60", "cockpit has no such setting"),
    ("production", "cockpit.settings.FINCC_KAFKA_PASSWORD=x", "this is a secret; put it into a Secret"),
    ("production", "cockpit.settings.FINCC_PORT=80", "the chart sets this one"),
    ("one-service", "service=warehouse", 'there is no service "warehouse"; there are attribution, cockpit'),
    ("one-service", "global.kafka.bootstrap=", "global.kafka.bootstrap: name the brokers"),
    ("one-service", "global.objectStore.url=", "global.objectStore: give the url of a bucket"),
]


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(("profile", "change", "said"), REFUSED)
def test_a_value_that_cannot_be_is_refused_by_name(profile: str, change: str, said: str) -> None:
    done = template(profile, "--set", change)
    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.usefixtures("program")
def test_what_a_cluster_on_this_machine_adds_is_accepted(tmp_path: Path) -> None:
    values = tmp_path / "kind.yaml"
    values.write_text((ROOT / "deploy/kind/values.yaml").read_text().replace("@shared@", str(tmp_path)))
    done = template("development", "--values", str(values))
    assert done.returncode == 0, done.stderr
    mounted = [m for m in parsed(done.stdout) if f'"{tmp_path}"' in json.dumps(m)]
    assert {manifest["metadata"]["labels"]["app.kubernetes.io/name"] for manifest in mounted} == {"ingestion"}
    assert [mistake for manifest in mounted for mistake in mistakes(manifest, VERSIONS[-1])] == []


@pytest.mark.parametrize("script", tracked("deploy/*.sh", "scripts/*.sh"))
def test_a_script_is_one_that_the_shell_reads_and_may_be_run(script: str) -> None:
    assert subprocess.run(["sh", "-n", ROOT / script], check=False).returncode == 0
    assert (ROOT / script).stat().st_mode & 0o111


def test_every_profile_says_what_it_is_for() -> None:
    for profile in PROFILES:
        lines = (CHARTS / f"profiles/{profile}.yaml").read_text().splitlines()
        assert re.match(r"# \S.*\.$", lines[1 if lines[0].startswith("# chart:") else 0]), profile


def database_of(manifest: Manifest) -> set[tuple[str, str]]:
    """The Secrets, with their keys, that its containers take the DSN from."""
    sources = [
        v["valueFrom"]["secretKeyRef"] for c in containers(manifest) for v in c.get("env", []) if v["name"] == DSN
    ]
    return {(source["name"], source["key"]) for source in sources}


def test_a_service_signs_in_to_the_database_with_its_own_login_where_it_has_one_and_migrations_never_do() -> None:
    for manifest in ours("production"):
        own = f"fincc-postgres-{label(manifest, 'name')}"
        expected = "fincc-postgres-owner" if manifest["kind"] == "Job" else own
        assert database_of(manifest) == {(expected, "database-url")}, name_of(manifest)
    for profile in ("keda-gateway-api", "one-service", "development"):
        for manifest in ours(profile):
            assert database_of(manifest) == {("fincc-postgres", "database-url")}, name_of(manifest)


@pytest.mark.usefixtures("program")
def test_a_login_of_one_service_changes_that_service_alone() -> None:
    done = template("keda-gateway-api", "--set", "cockpit.postgres.secret=own", "--set", "cockpit.postgres.key=dsn")
    assert done.returncode == 0, done.stderr
    kinds = [m for m in parsed(done.stdout) if m["kind"] in ("Deployment", "Job", "Pod")]
    changed = {name_of(m) for m in kinds if database_of(m) == {("own", "dsn")}}
    assert changed == {"Deployment fincc-cockpit-api", "Deployment fincc-cockpit-worker", "Pod fincc-cockpit-test"}
    assert {name for m in kinds if name_of(m) not in changed for name, _ in database_of(m)} == {"fincc-postgres"}


@pytest.mark.parametrize("profile", PROFILES)
def test_pods_have_no_rights_they_do_not_need(profile: str) -> None:
    for manifest in golden(profile, "Deployment", "Job", "Pod", "StatefulSet"):
        spec = pod_spec(manifest)
        assert spec["automountServiceAccountToken"] is False, name_of(manifest)
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(manifest):
            rights = container["securityContext"]
            assert rights["allowPrivilegeEscalation"] is False
            assert rights["capabilities"] == {"drop": ["ALL"]}
    for manifest in ours(profile):
        for container in containers(manifest):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["volumeMounts"][0] == {"name": "tmp", "mountPath": "/tmp"}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_deployment_has_probes_resources_and_a_user_of_the_image(profile: str) -> None:
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "deploy/service.Dockerfile").read_text(), re.MULTILINE)
    assert user
    for manifest in golden(profile, "Deployment"):
        assert pod_spec(manifest)["securityContext"]["runAsUser"] == int(user[1])
        for container in containers(manifest):
            probes = {
                name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")
            }
            assert probes == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            assert "memory" in container["resources"]["limits"]


def test_the_dockerfile_leaves_nothing_to_build_with_and_names_its_packages() -> None:
    text = (ROOT / "deploy/service.Dockerfile").read_text()
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    assert [re.match(r"\S+(?: AS (\w+))?", stage)[1] for stage in stages] == ["build", "runtime", "hot", "service"]
    assert all(stage.startswith(("${BASE}", "runtime")) for stage in stages)
    assert 'io.fincc.sbom="/opt/fincc/sbom.cdx.json"' in stages[1]
    assert "install-service.sh" in stages[0]
    assert "pip install" not in "".join(stages[1:])
