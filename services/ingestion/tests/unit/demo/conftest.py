from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

AS_OF = date(2026, 11, 24)
Row = dict[str, str]

# Another process with other hashes and another time zone: whatever depends on them differs from what a test makes itself.
WRITE = """
import dataclasses, json, sys, time
from datetime import date
from pathlib import Path
from fincc.ingestion.demo import write_demo_bill
light = "numpy" not in sys.modules
steps = []
totals = write_demo_bill(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), lambda done, total: steps.append((done, total)))
returned = dataclasses.asdict(totals)
print(json.dumps({"light": light, "steps": steps, "seconds": time.process_time(), "returned": returned}))
"""


@dataclass
class Month:
    """What the tests need to know of all lines of the current delivery of a month."""

    rows: int = 0
    cost_by_type: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    count_by_type: Counter[str] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # column -> values
    invoiced: int = 0


@dataclass(frozen=True)
class DemoBill:
    root: Path
    run: dict[str, Any]  # what the process that wrote it said

    @property
    def totals(self) -> dict[str, Any]:
        return self.run["returned"]

    def folders(self) -> list[Path]:
        """One per billing period, oldest first."""
        return sorted(self.root.glob("cur/alderway-daily/*"))

    def manifest(self, folder: Path) -> dict[str, Any]:
        return json.loads((folder / "alderway-daily-Manifest.json").read_text())

    def cells(self, folder: Path) -> Iterator[tuple[list[str], list[str]]]:
        """Header and cells of each line that the manifest in `folder` (a period's, or one assembly's) names."""
        for key in self.manifest(folder)["reportKeys"]:
            with gzip.open(self.root / key, "rt", newline="") as file:
                reader = csv.reader(file)
                header = next(reader)
                for cells in reader:
                    yield header, cells

    def rows(self, folder: Path) -> Iterator[Row]:
        """Lines without their empty cells."""
        for header, cells in self.cells(folder):
            yield {name: cell for name, cell in zip(header, cells, strict=True) if cell}

    @cached_property
    def months(self) -> dict[str, Month]:
        """Every billing period, read whole."""
        return {f"{folder.name[:4]}-{folder.name[4:6]}": self._month(folder) for folder in self.folders()}

    def _month(self, folder: Path) -> Month:
        month = Month()
        watched = (
            "identity/LineItemId",
            "lineItem/ResourceId",
            "lineItem/ProductCode",
            "lineItem/LegalEntity",
            "lineItem/UsageStartDate",
        )
        places: list[int] = []
        for header, cells in self.cells(folder):
            if not places:
                kind, cost, invoice = (
                    header.index(f) for f in ("lineItem/LineItemType", "lineItem/UnblendedCost", "bill/InvoiceId")
                )
                places = [header.index(name) for name in watched]
            month.rows += 1
            month.cost_by_type[cells[kind]] += Decimal(cells[cost])
            month.count_by_type[cells[kind]] += 1
            month.invoiced += cells[invoice] != ""
            for name, place in zip(watched, places, strict=True):
                month.seen[name].add(cells[place])
        return month


@pytest.fixture(scope="session")
def bill(tmp_path_factory) -> DemoBill:
    """The demo bill that the other tests read; nobody may change it."""
    root = tmp_path_factory.mktemp("demo-bill")
    (root / "cur/alderway-daily/20200101-20200201").mkdir(parents=True)  # left by an earlier bill
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    command = [sys.executable, "-c", WRITE, str(root), AS_OF.isoformat()]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return DemoBill(root, json.loads(run.stdout))


@pytest.fixture(scope="session")
def recent(bill) -> dict[str, list[Row]]:
    """Billing period -> lines, of the three months that the two windows touch."""
    return {f"{folder.name[:4]}-{folder.name[4:6]}": list(bill.rows(folder)) for folder in bill.folders()[-3:]}
