"""A report that koku-nise wrote, a program of its own that never shares a process with ours, read back from a bucket."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.connector_contract import read_delivery
from fincc.common.testing.peers import not_run
from fincc.ingestion import connectors

from ...unit.connectors.bills import rounded

VERSION = "5.4.4"
HOME = Path.home() / ".cache" / "fincc-tests" / f"koku-nise-{VERSION}"
SEEDS = "import random\n\nfrom faker import Faker\n\nrandom.seed(20260901)\nFaker.seed(20260901)\n"


@pytest.fixture(scope="session")
def nise() -> Path:
    program = HOME / "bin" / "nise"
    if not program.exists():
        steps = [
            [sys.executable, "-m", "venv", str(HOME)],
            [str(HOME / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", f"koku-nise=={VERSION}"],
        ]
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, timeout=300)
            if done.returncode:
                not_run(
                    f"koku-nise {VERSION} cannot be installed: {done.stderr.strip().splitlines()[-1:]}", optional=True
                )
    return program


@pytest.mark.slow
def test_what_nise_wrote_adds_up_with_nothing_set_aside(nise: Path, s3: Any, moto_url: str, tmp_path: Path) -> None:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    # There is no option for a seed, but Python runs a module of this name first.
    (tmp_path / "sitecustomize.py").write_text(SEEDS)
    seeded = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONHASHSEED": "0"}
    command = [str(nise), "report", "aws", "-s", "2026-09-01", "-e", "2026-09-03", "--file-row-limit", "500"]
    command += ["--aws-s3-bucket-name", str(bucket), "--aws-s3-report-name", "cur", "--aws-s3-report-prefix", "pre"]
    subprocess.run(command, cwd=tmp_path, env=seeded, check=True, capture_output=True, timeout=540)
    written = [path for path in bucket.rglob("*") if path.is_file()]
    for path in written:
        s3.put_object(Bucket="bills", Key=str(path.relative_to(bucket)), Body=path.read_bytes())
    files = [path for path in written if path.name.endswith(".csv.gz")]
    billed, rows = plain_sum(files)
    connector = connectors.create("aws_cur", "s3://bills/pre", {"endpoint_url": moto_url})
    [delivery] = connector.deliveries()
    reading = read_delivery(connector, delivery)
    assert len(delivery.files) == len(files) > 1
    assert (reading.rows_read, reading.bad, reading.problems) == (rows, [], [])
    assert reading.billed == reading.source_billed == {"USD": billed}


def plain_sum(files: list[Path]) -> tuple[Decimal, int]:
    billed, rows = Decimal(0), 0
    for path in files:
        with gzip.open(path, "rt", newline="") as file:
            for line in csv.DictReader(file):
                assert line["lineItem/CurrencyCode"] == "USD"
                billed += rounded(Decimal(line["lineItem/UnblendedCost"]))
                rows += 1
    return billed, rows
