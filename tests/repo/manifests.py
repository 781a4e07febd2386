"""The manifests that the charts render to, as they are kept in deploy/helm/golden."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import yaml

from .tree import ROOT

CHARTS = ROOT / "deploy/helm"
PROFILES = sorted(path.stem for path in (CHARTS / "profiles").glob("*.yaml"))
CRDS = Path(__file__).parent / "crds"
VERSIONS = ("1.25", "1.29", "1.33", "1.37")
"""Kubernetes from the oldest that the charts allow to the newest there are schemas of."""

Manifest = dict[str, Any]


def parsed(text: str) -> list[Manifest]:
    return [manifest for manifest in yaml.load_all(text, yaml.CSafeLoader) if manifest]


@cache
def _golden(profile: str) -> tuple[Manifest, ...]:
    return tuple(parsed((CHARTS / f"golden/{profile}.yaml").read_text()))


def golden(profile: str, *kinds: str) -> list[Manifest]:
    """All manifests of a profile, or those of some kinds."""
    return [m for m in _golden(profile) if not kinds or m["kind"] in kinds]


def name_of(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def label(manifest: Manifest, name: str) -> str:
    found: str = manifest["metadata"]["labels"][f"app.kubernetes.io/{name}"]
    return found


def pod_spec(manifest: Manifest) -> dict[str, Any]:
    """The spec of the pods of a Deployment, StatefulSet or Job, or of a Pod."""
    found: dict[str, Any] = manifest["spec"] if manifest["kind"] == "Pod" else manifest["spec"]["template"]["spec"]
    return found


def containers(manifest: Manifest) -> list[dict[str, Any]]:
    spec = pod_spec(manifest)
    return [*spec.get("initContainers", []), *spec["containers"]]


def ours(profile: str) -> list[Manifest]:
    """What runs our own images."""
    found = golden(profile, "Deployment", "Job", "Pod")
    assert found
    return found


def mistakes(manifest: Manifest, version: str) -> list[str]:
    """What Kubernetes of that version, or the owner of the custom resource, does not accept; unknown fields included."""
    try:
        custom = CRDS / f"{manifest['kind']}.json"
        if custom.exists():
            jsonschema.validate(manifest, json.loads(custom.read_text()))
        else:
            kubernetes_validate.validate(manifest, version, strict=True)
    except (jsonschema.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        at = ".".join(str(part) for part in getattr(error, "path", ()))
        return [f"{name_of(manifest)} {at}: {error.message}"]
    return []
