"""The pods of a rendered chart as processes of this machine: each from the environment that its image is made of, with the
commands and variables of the manifests. Only where things are differs: addresses, and folders for volumes."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import yaml

from .harness import ManyProcesses, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "deploy/helm/golden"
IMAGE = re.compile(r"(?:.*/)?fincc-([a-z_]+):.*")


@dataclass(frozen=True)
class Pod:
    """A container of a Deployment, a Job or a test, and what its pod mounts."""

    kind: str
    name: str
    component: str
    container: dict[str, Any]
    volumes: list[dict[str, Any]]

    @property
    def secret_files(self) -> dict[str, str]:
        """Folder in the pod → the Secret whose keys are files there."""
        mounted = {mount["name"]: mount["mountPath"] for mount in self.container["volumeMounts"]}
        return {mounted[v["name"]]: v["secret"]["secretName"] for v in self.volumes if "secret" in v}

    @property
    def service(self) -> str:
        found = IMAGE.fullmatch(self.container["image"])
        assert found, self.container["image"]
        return found[1]

    @property
    def port(self) -> int:
        return int(self.container["ports"][0]["containerPort"])


def pods_of(profile: str) -> list[Pod]:
    """Those of our own images, in the order of the manifests."""
    found = []
    for manifest in yaml.safe_load_all((GOLDEN / f"{profile}.yaml").read_text()):
        if manifest and manifest["kind"] in ("Deployment", "Job", "Pod"):
            name, labels = manifest["metadata"]["name"], manifest["metadata"]["labels"]
            spec = manifest["spec"] if manifest["kind"] == "Pod" else manifest["spec"]["template"]["spec"]
            containers = (*spec.get("initContainers", ()), *spec["containers"])
            found += [
                Pod(manifest["kind"], name, labels["app.kubernetes.io/component"], c, spec["volumes"])
                for c in containers
            ]
    return found


def image_environment() -> dict[str, str]:
    """What the image sets, but for where its programs are; the app is the one built here."""
    text = (ROOT / "deploy/service.Dockerfile").read_text().split("FROM ${BASE} AS runtime")[1].split("\nFROM ")[0]
    lines = re.search(r"^ENV ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert lines
    found = dict(pair.split("=", 1) for pair in lines[1].replace("\\\n", " ").split())
    return found | {"FINCC_GATEWAY_APP_DIR": str(ROOT / "frontend/dist")}


def install(service: str, folder: Path) -> Path:
    """The environment of the service's image, made by the script that makes it there. Returns its folder of programs."""
    done = subprocess.run(
        [ROOT / "scripts/install-service.sh", service, folder],
        env={**os.environ, "TOOLS": str(Path(sys.executable).parent), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "bin"


@dataclass
class Pods(ManyProcesses):
    """All pods of the profile `development`, on an address of this machine for each role. `programs` has the folder of
    programs of each service; `dsn` and `bootstrap` stand for what the chart would bring."""

    programs: dict[str, Path] = field(default_factory=dict)
    # Each role has the ports of the topology to itself, as each pod has in a cluster.
    network: str = field(default_factory=lambda: f"127.{random.randint(1, 254)}.{random.randint(1, 254)}")

    @cached_property
    def pods(self) -> list[Pod]:
        return pods_of("development")

    @cached_property
    def secrets(self) -> dict[str, dict[str, str]]:
        made = subprocess.run(
            [self.programs["gateway"] / "fincc", "keys", self.folder / "keys"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        keys = {path.name: path.read_text() for path in (self.folder / "keys").iterdir()}
        new = subprocess.run([self.programs["ingestion"] / "fincc", "keys"], capture_output=True, text=True, check=True)
        return {
            "fincc-keys": keys,
            "fincc-postgres": {"database-url": self.dsn},
            "fincc-secret-keys": {"secret-keys": new.stdout},
        }

    def address(self, pod: Pod) -> str:
        return f"{self.network}.{2 if pod.component == 'worker' else 1}"

    def variables(self, pod: Pod) -> dict[str, str]:
        """What the manifest says, with what is elsewhere here put in its place, and nothing of this process but PATH."""
        own = self.folder / f"{pod.name}-{pod.container['name']}"
        own.mkdir(exist_ok=True)
        places = {
            "0.0.0.0": self.address(pod),
            "fincc-kafka:9092": self.bootstrap,
            "http://fincc-{name}:{port}": f"http://{self.network}.1:{{port}}",
            "/var/lib/fincc/objects": str(self.folder / "objects"),
            "/tmp/fincc": str(own / "data"),
        }
        for inside, secret in pod.secret_files.items():
            for name, content in self.secrets[secret].items():
                (own / name).write_text(content)
                places[f"{inside}/{name}"] = str(own / name)
        found = {**image_environment(), "PATH": os.environ["PATH"], "HOME": str(own), "TMPDIR": str(own)}
        for variable in pod.container["env"]:
            source = variable.get("valueFrom", {})
            if "secretKeyRef" in source:
                value = self.secrets[source["secretKeyRef"]["name"]][source["secretKeyRef"]["key"]]
            elif "fieldRef" in source:
                assert source["fieldRef"]["fieldPath"] == "metadata.name"
                value = pod.name
            else:
                value = places.get(variable["value"], variable["value"])
            found[variable["name"]] = value
        return found

    def complete(self, pod: Pod) -> str:
        """Run a pod that ends, and return what it said; it must end well."""
        command = [self.programs[pod.service] / "fincc", *pod.container["args"]]
        done = subprocess.run(
            command, env=self.variables(pod), capture_output=True, text=True, check=False, timeout=120, cwd="/"
        )
        assert done.returncode == 0, f"{pod.name}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        for pod in self.pods:
            if pod.kind == "Job":
                self.complete(pod)
        running = [pod for pod in self.pods if pod.kind == "Deployment"]
        for pod in running:
            with (self.folder / f"{pod.name}.log").open("ab") as log:
                self.processes[pod.name] = subprocess.Popen(
                    [self.programs[pod.service] / "fincc", *pod.container["args"]],
                    env=self.variables(pod),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                )
        for pod in running:
            self.wait_for_probes(pod)
        self.url = self.url_of("gateway")
        self.token = self.made_token("fincc-gateway-api")

    def url_of(self, name: str) -> str:
        pod = next(p for p in self.pods if p.kind == "Deployment" and p.service == name and p.component == "api")
        return f"http://{self.address(pod)}:{pod.port}"

    def wait_for_probes(self, pod: Pod) -> None:
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            path = pod.container[probe]["httpGet"]["path"]

            def is_fine(url: str = f"http://{self.address(pod)}:{pod.port}{path}") -> bool:
                code = self.processes[pod.name].poll()
                assert code is None, f"{pod.name} ended with {code}\n{self.log(pod.name)[-4000:]}"
                try:
                    return httpx.get(url, timeout=5).status_code == 200
                except httpx.HTTPError:
                    return False

            assert wait_for(is_fine, 120), f"{pod.name}: {probe} fails\n{self.log(pod.name)[-4000:]}"
