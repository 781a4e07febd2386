"""`fincc demo`: everything up, with the bill of a company that does not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.answers import cost_teams, show_teams
from fincc.common.cli.client import Client
from fincc.common.cli.output import follow
from fincc.common.cli.platform import everything, greet, load_settings
from fincc.common.settings import CommonSettings

SOURCE = "demo-aws"
_PLACES = ("database_url", "kafka_bootstrap", "object_store")


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-data"), show_default=True)
@click.option("--port", type=int, default=8080, show_default=True)
@click.option("--exit", "leave", is_flag=True, help="Stop once the numbers are there, instead of serving the app.")
def demo(data: Path, port: int, leave: bool) -> None:
    """Start all services and show what each team of a demo company spent. Data is kept between starts."""
    from fincc.common import runtime

    settings = load_settings(data_dir=data, port=port, log_format="plain", log_level="WARNING")
    # Whatever installation the environment names: a demo company must not come into it.
    places = {name: CommonSettings.model_fields[name].default for name in _PLACES}
    runtime.run(_demo(settings.model_copy(update=places), leave))


async def _demo(settings: CommonSettings, leave: bool) -> None:
    from fincc.common import runtime, telemetry

    telemetry.set_up(settings, "all")
    async with everything(settings) as running:
        client = Client(running.url, await greet(running))
        folders = (settings.data_dir / "demo-bill", settings.data_dir / "demo-bucket")
        is_filled = await runtime.unless_signal(
            running, asyncio.to_thread(_fill, client, *folders, running.stopping.is_set)
        )
        if is_filled and leave:
            return
        if is_filled:
            code = await running.services["gateway"].actions["sign_in_code"]()
            click.echo(f"\nopen {running.url}/signin/once?code={code} (signs you in once); Ctrl-C stops everything")
            await runtime.until_signal(running)
        click.echo("\nstopping", err=True)
    if not is_filled:
        raise click.Abort


def _fill(client: Client, folder: Path, bucket: Path, is_given_up: Callable[[], bool]) -> None:
    """The bill is ingested as it was before a closed month was restated, then as it is now."""
    package: Any = import_module("fincc.ingestion.demo")
    if not any(s["name"] == SOURCE for s in client.get("/api/ingestion/v1/sources")["items"]):
        _write(folder, package)
        bucket.mkdir(parents=True, exist_ok=True)
        for kind in ("hierarchy", "catalog"):
            client.upload("PUT", f"/api/attribution/v1/{kind}", folder / f"{kind}.yaml")
        client.upload("PUT", "/api/attribution/v1/rule-sets/active", folder / "rules.yaml")
        client.upload("PUT", "/api/compliance/v1/policies/active", folder / "policy.yaml")
        client.post(
            "/api/ingestion/v1/sources",
            {"kind": "aws_cur", "name": SOURCE, "location": str(bucket.absolute()), "options": {}},
        )
    for _ in package.deliver(folder, bucket):
        _ingest(client, is_given_up)
        if is_given_up():
            return
    click.echo("")
    show_teams(cost_teams(client), top=10)
    _say_reconciled(client)


def _ingest(client: Client, is_given_up: Callable[[], bool]) -> None:
    job_id = client.post(f"/api/ingestion/v1/sources/{SOURCE}/ingest", {"now": True, "quiet": True})["job_id"]
    job = follow(takewhile(lambda _: not is_given_up(), client.job(job_id)))
    if job and job["state"] == "failed":
        raise CannotRun(f"the demo bill could not be ingested: {job['error']}")


def _write(folder: Path, package: Any) -> None:
    try:
        package.write_demo_bill(folder, datetime.now(UTC).date())
    except OSError as error:
        raise CannotRun(f"{folder}: {error.strerror}; free some space or choose another folder with --data") from error


def _say_reconciled(client: Client) -> None:
    answer = client.get("/api/cockpit/v1/reconciliation")
    periods = {i["billing_period"] for i in answer["items"]}
    if answer["ok"]:
        click.echo(f"reconciled: {len(periods)} billing periods, every hop equals the bill to the last digit")
    else:
        click.echo("not reconciled yet; see `fincc reconcile`")
