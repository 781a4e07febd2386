"""`fincc audit`: is the record of changes whole, and which heads to keep elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from fincc.common.cli import CannotRun
from fincc.common.cli.client import Client, json_option
from fincc.common.cli.output import show_json, show_table
from fincc.common.topology import SERVICES

NAMES = tuple(spec.name for spec in SERVICES)


@click.group()
def audit() -> None:
    """The audit record: who changed what, in one hash chain per service."""


@audit.command("verify")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Heads that `fincc audit heads` gave earlier: also finds a chain that was cut or written anew.",
)
@json_option
def verify(heads: Path | None, as_json: bool) -> None:
    """Compute every chain again; exit 1 when one is broken, 2 when one could not be looked at."""
    kept = _read_heads(heads) if heads else {}
    chains, silent = _chains(Client(), kept)
    for chain in chains:
        chain["problem"] = _problem(chain, kept.get(chain["service"]))
    if as_json:
        show_json({"chains": chains, "not_verified": silent})
    else:
        rows = [(c["service"], c["entries"], c["problem"] or "whole", c["head"]) for c in chains]
        show_table(("service", "entries", "state", "head"), rows, frozenset({1}))
        for name, reason in silent.items():
            click.echo(f"{name} could not be verified: {reason}", err=True)
    if any(c["problem"] for c in chains):
        raise click.exceptions.Exit(1)
    if silent:
        raise CannotRun(f"not verified: {', '.join(silent)}")


@audit.command("heads")
def heads() -> None:
    """Print the newest hash of every chain as JSON, for `fincc audit verify --heads`; keep it where nobody can change it."""
    chains, silent = _chains(Client(), {})
    broken = [f"{c['service']}, entry {c['broken']['seq']}: {c['broken']['reason']}" for c in chains if c["broken"]]
    if broken:
        click.echo("; ".join(broken), err=True)
        raise click.exceptions.Exit(1)
    if silent:
        raise CannotRun("; ".join(f"{name}: {reason}" for name, reason in silent.items()))
    show_json({c["service"]: {"entries": c["entries"], "head": c["head"]} for c in chains})


def _chains(client: Client, kept: dict[str, dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The state of each chain, and why there is none of some."""
    chains, silent = [], {}
    for name in NAMES:
        known = kept.get(name, {}).get("entries") or None
        try:
            chains.append(client.get(f"/api/{name}/v1/audit/verification", known=known))
        except CannotRun as error:
            silent[name] = error.message
    return chains, silent


def _problem(chain: dict[str, Any], kept: dict[str, Any] | None) -> str | None:
    """What is wrong with a chain."""
    if chain["broken"]:
        return f"broken at entry {chain['broken']['seq']}: {chain['broken']['reason']}"
    if not kept or not kept["entries"]:
        return None
    if chain["known_hash"] is None:
        return f"cut: entry {kept['entries']} of the heads is gone, the last one is {chain['entries']}"
    if chain["known_hash"] != kept["head"]:
        return f"written anew: entry {kept['entries']} is not the one of the heads"
    return None


def _read_heads(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = orjson.loads(path.read_bytes())
        return {name: {"entries": int(h["entries"]), "head": str(h["head"])} for name, h in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRun(f"{path} does not hold what `fincc audit heads` prints: {error}") from error
