"""`fincc token`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, ClientSettings, json_option
from fincc.common.cli.output import show_json, show_table

TOKENS = "/api/gateway/v1/tokens"


@click.group()
def token() -> None:
    """API tokens for pipelines and scripts.

    No API token can make or rotate one, so that a token that leaked dies when it is deleted: `create` and `rotate` ask
    for name and password, or read FINCC_USER and FINCC_PASSWORD.
    """


_USER = click.option("--user", help="Whose token it is; FINCC_USER, or asked for, when not given.")


def _session(user: str | None) -> AbstractContextManager[Client]:
    settings = ClientSettings()
    name = user or settings.user or click.prompt("User", err=True)
    password = settings.password.get_secret_value() or click.prompt("Password", hide_input=True, err=True)
    return Client().signed_in(name, password)


@token.command("create")
@click.argument("name")
@click.option("--permission", "permissions", multiple=True, help="All of the owner's when not given. Repeatable.")
@click.option("--node", help="Works at this node of the hierarchy and below it alone.")
@click.option("--days", type=click.IntRange(min=1), help="Ends after so many days.")
@_USER
@json_option
def create(
    name: str, permissions: tuple[str, ...], node: str | None, days: int | None, user: str | None, as_json: bool
) -> None:
    """Make a token; it is shown once. It never can do more than its owner can."""
    body = {"name": name, "permissions": list(permissions) or None, "node": node, "expires_in_days": days}
    with _session(user) as client:
        made = client.post(TOKENS, body)
    _show_secret(made, as_json)


@token.command("rotate")
@click.argument("name")
@click.option("--overlap-hours", type=click.FloatRange(0, 168), default=24, show_default=True)
@_USER
@json_option
def rotate(name: str, overlap_hours: float, user: str | None, as_json: bool) -> None:
    """Give a token a new secret; the one before works on for the overlap. NAME is its name or id."""
    with _session(user) as client:
        made = client.post(f"{TOKENS}/{_id_of(client, name)}/rotation", {"overlap_hours": overlap_hours})
    _show_secret(made, as_json)
    if not as_json:
        click.echo(f"the secret before works until {made['previous_until']}", err=True)


def _show_secret(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(made)
        return
    click.echo(made["token"])
    click.echo(f"shown once; {made['name']} ends {made['expires_at'] or 'never'}", err=True)


@token.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The own tokens."""
    items = Client().get(TOKENS)["items"]
    if as_json:
        show_json(items)
        return
    rows = [
        (
            t["name"], f"…{t['last4']}", ", ".join(t["permissions"]) if t["permissions"] is not None else "all",
            t["node"]["name"] if t["node"] else "everywhere", t["last_used_at"] or "never", t["expires_at"] or "never",
            t["id"],
        )
        for t in items
    ]  # fmt: skip
    show_table(("name", "secret", "permissions", "where", "last used", "ends", "id"), rows)


@token.command("delete")
@click.argument("name")
@json_option
def delete(name: str, as_json: bool) -> None:
    """Delete one of the own tokens, at once. NAME is its name or id."""
    client = Client()
    token_id = _id_of(client, name)
    client.call("DELETE", f"{TOKENS}/{token_id}")
    if as_json:
        show_json({"id": token_id})
    else:
        click.echo(f"deleted {name}")


def _id_of(client: Client, name: str) -> str:
    found = [t["id"] for t in client.get(TOKENS)["items"] if name in (t["name"], t["id"])]
    if len(found) != 1:
        raise CannotRun(
            f"you have {len(found) or 'no'} API token{'s' if found else ''} {name!r}; name its id, as `fincc token list` shows it"
        )
    return str(found[0])
