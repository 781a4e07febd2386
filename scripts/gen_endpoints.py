"""Writes docs/reference/endpoints.md from docs/reference/openapi.json. `--check` writes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from scripts.generated import ROOT, keep

from fincc.common.auth import PERMISSIONS, PLACED
from fincc.common.topology import SERVICES

SOURCE = ROOT / "docs/reference/openapi.json"
TARGET = ROOT / "docs/reference/endpoints.md"
HEAD = """# Endpoints

Every route of the API, as `docs/reference/openapi.json` has it with all fields. Requests go to the gateway with
`Authorization: Bearer TOKEN` (an API token from the account page) or the session cookie. Errors are
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problems: `detail` says what was wrong and what to do, `errors` names fields.

This page is written by `make gen`.

## Permissions

"""

PLACES = """¹ can be given for a part of the hierarchy: a route then answers for that part only, and one that is marked
*everywhere* below is refused. All other permissions are about the whole installation."""


def main(arguments: list[str]) -> int:
    return keep(TARGET, page(json.loads(SOURCE.read_text())), arguments)


def page(document: dict[str, Any]) -> str:
    lines = [HEAD, "| permission | allows |", "|---|---|"]
    lines += [f"| `{name}`{' ¹' if name in PLACED else ''} | {text} |" for name, text in PERMISSIONS.items()]
    lines += ["", PLACES]
    for spec in SERVICES:
        lines += ["", f"## {spec.name}", "", "| route | permission | what |", "|---|---|---|"]
        lines += sorted(_rows(document, spec.prefix))
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _rows(document: dict[str, Any], prefix: str) -> Iterator[str]:
    for path, methods in document["paths"].items():
        if path.startswith(prefix + "/"):
            for method, operation in methods.items():
                yield f"| `{method.upper()} {path}` | {_permission(operation)} | {_what(operation)} |"


def _permission(operation: dict[str, Any]) -> str:
    name = operation["x-permission"]
    said = name if name == "public" else f"`{name}`"
    return f"{said} everywhere" if operation.get("x-place") == "everywhere" else said


def _what(operation: dict[str, Any]) -> str:
    """What it says of itself, and its parameters."""
    said = " ".join((operation.get("description") or f"{operation['summary']}.").split()).replace("|", "\\|")
    named = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
    return f"{said} Query: {', '.join(f'`{n}`' for n in named)}." if named else said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
