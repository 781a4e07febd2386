"""`fincc access`, `fincc user`."""

from __future__ import annotations

from typing import Any

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, json_option
from fincc.common.cli.output import show_json, show_table

GATEWAY = "/api/gateway/v1"
BINDINGS = f"{GATEWAY}/access/bindings"
_WHO = (
    click.option("--user", metavar="NAME", help="Id or name of a user."),
    click.option("--group", metavar="NAME", help="A group, as the identity provider writes it."),
)


@click.group()
def access() -> None:
    """Who may see and do what, where, and why."""


@access.command("list")
@_WHO[0]
@_WHO[1]
@click.option("--role", help="Only this role.")
@click.option("--node", help="Only what holds at this node of the hierarchy.")
@json_option
def list_(user: str | None, group: str | None, role: str | None, node: str | None, as_json: bool) -> None:
    """Roles, who has them and where."""
    answer = Client().get(BINDINGS, user=user, group=group, role=role, node=node)
    if as_json:
        show_json(answer["items"])
        return
    rows = [(_who(b), b["role"]["name"], _place(b["node"]), b["id"], b["note"]) for b in answer["items"]]
    show_table(("who", "role", "where", "id", "note"), rows)
    if answer["hidden"]:
        click.echo(f"and {answer['hidden']} at places you may not see")


@access.command("grant")
@click.argument("role")
@_WHO[0]
@_WHO[1]
@click.option("--node", help="Node of the hierarchy, with all below it; without it the role holds everywhere.")
@json_option
def grant(role: str, user: str | None, group: str | None, node: str | None, as_json: bool) -> None:
    """Give ROLE to a user or a group: viewer, engineer, team_lead, finance, approver, auditor or admin."""
    given = Client().post(BINDINGS, {"user": user, "group": group, "role": role, "node": node})
    if as_json:
        show_json(given)
        return
    click.echo(f"{_who(given)} is {given['role']['title']} at {_place(given['node'])}")
    if given["note"]:
        click.echo(given["note"])


@access.command("revoke")
@click.argument("role", required=False)
@click.option("--id", "binding_id", help="Of a binding, as `fincc access list` shows it; instead of the rest.")
@_WHO[0]
@_WHO[1]
@click.option("--node", help="Where it was given; without it, the role that holds everywhere.")
@json_option
def revoke(
    role: str | None, binding_id: str | None, user: str | None, group: str | None, node: str | None, as_json: bool
) -> None:
    """Take ROLE from a user or a group again."""
    client = Client()
    if binding_id is None:
        binding_id = _binding_id(client, role, user, group, node)
    client.call("DELETE", f"{BINDINGS}/{binding_id}")
    if as_json:
        show_json({"id": binding_id})
    else:
        click.echo(f"revoked {binding_id}")


def _binding_id(client: Client, role: str | None, user: str | None, group: str | None, node: str | None) -> str:
    if role is None or (user is None) == (group is None):
        raise CannotRun("say --id, or a role and either --user or --group")
    there = client.get(BINDINGS, user=user, group=group, role=role)["items"]
    for binding in there:
        if (binding["node"] or {}).get("id") == node:
            return str(binding["id"])
    places = ", ".join(_place(b["node"]) for b in there)
    has = f"; has it at {places}" if there else "; see `fincc access list`"
    raise CannotRun(f"{user or group} does not have the role {role!r} at {node or 'everything'}{has}")


@access.command("explain")
@click.argument("user")
@click.argument("permission")
@click.option("--node", help="Node of the hierarchy; without it: everything.")
@json_option
def explain(user: str, permission: str, node: str | None, as_json: bool) -> None:
    """Why USER has PERMISSION (`costs:read`, say) at a node. Exit 1 when they do not."""
    answer = Client().get(f"{GATEWAY}/access/explanation", user=user, permission=permission, node=node)
    if as_json:
        show_json(answer)
    else:
        verdict = "yes" if answer["allowed"] else "no"
        click.echo(f"{verdict}: {answer['user']['name']}, {permission} ({answer['about']}), {_place(answer['node'])}")
        for given in answer["given_by"]:
            source = f"by the group {given['group']}" if given["group"] else "own role"
            way = f", which reaches {' > '.join(given['way'])}" if len(given["way"]) > 1 else ""
            click.echo(f"  {given['role']['title']} at {_place(given['node'])}, {source}{way}")
        if answer["allowed"] and not answer["given_by"]:
            click.echo("  everybody who is signed in may")
        for sentence in answer["missing"]:
            click.echo(f"  {sentence}")
    if not answer["allowed"]:
        raise click.exceptions.Exit(1)


def _who(binding: dict[str, Any]) -> str:
    principal = binding["principal"]
    return f"group {principal['name']}" if principal["kind"] == "group" else str(principal["name"])


def _place(node: dict[str, Any] | None) -> str:
    if node is None:
        return "everything"
    return f"{' > '.join(node['path']) or node['name']} ({node['id']})"


@click.group()
def user() -> None:
    """Who can sign in."""


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """Users of here and of the identity provider."""
    items = Client().get(f"{GATEWAY}/users")["items"]
    if as_json:
        show_json(items)
        return
    rows = [
        (u["name"], u["display_name"], _state(u), u["issuer"] or "here", ", ".join(u["groups"]), u["last_sign_in_at"])
        for u in items
    ]
    show_table(("name", "called", "state", "signs in with", "groups", "last sign-in"), rows)


def _state(user: dict[str, Any]) -> str:
    return "disabled" if user["is_disabled"] else "initial password" if user["must_change_password"] else "active"


@user.command("add")
@click.argument("name")
@click.option("--display-name", help="What the user is called on screen.")
@click.option("--email")
@json_option
def add(name: str, display_name: str | None, email: str | None, as_json: bool) -> None:
    """Add a user who signs in with a password; the initial one is shown once."""
    added = Client().post(f"{GATEWAY}/users", {"name": name, "display_name": display_name, "email": email})
    if as_json:
        show_json(added)
        return
    click.echo(f"initial password, shown once, to be changed at the first sign-in: {added['password']}")
    click.echo(f"next: fincc access grant viewer --user {name} --node NODE")


@user.command("disable")
@click.argument("name")
@json_option
def disable(name: str, as_json: bool) -> None:
    """Keep a user out: ends the sessions, and stops the API tokens, at once."""
    _set_disabled(name, True, as_json)


@user.command("enable")
@click.argument("name")
@json_option
def enable(name: str, as_json: bool) -> None:
    """Let a user in again, with the same roles and API tokens."""
    _set_disabled(name, False, as_json)


def _set_disabled(name: str, is_disabled: bool, as_json: bool) -> None:
    Client().call("PATCH", f"{GATEWAY}/users/{name}", json={"is_disabled": is_disabled})
    if as_json:
        show_json({"user": name, "is_disabled": is_disabled})
    else:
        click.echo(f"{'disabled' if is_disabled else 'enabled'} {name}")
