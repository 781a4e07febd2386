"""Writes what the Helm charts repeat of the code, and what they render to. `--check` writes nothing.

deploy/helm/fincc-service/topology.yaml   services, ports, roles, topics, settings
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
from fincc.common.topology import SERVICES, TOPICS, ServiceSpec, get_topic

CHARTS = ROOT / "deploy/helm"
HEAD = "# Written by `make gen` from libs/common/src/fincc/common/topology.py and the settings of the services.\n"
# Where a person has no say: the chart sets these from values of its own, or they make no sense in a pod.
FROM_CHART = (
    *("data_dir", "database_url", "database_pool", "object_store", "kafka_bootstrap", "kafka_security"),
    *("kafka_sasl_mechanism", "kafka_username", "kafka_password", "kafka_ca_file", "kafka_replication", "host", "port"),
    *(
        "port_offset",
        "peer_url",
        "subject_private_key",
        "subject_public_key",
        "subject_jwks_url",
        "secret_keys_file",
        "instance",
        "log_level",
        "otlp_endpoint",
    ),
)


def topology() -> dict[str, Any]:
    return {
        "services": {spec.name: service(spec) for spec in SERVICES},
        "topics": {
            topic.name: {"partitions": topic.partitions, "retentionMs": topic.retention_ms or "compacted"}
            for topic in TOPICS
        },
    }


def topology_text() -> str:
    return HEAD + yaml.safe_dump(topology(), sort_keys=False, width=120)


def service(spec: ServiceSpec) -> dict[str, Any]:
    names = settings_of(spec)
    return {
        "title": spec.title,
        "port": spec.port,
        "public": spec.pillar is None,
        "roles": list(spec.roles),
        "consumes": list(spec.consumes),
        "produces": list(spec.produces),
        "calls": list(spec.calls),
        "calledBy": [other.name for other in SERVICES if spec.name in other.calls],
        # More workers than partitions would have nothing to read; 0 where there are none to share.
        "maxWorkers": max((get_topic(name).partitions for name in spec.consumes), default=0),
        "settings": [name for name, is_secret in names.items() if not is_secret and name not in from_chart()],
        "secrets": [name for name, is_secret in names.items() if is_secret],
        "fromChart": from_chart(),
    }


def from_chart() -> list[str]:
    return [f"FINCC_{name.upper()}" for name in FROM_CHART]


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
