"""The kinds of sources: a registry of connectors, imported when one is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

from pydantic import SecretStr

from fincc.common import cloud_access
from fincc.ingestion.connectors.base import Connector
from fincc.ingestion.connectors.metrics import MetricSource

KINDS = {
    "aws_cur": "fincc.ingestion.connectors.aws_cur:AwsCur",
    "cloudwatch": "fincc.ingestion.connectors.cloudwatch:CloudWatch",
    "focus_file": "fincc.ingestion.connectors.focus_file:FocusFile",
}

Source = Connector | MetricSource

_SECRET = re.compile(r"secret|password|passwd|token|access_?key|private_?key|credential|api_?key", re.IGNORECASE)


def connector_class(kind: str) -> Any:
    """Raises KeyError naming the kinds there are."""
    if kind not in KINDS:
        raise KeyError(f"no kind of source {kind!r}; there are: {', '.join(KINDS)}")
    module, _, name = KINDS[kind].partition(":")
    return getattr(import_module(module), name)


def secret_fields(kind: str) -> frozenset[str]:
    """Options that are secrets; none of a kind that does not exist any more."""
    return cloud_access.secret_fields(connector_class(kind).Config) if kind in KINDS else frozenset()


def access_fields(kind: str) -> frozenset[str]:
    """Options that say how to get in, secrets among them: those that may be changed later."""
    return cloud_access.access_fields(connector_class(kind).Config) if kind in KINDS else frozenset()


def create_source(kind: str, location: str, options: Mapping[str, Any]) -> Source:
    """A connector with a valid configuration; nothing is reached yet.

    Raises KeyError for a kind that does not exist, ValueError for a secret where none belongs, and pydantic's ValidationError
    naming the option; none of them has a secret in it.
    """
    chosen = connector_class(kind)
    secrets = secret_fields(kind)
    given: dict[str, Any] = {}
    for name, value in options.items():
        if name not in chosen.Config.model_fields and _SECRET.search(name):
            known = ", ".join(sorted(secrets)) or "none"
            raise ValueError(f"option {name}: a source of this kind has no such secret; those it has: {known}")
        if name in secrets and value is not None and not isinstance(value, str):
            raise ValueError(f"option {name}: expected text")
        # Wrapped at once, so that no error of what follows can show it.
        given[name] = SecretStr(value) if name in secrets and value is not None else value
    return cast(Source, chosen(chosen.Config(location=location, **given)))


def create(kind: str, location: str, options: Mapping[str, Any]) -> Connector:
    """The same for costs alone; a KeyError for a kind that gives metrics."""
    made = create_source(kind, location, options)
    if isinstance(made, MetricSource):
        raise KeyError(f"{kind} gives metrics, not costs")
    return made


def kinds() -> list[dict[str, Any]]:
    """kind, title, description, what it gives, and the JSON schema of the options of each connector."""
    found = []
    for kind in KINDS:
        chosen = connector_class(kind)
        found.append(
            {
                "kind": kind,
                "title": chosen.title,
                "description": chosen.description,
                "gives": chosen.gives,
                "options": chosen.Config.model_json_schema(),
            }
        )
    return found
