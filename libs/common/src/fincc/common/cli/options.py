"""`--option KEY=VALUE`, where the value may come from a file or from standard input: a secret belongs on no command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client

OPTION = click.option(
    "--option",
    "options",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the connector; repeatable. KEY=@FILE reads the value from a file, KEY=@- from standard input.",
)


def read_options(options: tuple[str, ...], secret_names: Callable[[], frozenset[str]]) -> dict[str, str]:
    """The options by name. Warns of secrets that others could see. Raises CannotRun for what is no KEY=VALUE."""
    found: dict[str, str] = {}
    shown: list[str] = []
    for option in options:
        key, separator, value = option.partition("=")
        if not separator:
            raise CannotRun(f"--option {option!r}: expected KEY=VALUE")
        if value.startswith("@"):
            found[key] = _read(key, value[1:])
        else:
            found[key] = value
            if value:
                shown.append(key)
    secrets = secret_names() if shown else frozenset()
    for key in sorted(secrets.intersection(shown)):
        click.echo(
            f"warning: {key} stood on the command line, where the shell's history and other users of this machine see it;"
            f" --option {key}=@FILE or {key}=@- (standard input) hides it",
            err=True,
        )
    return found


def _read(key: str, place: str) -> str:
    try:
        text = sys.stdin.read() if place == "-" else Path(place).expanduser().read_text()
    except OSError as error:
        raise CannotRun(f"--option {key}: {place}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise CannotRun(f"--option {key}: {place} is no text") from None
    value = text.removesuffix("\n").removesuffix("\r")
    if not value:
        raise CannotRun(f"--option {key}: {'standard input' if place == '-' else place} is empty")
    return value


def secrets_of(client: Client, kind: str) -> frozenset[str]:
    """Names of the options of this kind that are never shown."""
    for found in client.get("/api/ingestion/v1/kinds")["items"]:
        if found["kind"] == kind:
            fields = found["options"].get("properties", {})
            return frozenset(name for name, field in fields.items() if '"writeOnly": true' in json.dumps(field))
    return frozenset()
