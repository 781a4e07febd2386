"""Writes what the Helm charts repeat of the code, and what they render to. `--check` writes nothing.

deploy/helm/fincc-service/topology.yaml   services, their ports, roles, topics and settings
docs/reference/chart-values.md            every value, from the schema and its default
deploy/helm/golden/*.yaml                 the manifests of every profile
"""

from __future__ import annotations

import sys
from typing import Any, get_args

import yaml
from pydantic import SecretStr
from scripts import gen_settings
from scripts.chart_values import page
from scripts.generated import ROOT, keep
from scripts.helm import HelmMissing, render

from fincc.common.settings import CommonSettings
from fincc.common.topology import SERVICES, ServiceSpec, get_topic

CHARTS = ROOT / "deploy/helm"
HEAD = "# Written by `make gen` from libs/common/src/fincc/common/topology.py and the settings of the services.\n"
# Where a person has no say: the chart sets these from values of its own, or they make no sense in a pod.
FROM_CHART = [
    f"FINCC_{name}"
    for name in (
        *("DATA_DIR", "DATABASE_URL", "DATABASE_POOL", "OBJECT_STORE", "HOST", "PORT", "PORT_OFFSET", "PEER_URL"),
        *("INSTANCE", "LOG_LEVEL", "OTLP_ENDPOINT", "KAFKA_BOOTSTRAP", "KAFKA_SECURITY", "KAFKA_SASL_MECHANISM"),
        *("KAFKA_USERNAME", "KAFKA_PASSWORD", "KAFKA_CA_FILE", "KAFKA_REPLICATION", "SUBJECT_PRIVATE_KEY"),
        *("SUBJECT_PUBLIC_KEY", "SUBJECT_JWKS_URL", "SECRET_KEYS_FILE"),
    )
]


def topology() -> dict[str, Any]:
    return {"services": {spec.name: service(spec) for spec in SERVICES}, "fromChart": FROM_CHART}


def topology_text() -> str:
    return HEAD + yaml.safe_dump(topology(), sort_keys=False, width=120)


def service(spec: ServiceSpec) -> dict[str, Any]:
    names = settings_of(spec)
    return {
        "port": spec.port,
        "public": spec.pillar is None,
        "roles": list(spec.roles),
        "consumes": list(spec.consumes),
        "produces": list(spec.produces),
        "calls": list(spec.calls),
        "calledBy": [other.name for other in SERVICES if spec.name in other.calls],
        # More workers than partitions would have nothing to read; 0 where there are none to share.
        "maxWorkers": max((get_topic(name).partitions for name in spec.consumes), default=0),
        "settings": [name for name, is_secret in names.items() if not is_secret and name not in FROM_CHART],
        "secrets": [name for name, is_secret in names.items() if is_secret],
    }


def settings_of(spec: ServiceSpec) -> dict[str, bool]:
    """Name of the variable → whether it is a secret, of those that the service reads."""
    found = {}
    for heading, settings in gen_settings.sections():
        if settings is not CommonSettings and heading != f"`{spec.name}`":
            continue
        prefix = settings.model_config.get("env_prefix", "")
        for name, field in settings.model_fields.items():
            variable = str(field.validation_alias or f"{prefix}{name}").upper()
            found[variable] = SecretStr in (field.annotation, *get_args(field.annotation))
    return found


def profiles() -> list[str]:
    return sorted(path.stem for path in (CHARTS / "profiles").glob("*.yaml"))


def main(arguments: list[str]) -> int:
    stale = keep(CHARTS / "fincc-service/topology.yaml", topology_text(), arguments)
    stale |= keep(ROOT / "docs/reference/chart-values.md", page(), arguments)
    try:
        for name in profiles():
            stale |= keep(CHARTS / f"golden/{name}.yaml", render(name), arguments)
    except HelmMissing as missing:
        print(f"gen: {missing}", file=sys.stderr)
        return 2
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
