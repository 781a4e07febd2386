"""The page of chart values: names and meanings from the schemas, defaults from values.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml
from scripts.generated import ROOT

CHARTS = ROOT / "deploy/helm"
HEAD = """# Values of the charts

`deploy/helm/fincc` installs all services together; what follows under *one service* stands there below the service's name
(`cockpit.worker.replicas`), and what is shared by all below `global`. `deploy/helm/fincc-service` installs one service alone.
A value that is not known, or not possible, is refused with its name. [Installing](../howto/install-on-kubernetes.md) says
which ones to think about; `deploy/helm/profiles` has whole examples. Nothing secret is a value: values name Secrets that you make.

This page is written by `make gen`.
"""
LONGEST_DEFAULT = 60


def page() -> str:
    service = Chart("fincc-service")
    umbrella = Chart("fincc")
    own = [row for row in service.rows() if not row[0].startswith("`global.")]
    shared = [row for row in service.rows() if row[0].startswith("`global.")]
    together = [
        row for row in umbrella.rows() if row[0].strip("`").split(".")[0] not in ("global", *umbrella.services())
    ]
    parts = [("One service", own), ("Shared by all services", shared), ("All together", together)]
    return "\n".join([HEAD, *(table(heading, rows) for heading, rows in parts)])


def table(heading: str, rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([f"## {heading}", "", "| value | default | meaning |", "|---|---|---|", *lines, ""])


class Chart:
    def __init__(self, name: str) -> None:
        self.schema = json.loads((CHARTS / name / "values.schema.json").read_text())
        self.values = yaml.safe_load((CHARTS / name / "values.yaml").read_text())

    def services(self) -> list[str]:
        return [name for name, value in self.values.items() if isinstance(value, dict) and "service" in value]

    def rows(self) -> list[tuple[str, ...]]:
        return list(self._rows(self.schema, ()))

    def _rows(self, schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, found in schema.get("properties", {}).items():
            part = {**self._resolved(found), **found}
            here = (*path, name)
            inside = list(self._rows(part, here)) if "properties" in part else []
            if inside and any(row[2] for row in inside):
                yield from inside
            else:
                yield f"`{'.'.join(here)}`", self._default(here), part.get("description", "")

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        reference = schema.get("$ref")
        return self.schema["definitions"][reference.rsplit("/", 1)[1]] if reference else {}

    def _default(self, path: tuple[str, ...]) -> str:
        value: Any = self.values
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value in (None, "", [], {}):
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        return f"`{text}`" if len(text) <= LONGEST_DEFAULT else "see values.yaml"
