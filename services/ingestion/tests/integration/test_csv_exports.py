"""Each CSV that ingestion writes, with texts that a spreadsheet would run: all of them are text there, and exact elsewhere."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fincc.ingestion.repository import sources
from fincc.ingestion.usecases.context import Context

from ..conftest import Reader
from ..unit.connectors.bills import put
from ..unit.connectors.focus_bills import as_csv, focus_row
from .asking import Asker
from .test_ingest import newest_run
from .test_odd_deliveries import ingest_all

FORMULA = "=cmd()"
COLUMNS = ("ResourceId", "ServiceName", "ChargeDescription", "SubAccountName", "RegionId")


@pytest.fixture
async def run_id(context: Context, reader: Reader, tmp_path: Path) -> str:
    """A run of a bill whose texts are formulas, with one quarantined row."""
    said = {**focus_row("2026-10"), **dict.fromkeys(COLUMNS, FORMULA), "Tags": json.dumps({FORMULA: FORMULA})}
    credit = {**said, "BilledCost": "-1.25", FORMULA: FORMULA}
    rows = [{FORMULA: "", **said}] * 120 + [credit, {**credit, "BilledCost": FORMULA}]
    put(tmp_path / "bill.csv", as_csv(rows))
    async with context.database.write() as session:
        await sources.insert(session, "src_odd", "focus_file", FORMULA, str(tmp_path), {})
        source = await sources.find(session, FORMULA)
    assert await ingest_all(context, source) is None
    run = await newest_run(context, source)
    assert (run["state"], run["counts"]["rows_quarantined"]) == ("complete", 1)
    found: str = run["id"]
    return found


def cells(content: bytes) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in line]


def assert_no_formula(content: bytes) -> None:
    assert not [c for c in cells(content) if c.startswith(("=", "+", "@")) or (c[:1] == "-" and not _is_number(c))]


def _is_number(text: str) -> bool:
    return text.replace("-", "", 1).replace(".", "", 1).isdigit()


@pytest.mark.parametrize("path", ["runs?format=csv", "runs/{}/quarantine?format=csv"])
async def test_runs_and_quarantine_hold_no_formula(path: str, run_id: str, asker: Asker) -> None:
    answer = await asker.send("GET", f"/api/ingestion/v1/{path.format(run_id)}")
    assert answer.status_code == 200
    assert "=cmd()" in answer.text
    assert_no_formula(answer.content)


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.4"])
async def test_the_focus_export_holds_no_formula_as_csv_and_everything_as_it_was_as_parquet(
    version: str, run_id: str, asker: Asker
) -> None:
    path = f"/api/ingestion/v1/exports/focus?version={version}&period=2026-10"
    as_text = (await asker.send("GET", f"{path}&format=csv")).content
    assert_no_formula(as_text)
    written = next(csv.DictReader(io.StringIO(as_text.decode())))
    assert {written[c] for c in COLUMNS} == {"'" + FORMULA}
    assert json.loads(written["Tags"]) == {FORMULA: FORMULA}
    assert "-1.250000000000" in cells(as_text)
    table = pq.read_table(io.BytesIO((await asker.send("GET", path)).content))
    assert {table[c][0].as_py() for c in COLUMNS} == {FORMULA}
