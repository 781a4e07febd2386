"""`fincc untagged`, `fincc policy`, `fincc cloud`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, json_option
from fincc.common.cli.options import read_options
from fincc.common.cli.output import money, show_json, show_table

COMPLIANCE = "/api/compliance/v1"
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_PAGE = 1000
_ACCESS = click.option(
    "--option",
    "options",
    multiple=True,
    metavar="KEY=VALUE",
    help="What it is entered with: access_key_id, secret_access_key, session_token, profile, external_id; repeatable. "
    "KEY=@FILE reads the value from a file, KEY=@- from standard input.",
)


@click.command()
@click.option("--min-cost", type=click.FloatRange(min=0), help="Leave out what cost less in 30 days.")
@click.option(
    "--team", "teams", multiple=True, help="Owner, assigned or suggested; `unknown` for none of them. Repeatable."
)
@click.option("--missing", "keys", multiple=True, help="Only what lacks this tag. Repeatable.")
@click.option("--currency", help="The largest when not given.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many, by cost.")
@json_option
def untagged(
    min_cost: float | None, teams: tuple[str, ...], keys: tuple[str, ...], currency: str | None, limit: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Resources that lack a tag the policy asks for, the most expensive first."""
    filters = {"min_cost": min_cost, "team": list(teams), "missing": list(keys), "currency": currency}
    client, items, cursor = Client(), list[dict[str, Any]](), None
    while True:
        page = client.get(f"{COMPLIANCE}/findings", **filters, cursor=cursor, limit=min(_PAGE, limit or _PAGE))
        items += [_line(item) for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None or (limit is not None and len(items) >= limit):
            break
    items = items[:limit]
    if as_json:
        show_json(items)
        return
    _show(page, items)


def _line(item: dict[str, Any]) -> dict[str, Any]:
    """`suggested_owner` is who pays by the attribution rules, else who was assigned, else who is likely to own it."""
    cost = item["cost_30d"]
    return {
        "resource_id": item["resource_id"],
        "resource_type": item["resource_type"],
        "service": item["service"],
        "account": item["account"],
        "region": item["region"],
        "missing_keys": item["missing_keys"],
        "cost_30d": cost["amount"] if cost else None,
        "currency": cost["currency"] if cost else None,
        "first_seen": item["first_seen"],
        "last_seen": item["last_seen"],
        "suggested_owner": item["owner"] or (item["assignment"] or {}).get("team") or item["suggested_owner"],
        "evidence": [e["text"] for e in item["evidence"]],
    }


def _show(page: dict[str, Any], items: list[dict[str, Any]]) -> None:
    scan = page["meta"]["scan"]
    if scan["state"] == "waiting":
        click.echo(f"nothing was judged yet: {scan['why']}; see `fincc policy --help`")
        return
    rows = [
        (
            money(i["cost_30d"]), i["resource_id"], i["service"], i["account"], i["region"], ", ".join(i["missing_keys"]),
            i["last_seen"], i["suggested_owner"] or "unknown", next(iter(i["evidence"]), ""),
        )
        for i in items
    ]  # fmt: skip
    headers = ("cost", "resource", "service", "account", "region", "missing", "last seen", "owner", "because")
    show_table(headers, rows, frozenset({0}))
    total, cost = page["total"], page["total_cost"]
    money_said = f", {money(cost['amount'])} {cost['currency']} in 30 days" if cost else ""
    click.echo(f"{total:,} resources{money_said}; data through {scan['data_through']}, judged {scan['scanned_at']}")
    if scan["state"] == "stale":
        click.echo(f"a new scan is due: {scan['why']}")
    for missing in scan["missing"]:
        click.echo(f"not judged: {missing}")


@click.group()
def policy() -> None:
    """The tags that resources must have."""


@policy.command("show")
@json_option
def show_policy(as_json: bool) -> None:
    """The policy in force, or the one to begin with."""
    answer = Client().get(f"{COMPLIANCE}/policies/active")
    if as_json:
        show_json(answer)
        return
    if not answer["version"]:
        click.echo("# no policy is in force; this is one to begin with")
    click.echo(answer["document"].rstrip())


@policy.command("import")
@_FILE
@json_option
def import_policy(file: Path, as_json: bool) -> None:
    """Put a policy in force; resources are judged by it at once."""
    answer = Client().upload("PUT", f"{COMPLIANCE}/policies/active", file)
    if as_json:
        show_json(answer)
        return
    click.echo(f"published version {answer['version']}: {', '.join(r['key'] for r in answer['required'])}")


@policy.command("test")
@_FILE
@json_option
def test_policy(file: Path, as_json: bool) -> None:
    """What a policy would find, without putting it in force."""
    answer = Client().upload("POST", f"{COMPLIANCE}/policies/test", file)
    if as_json:
        show_json(answer)
        return
    for when in ("before", "after"):
        costs = ", ".join(f"{money(c['amount'])} {c['currency']}" for c in answer[f"cost_{when}"])
        click.echo(f"{when:6}  {answer[f'findings_{when}']:,} resources  {costs}")
    show_table(("tag", "resources"), list(answer["by_key"].items()), frozenset({1}))


@click.group()
def cloud() -> None:
    """Clouds whose resources are listed, to find what was never tagged."""


@cloud.command("add")
@click.option("--name", required=True, help="How you call it.")
@click.option("--role-name", help="Role to assume in each account; without it the account of the credentials is read.")
@click.option(
    "--account", "accounts", multiple=True, help="Account id; those of the bill when none is given. Repeatable."
)
@click.option("--region", "regions", multiple=True, help="Region; those of the bill when none is given. Repeatable.")
@click.option("--partition", type=click.Choice(["aws", "aws-cn", "aws-us-gov"]), default="aws", show_default=True)
@click.option("--endpoint-url", help="Another address of the API.")
@_ACCESS
@json_option
def add_cloud(
    name: str, role_name: str | None, accounts: tuple[str, ...], regions: tuple[str, ...], partition: str,
    endpoint_url: str | None, options: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Check that a cloud can be read, then list it now and every few hours. Exit 1 when it cannot.

    Secrets are encrypted, and never shown again: --option secret_access_key=@- reads one from standard input.
    """
    body = {
        "name": name,
        "role_name": role_name,
        "accounts": list(accounts),
        "regions": list(regions),
        "partition": partition,
        "endpoint_url": endpoint_url,
        **_access(options),
    }
    client = Client()
    check = client.post(f"{COMPLIANCE}/inventory-checks", body)
    if not check["ok"]:
        _show_steps(check["steps"])
        raise click.exceptions.Exit(1)
    added = client.post(f"{COMPLIANCE}/inventories", body)
    if as_json:
        show_json(added)
        return
    _show_steps(check["steps"])
    click.echo(f"added {added['name']}; see `fincc cloud list`")


@cloud.command("set")
@click.argument("name")
@_ACCESS
@json_option
def set_cloud(name: str, options: tuple[str, ...], as_json: bool) -> None:
    """Change what a cloud is entered with. What is not named stays; KEY= removes an option."""
    if not options:
        raise CannotRun("say what to set: --option KEY=VALUE, KEY=@FILE or KEY=@-; KEY= removes it")
    client = Client()
    changed = client.call("PATCH", f"{COMPLIANCE}/inventories/{_id_of(client, name)}", json=_access(options))
    if as_json:
        show_json(changed)
    else:
        held = ", ".join(secret["field"] for secret in changed["secrets"]) or "none"
        click.echo(f"changed {name}; secrets that are set: {held}; next: fincc cloud scan {name}")


def _access(options: tuple[str, ...]) -> dict[str, str]:
    """Raises CannotRun for an option that a cloud does not have."""
    from fincc.common.cloud_access import AwsAccess, access_fields, secret_fields

    given = read_options(options, lambda: secret_fields(AwsAccess))
    known = access_fields(AwsAccess)
    unknown = sorted(given.keys() - known)
    if unknown:
        raise CannotRun(f"--option {unknown[0]}: a cloud has no such option; there are {', '.join(sorted(known))}")
    return given


def _show_steps(steps: list[dict[str, Any]]) -> None:
    for step in steps:
        click.echo(f"{'ok  ' if step['ok'] else 'FAIL'}  {step['step']:32} {step['detail']}")


@cloud.command("list")
@json_option
def list_clouds(as_json: bool) -> None:
    """All clouds with what their last scan found."""
    items = Client().get(f"{COMPLIANCE}/inventories")["items"]
    if as_json:
        show_json(items)
        return
    rows = [
        (
            i["name"],
            f"{i['state']}, paused" if i["paused"] else i["state"],
            i["resources"],
            i["never_tagged"],
            i["last_scan_at"],
        )
        for i in items
    ]
    show_table(("name", "state", "resources", "never tagged", "last scan"), rows, frozenset({2, 3}))
    for item in items:
        _show_steps([s for s in item["steps"] if not s["ok"]])


@cloud.command("scan")
@click.argument("name")
@json_option
def scan_cloud(name: str, as_json: bool) -> None:
    """List a cloud again now."""
    client = Client()
    answer = client.post(f"{COMPLIANCE}/inventories/{_id_of(client, name)}/scan")
    if as_json:
        show_json(answer)
    else:
        click.echo(f"{name} is listed as soon as a worker has time; see `fincc cloud list`")


@cloud.command("remove")
@click.argument("name")
def remove_cloud(name: str) -> None:
    """Forget a cloud and what only it has seen."""
    client = Client()
    client.call("DELETE", f"{COMPLIANCE}/inventories/{_id_of(client, name)}")
    click.echo(f"removed {name}")


def _id_of(client: Client, name: str) -> str:
    items = client.get(f"{COMPLIANCE}/inventories")["items"]
    found = next((i["id"] for i in items if i["name"] == name), None)
    if found is None:
        known = ", ".join(i["name"] for i in items) or "none"
        raise click.ClickException(f"no cloud {name!r}; there are: {known}")
    return str(found)
