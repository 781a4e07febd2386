"""`fincc rebuild`, `fincc secrets` and `fincc dlq`."""

from __future__ import annotations

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, json_option
from fincc.common.cli.output import follow, show_json, show_table
from fincc.common.topology import SERVICES, get_topic

READERS = tuple(s.name for s in SERVICES if s.consumes)
COST_READERS = tuple(s.name for s in SERVICES if any(get_topic(topic).body == "cost" for topic in s.consumes))


HOLDERS = {"ingestion": "sources", "compliance": "clouds"}
"""Which services hold secrets, and of what."""


@click.command()
@click.argument("service", required=False)
@click.option("--source", help="Only this source.")
@click.option("--period", metavar="YYYY-MM", help="Only this billing period.")
@json_option
def rebuild(service: str | None, source: str | None, period: str | None, as_json: bool) -> None:
    """Publish accepted deliveries again from the archive, so that SERVICE (or every reader) builds its tables anew.

    Without --source and --period hierarchy, catalog and owners are published again, too: all that a new Kafka lacks.
    """
    if service is not None and service not in COST_READERS:
        raise CannotRun(f"{service!r} reads no costs; readers are {', '.join(COST_READERS)}")
    client = Client()
    body = {k: v for k, v in {"source": source, "period": period}.items() if v}
    if not body:
        client.post("/api/attribution/v1/rebuilds")
    job_ids = client.post("/api/ingestion/v1/rebuilds", body)["job_ids"]
    done = [follow(client.job(job_id)) for job_id in job_ids]
    failed = [j["error"] for j in done if j["state"] == "failed"]
    if as_json:
        show_json(done)
    if failed:
        raise CannotRun("; ".join(str(f) for f in failed))
    if not as_json:
        click.echo(f"published again: {len(job_ids)} sources")


@click.group()
def secrets() -> None:
    """Secrets of sources and clouds."""


@secrets.command("rotate")
@json_option
def rotate(as_json: bool) -> None:
    """Wrap all secrets with the first of the configured keys, each service in one go; the others can be removed then."""
    client, done, refused = Client(), {}, []
    for service, of in HOLDERS.items():
        try:
            done[service] = client.post(f"/api/{service}/v1/secret-rotations")
        except CannotRun as error:
            refused.append(f"{service} (secrets of {of}): {error}")
            continue
        if not as_json:
            said = done[service]
            click.echo(f"{of}: {said['rewrapped']} of {said['secrets']} secrets got the key {said['key_id']}")
    if as_json:
        show_json(done)
    if refused:
        raise CannotRun("\n".join(refused))
    if not as_json:
        click.echo("all have it now; other keys can be removed")


@click.group()
def dlq() -> None:
    """Dead letters: messages that failed three times on a healthy store."""


@dlq.command("list")
@json_option
def list_(as_json: bool) -> None:
    """All dead letters with their reason."""
    client = Client()
    items = [
        {"service": name, **letter}
        for name in READERS
        for letter in client.get(f"/api/{name}/v1/dead-letters")["items"]
    ]
    if as_json:
        show_json(items)
        return
    rows = [(i["service"], i["id"], i["kind"], i["key"], i["first_failed_at"], i["reason"]) for i in items]
    show_table(("service", "id", "kind", "key", "since", "reason"), rows)


@dlq.command("replay")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Replay all of them.")
@json_option
def replay(ids: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Hand dead letters back to their service."""
    client = Client()
    waiting = {letter["id"]: name for name in READERS for letter in client.get(f"/api/{name}/v1/dead-letters")["items"]}
    unknown = [i for i in ids if i not in waiting]
    if unknown:
        raise CannotRun(f"no dead letter {', '.join(unknown)}; see `fincc dlq list`")
    if not ids and not everything:
        raise CannotRun("name the dead letters to replay, or say --all")
    chosen = list(waiting) if everything else list(ids)
    for letter_id in chosen:
        client.post(f"/api/{waiting[letter_id]}/v1/dead-letters/{letter_id}/replay")
    if as_json:
        show_json({"replayed": chosen})
    else:
        click.echo(f"replayed {len(chosen)}")
