"""`fincc demo-bill`: the demo company's bill as files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click
import orjson

from fincc.common.cli import CannotRun
from fincc.ingestion.demo import write_demo_bill


@click.command("demo-bill")
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--as-of", metavar="DATE", help="The day after the last day of the bill.  [default: today]")
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
def demo_bill(out_dir: Path, as_of: str | None, as_json: bool) -> None:
    """Write 14 months of bill, hierarchy, catalog, rules and the totals to expect into OUT_DIR."""
    try:
        day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    except ValueError as error:
        raise CannotRun(f"--as-of {as_of!r}: expected YYYY-MM-DD") from error
    try:
        write_demo_bill(out_dir, day)
    except OSError as error:
        raise CannotRun(f"{out_dir}: {error.strerror}; free some space or choose another folder") from error
    if as_json:
        click.echo(orjson.dumps(orjson.loads((out_dir / "expected-totals.json").read_bytes())).decode())
    else:
        click.echo(f"wrote the bill of {day} to {out_dir}; its totals are in {out_dir / 'expected-totals.json'}")
