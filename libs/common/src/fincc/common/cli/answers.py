"""`fincc cost`, `fincc reconcile`, `fincc export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, json_option
from fincc.common.cli.output import money, percent, show_json, show_table

COCKPIT = "/api/cockpit/v1"
RECONCILIATION_FIELDS = (
    "source",
    "billing_period",
    "snapshot",
    "status",
    "billed_basis",
    "currency",
    "rows_read",
    "rows_quarantined",
    "source_billed",
    "quarantined_billed",
    "raw_billed",
    "enriched_billed",
    "cockpit_billed",
    "difference",
)


@click.group()
def cost() -> None:
    """What was spent."""


@cost.command("teams")
@click.option("--days", default=30, show_default=True, help="Length of the window in days.")
@click.option("--as-of", metavar="DATE", help="Last day of the window; default: the latest complete day.")
@click.option("--metric", type=click.Choice(["BilledCost", "EffectiveCost"]), default="BilledCost", show_default=True)
@click.option("--currency", help="Default: the currency with the largest total.")
@json_option
def teams(days: int, as_of: str | None, metric: str, currency: str | None, as_json: bool) -> None:
    """Cost by team: these days against as many before."""
    answer = cost_teams(Client(), days, as_of, metric, currency)
    if as_json:
        show_json(answer)
    else:
        show_teams(answer)


def cost_teams(
    client: Client, days: int = 30, as_of: str | None = None, metric: str = "BilledCost", currency: str | None = None
) -> dict[str, Any]:
    """The stable shape of the command line: money as decimal strings."""
    got = client.get(f"{COCKPIT}/cost-by-team", days=days, as_of=as_of, metric=metric, currency=currency)
    rows = [
        {
            "team": t["team"],
            "business_unit": t["business_unit"],
            "business_group": t["business_group"],
            "cost": t["cost"]["amount"],
            "previous_cost": t["previous_cost"]["amount"],
            "change": t["change"]["amount"],
            "change_percent": t["change_percent"],
        }
        for t in got["teams"]
    ]
    return {
        "as_of": got["meta"]["as_of"],
        "days": got["days"],
        "currency": got["meta"]["currency"],
        "metric": got["meta"]["cost_metric"],
        "total": got["total"]["amount"],
        "previous_total": got["previous_total"]["amount"],
        "teams": rows,
        **_limited(got["meta"]),
    }


def _limited(meta: dict[str, Any]) -> dict[str, list[str]]:
    """Only where it is so: the total of who sees a part is that part's."""
    return {} if meta["limited_to"] is None else {"limited_to": [n["name"] for n in meta["limited_to"]]}


def show_teams(answer: dict[str, Any], top: int | None = None) -> None:
    rows = answer["teams"]
    shown = rows if top is None else [*rows[:top], *[r for r in rows[top:] if r["team"] == "Unattributable"]]
    lines = [
        (r["team"], r["business_unit"] or "–", money(r["cost"]), money(r["change"]), percent(r["change_percent"]))
        for r in shown
    ]
    lines.append(("total", "", money(answer["total"]), "", ""))
    click.echo(f"{answer['days']} days to {answer['as_of']}, {answer['metric']} in {answer['currency']}")
    show_table(("team", "business unit", "cost", "change", "in percent"), lines, frozenset({2, 3, 4}))
    if "limited_to" in answer:
        click.echo(f"you see {', '.join(answer['limited_to']) or 'nothing'}; all else is in no figure")


@click.command()
@json_option
def reconcile(as_json: bool) -> None:
    """Every hop against the bill. Exit 1 unless all counted periods are complete and their difference is 0."""
    # Of this moment, not of the last half minute.
    answer = Client().call("GET", f"{COCKPIT}/reconciliation", headers={"Cache-Control": "no-cache"})
    if as_json:
        extra = ("counted", "pending_since", "pending_hop", "first_difference_hop")
        show_json([{k: i.get(k) for k in (*RECONCILIATION_FIELDS, *extra)} for i in answer["items"]])
    else:
        rows = [
            (
                i["source"],
                i["billing_period"],
                _status(i),
                i["currency"],
                i["rows_read"],
                i["source_billed"],
                i["cockpit_billed"],
                i["difference"] if i["difference"] is not None else "–",
            )
            for i in answer["items"]
        ]
        show_table(
            ("source", "period", "status", "currency", "rows", "source", "cockpit", "difference"),
            rows,
            frozenset({4, 5, 6, 7}),
        )
    if not answer["items"]:
        click.echo("nothing was ingested yet", err=True)
    if not answer["ok"]:
        raise click.exceptions.Exit(1)


def _status(item: dict[str, Any]) -> str:
    if item["status"] == "pending":
        return f"pending at {item['pending_hop']} since {item['pending_since']}"
    if item.get("first_difference_hop"):
        return f"{item['status']}, differs at {item['first_difference_hop']}"
    return str(item["status"])


@click.group()
def export() -> None:
    """Files for other programs."""


@export.command("focus")
@click.option("--version", "focus_version", required=True, help="1.0, 1.1, 1.2, 1.3 or 1.4.")
@click.option("--period", required=True, metavar="YYYY-MM")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .parquet or .csv file.")
@json_option
def focus(focus_version: str, period: str, out: Path, as_json: bool) -> None:
    """All counted records of a billing period in the columns of a FOCUS version."""
    file_format = out.suffix.lower().lstrip(".")
    if file_format not in ("parquet", "csv"):
        raise CannotRun(f"{out}: the name must end in .parquet or .csv")
    size = Client().download(
        "/api/ingestion/v1/exports/focus", out, version=focus_version, period=period, format=file_format
    )
    if as_json:
        show_json({"file": str(out), "bytes": size})
    else:
        click.echo(f"wrote {out} ({size:,} bytes)")
