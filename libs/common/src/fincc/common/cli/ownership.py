"""`fincc hierarchy`, `fincc catalog`, `fincc rules`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fincc.common.cli.client import Client, json_option
from fincc.common.cli.output import money, show_json, show_table

ATTRIBUTION = "/api/attribution/v1"
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def hierarchy() -> None:
    """Business groups, business units and teams."""


@hierarchy.command("import")
@_FILE
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@json_option
def import_hierarchy(file: Path, dry_run: bool, as_json: bool) -> None:
    """Replace the hierarchy with a YAML or CSV file, from its effective date on."""
    answer = Client().upload("PUT", f"{ATTRIBUTION}/hierarchy", file, dry_run="true" if dry_run else None)
    _show_diff(answer, as_json)


@click.group()
def catalog() -> None:
    """Services and the teams they belong to."""


@catalog.command("import")
@_FILE
@json_option
def import_catalog(file: Path, as_json: bool) -> None:
    """Replace the service catalog with a YAML file."""
    _show_diff(Client().upload("PUT", f"{ATTRIBUTION}/catalog", file), as_json)


def _show_diff(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(answer)
        return
    kinds = ("added", "changed", "removed")
    for kind in kinds:
        for entry in answer[kind]:
            click.echo(f"{kind:8} {entry}")
    click.echo(f"version {answer['version']}: " + ", ".join(f"{len(answer[kind])} {kind}" for kind in kinds))


@click.group()
def rules() -> None:
    """Attribution rules."""


@rules.command("import")
@_FILE
@json_option
def import_rules(file: Path, as_json: bool) -> None:
    """Publish a rule set; history is restated, and what moved is shown."""
    answer = Client().upload("PUT", f"{ATTRIBUTION}/rule-sets/active", file)
    if as_json:
        show_json(answer)
        return
    click.echo(f"published rule set {answer['version']}")
    _show_moves(answer["moved"])


@rules.command("test")
@_FILE
@json_option
def test_rules(file: Path, as_json: bool) -> None:
    """What a rule set would move, without publishing it."""
    answer = Client().upload("POST", f"{ATTRIBUTION}/rule-sets/test", file)
    if as_json:
        show_json(answer)
        return
    _show_moves(answer["moved"])
    for label in ("unattributable_before", "unattributable_after"):
        for currency, amount in answer[label].items():
            click.echo(f"{label.replace('_', ' ')}: {money(amount)} {currency}")


def _show_moves(moves: list[dict[str, Any]]) -> None:
    if not moves:
        click.echo("nothing moves")
        return
    rows = [(m["team_from"], m["team_to"], money(m["amount"]), m["currency"], m["keys"]) for m in moves]
    show_table(("from", "to", "amount", "currency", "keys"), rows, frozenset({2, 4}))
