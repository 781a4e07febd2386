"""`fincc source`, `fincc ingest`, `fincc runs`."""

from __future__ import annotations

from typing import Any

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, json_option
from fincc.common.cli.options import OPTION, read_options, secrets_of
from fincc.common.cli.output import follow, show_json, show_table

INGESTION = "/api/ingestion/v1"
_GOOD = frozenset({"complete", "unchanged", "superseded", "overlapping"})


@click.group()
def source() -> None:
    """Sources of bills."""


@source.command("add")
@click.argument("kind")
@click.option("--name", required=True, help="How you call it.")
@click.option("--location", required=True, help="s3://bucket/prefix, a folder, a file, or aws://all.")
@OPTION
@json_option
def add(kind: str, name: str, location: str, options: tuple[str, ...], as_json: bool) -> None:
    """Add a source of one of the kinds that `fincc source kinds` lists.

    Secrets are encrypted, and never shown again: --option secret_access_key=@- reads one from standard input.
    """
    client = Client()
    parsed = read_options(options, lambda: secrets_of(client, kind))
    added = client.post(
        f"{INGESTION}/sources", {"kind": kind, "name": name, "location": _absolute(location), "options": parsed}
    )
    if as_json:
        show_json(added)
    else:
        click.echo(f"added {added['name']}; next: fincc source check {added['name']}")


def _absolute(location: str) -> str:
    from pathlib import Path

    return location if "://" in location else str(Path(location).expanduser().absolute())


@source.command("set")
@click.argument("name")
@OPTION
@json_option
def set_(name: str, options: tuple[str, ...], as_json: bool) -> None:
    """Change what a source gets in with: keys, profile, role. What is not named stays; KEY= removes an option."""
    if not options:
        raise CannotRun("say what to set: --option KEY=VALUE, KEY=@FILE or KEY=@-; KEY= removes it")
    client = Client()
    kind = client.get(f"{INGESTION}/sources/{name}")["kind"]
    body = {"options": read_options(options, lambda: secrets_of(client, kind))}
    changed = client.call("PATCH", f"{INGESTION}/sources/{name}", json=body)
    if as_json:
        show_json(changed)
    else:
        held = ", ".join(secret["field"] for secret in changed["secrets"]) or "none"
        click.echo(f"changed {name}; secrets that are set: {held}; next: fincc source check {name}")


@source.command("kinds")
@json_option
def kinds(as_json: bool) -> None:
    """What can be connected."""
    items = Client().get(f"{INGESTION}/kinds")["items"]
    if as_json:
        show_json(items)
    else:
        show_table(("kind", "title", "description"), [(k["kind"], k["title"], k["description"]) for k in items])


@source.command("check")
@click.argument("name")
@json_option
def check(name: str, as_json: bool) -> None:
    """Can it be reached, read, and what is there? Exit 1 when a step fails."""
    answer = Client().post(f"{INGESTION}/sources/{name}/check")
    if as_json:
        show_json(answer)
    else:
        for step in answer["steps"]:
            click.echo(f"{'ok  ' if step['ok'] else 'FAIL'}  {step['step']:14} {step['detail']}")
    if not answer["ok"]:
        raise click.exceptions.Exit(1)


@source.command("list")
@json_option
def list_(as_json: bool) -> None:
    """All sources with their newest state."""
    items = Client().get(f"{INGESTION}/sources")["items"]
    if as_json:
        show_json(items)
        return
    rows = [(s["name"], s["kind"], _state(s), len(s["periods"]), s["location"]) for s in items]
    show_table(("name", "kind", "state", "periods", "location"), rows, frozenset({3}))


def _state(source: dict[str, Any]) -> str:
    return f"{source['state']}, paused" if source["paused"] else str(source["state"])


@source.command("pause")
@click.argument("name")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Stop looking for new deliveries; `fincc ingest` still works."""
    changed = _set_paused(name, True)
    if as_json:
        show_json(changed)
    else:
        click.echo(f"paused {name}; go on with: fincc source resume {name}")


@source.command("resume")
@click.argument("name")
@json_option
def resume(name: str, as_json: bool) -> None:
    """Look for new deliveries again."""
    changed = _set_paused(name, False)
    if as_json:
        show_json(changed)
    else:
        click.echo(f"resumed {name}; next look: {changed['next_look_at']}")


def _set_paused(name: str, paused: bool) -> Any:
    return Client().call("PATCH", f"{INGESTION}/sources/{name}", json={"paused": paused})


@source.command("remove")
@click.argument("name")
@click.option("--keep", "mode", flag_value="keep", help="Its costs stay visible.")
@click.option("--purge", "mode", flag_value="purge", help="Its costs disappear.")
@json_option
def remove(name: str, mode: str | None, as_json: bool) -> None:
    """Remove a source; say what becomes of its costs."""
    if mode is None:
        raise CannotRun("say --keep (its costs stay visible) or --purge (its costs disappear)")
    client = Client()
    answer = client.call("DELETE", f"{INGESTION}/sources/{name}", params={"mode": mode})
    if answer is not None:
        _end(follow(client.job(answer["job_id"])))
    if as_json:
        show_json({"name": name, "mode": mode})
    else:
        click.echo(f"removed {name}; its costs {'stay' if mode == 'keep' else 'are gone'}")


@click.command()
@click.argument("name")
@click.option("--period", metavar="YYYY-MM", help="Only this billing period.")
@click.option("--from", "first", metavar="YYYY-MM", help="Back-fill from this billing period on.")
@click.option("--to", "last", metavar="YYYY-MM", help="… to this one, included.")
@click.option("--wait", is_flag=True, help="Wait until it is done and show progress.")
@click.option("--now", is_flag=True, help="Do not wait for files without a manifest to settle.")
@click.option("--accept-shrink", is_flag=True, help="Take a closed period that lost rows or money.")
@json_option
def ingest(
    name: str,
    period: str | None,
    first: str | None,
    last: str | None,
    wait: bool,
    now: bool,
    accept_shrink: bool,
    as_json: bool,
) -> None:
    """Bring in what a source offers. With --wait, exit 1 when a period was refused or failed."""
    client = Client()
    body = {"period": period, "from": first, "to": last, "now": now, "accept_shrink": accept_shrink}
    job_id = client.post(f"{INGESTION}/sources/{name}/ingest", {k: v for k, v in body.items() if v is not None})[
        "job_id"
    ]
    if not wait:
        if as_json:
            show_json({"job_id": job_id})
        else:
            click.echo(f"queued; follow it with: fincc runs {name}")
        return
    job = follow(client.job(job_id))
    if as_json:
        show_json(job)
    else:
        _show_runs(job["runs"])
    _end(job)
    if any(run["state"] not in _GOOD for run in job["runs"]):
        raise click.exceptions.Exit(1)


def _end(job: dict[str, Any]) -> None:
    if job.get("state") == "failed":
        raise CannotRun(job.get("error") or "the job failed")


@click.command()
@click.argument("name", required=False)
@click.option("--limit", default=30, show_default=True)
@json_option
def runs(name: str | None, limit: int, as_json: bool) -> None:
    """The newest runs, of one source or of all."""
    items = Client().get(f"{INGESTION}/runs", source=name, limit=limit)["items"]
    if as_json:
        show_json(items)
    else:
        _show_runs(items)


def _show_runs(items: list[dict[str, Any]]) -> None:
    rows = []
    for run in items:
        billed = ", ".join(f"{amount} {currency}" for currency, amount in (run["billed"] or {}).items())
        rows.append(
            (
                run["source"],
                run["billing_period"],
                run["state"],
                run["rows_read"],
                run["rows_quarantined"],
                billed,
                _note(run),
            )
        )
    show_table(("source", "period", "state", "rows read", "quarantined", "billed", "note"), rows, frozenset({3, 4, 5}))


def _note(run: dict[str, Any]) -> str:
    """The reason, what a restatement changed, and what of the bill the mapping does not know."""
    notes = [run["reason"]] if run["reason"] else []
    if run["restated"]:
        notes.append("restated by " + ", ".join(f"{d} {c}" for c, d in run["restated"]["difference"].items()))
    notes += [f"unknown column {c['name']} ({c['non_null']} values)" for c in run["unknown_columns"]]
    notes += [f"unknown line item type {t['type']} ({t['rows']} rows)" for t in run["unknown_line_item_types"]]
    return "; ".join(notes)
