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


@rules.command("suggest")
@click.option("--limit", default=20, show_default=True, help="Groups of costs per currency, the largest.")
@json_option
def suggest(limit: int, as_json: bool) -> None:
    """What nobody owns, and whose it may be; nothing is applied."""
    answer = Client().get(f"{ATTRIBUTION}/suggestions", limit=limit)
    if as_json:
        show_json(answer)
        return
    if not answer["has_hierarchy"]:
        click.echo("no hierarchy has been imported, so there is nobody to suggest; see `fincc hierarchy import`")
        return
    for currency, amount in answer["unattributable"].items():
        click.echo(f"unattributable: {money(amount)} {currency}, {', '.join(answer['periods'])}")
    rows = [
        (money(i["amount"]), i["currency"], i["column"] or "(nothing)", i["value"], i["team"], *_first(i["candidates"]))
        for i in answer["items"]
    ]
    show_table(("amount", "currency", "column", "value", "suggested", "sure", "because"), rows, frozenset({0, 5}))


def _first(candidates: list[dict[str, Any]]) -> tuple[str, str]:
    if not candidates:
        return "", ""
    first = candidates[0]
    because = first["evidence"][0]["text"]
    return f"{first['confidence']:.0%}", because


@rules.command("accept")
@click.argument("column")
@click.argument("value")
@click.argument("team")
@json_option
def accept(column: str, value: str, team: str, as_json: bool) -> None:
    """Give costs that nobody owns to a team: COLUMN and VALUE as `fincc rules suggest` shows them. Publishes a rule."""
    body = {"column": column, "value": value, "team": team}
    answer = Client().post(f"{ATTRIBUTION}/suggestions/accepted", body)
    if as_json:
        show_json(answer)
        return
    click.echo(f"published rule set {answer['version']}")
    _show_moves(answer["moved"])


def _show_moves(moves: list[dict[str, Any]]) -> None:
    if not moves:
        click.echo("nothing moves")
        return
    rows = [(m["team_from"], m["team_to"], money(m["amount"]), m["currency"], m["keys"]) for m in moves]
    show_table(("from", "to", "amount", "currency", "keys"), rows, frozenset({2, 4}))
