"""Cost and usage reports in every layout keep what every connector keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fincc.common.testing.connector_contract import ConnectorCase, ConnectorContract, read_delivery
from fincc.common.testing.peers import not_run
from fincc.ingestion import connectors

from . import trees
from .bills import Row, amount, as_csv, as_cur2_csv, as_parquet, gz, halves, month, rounded, total
from .trees import Tree

pytestmark = pytest.mark.slow

MONTHS = {"2025-12": [*month("2025-12"), *month("2025-12")], "2026-01": month("2026-01")}
SPOILED = 1  # place of the row whose amount is made unreadable


def aws_case(
    location: Path, root: Path, layout: Callable[[dict[str, list[Row]]], Tree], doubles: bool
) -> ConnectorCase:
    months = {period: [dict(r) for r in rows] for period, rows in MONTHS.items()}
    trees.write(layout(months), root)

    def spoil() -> tuple[str, int, Decimal]:
        spoiled = months["2026-01"][SPOILED]
        was = Decimal(float(amount(spoiled))) if doubles else amount(spoiled)
        spoiled["lineItem/UnblendedCost"] = "nan" if doubles else "n/a"
        trees.write(layout(months), root)
        # A header line comes first in CSV; in Parquet rows count from 1.
        return "2026-01", SPOILED + (1 if doubles else 2), rounded(was)

    return ConnectorCase(
        connect=lambda: connectors.create("aws_cur", str(location), {}),
        billed={period: total(rows, doubles) for period, rows in months.items()},
        credits={
            p: total([r for r in rows if r["lineItem/LineItemType"] == "Credit"], doubles) for p, rows in months.items()
        },
        starts={p: {datetime.fromisoformat(r["lineItem/UsageStartDate"]) for r in rows} for p, rows in months.items()},
        spoil=spoil,
    )


class TestOverwrittenGzipCsv(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path, tmp_path, trees.overwritten_gzip, doubles=False)


class TestNewFolderZipCsv(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path, tmp_path, trees.new_folder_zip, doubles=False)


class TestEmptyPrefix(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path, tmp_path, lambda months: trees.overwritten_gzip(months, prefix=""), doubles=False)


class TestAthenaParquet(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path, tmp_path, trees.athena, doubles=True)


class TestLocationBelowThePrefix(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path / "P" / "R", tmp_path, trees.athena, doubles=True)


class TestDataExportCsv(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path, tmp_path, trees.export_csv, doubles=False)


class TestDataExportParquet(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        return aws_case(tmp_path / "P" / "E", tmp_path, trees.export_parquet, doubles=True)


class TestBareFileOfTwoPeriods(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        """The period that is spoiled comes first, so that lines can be told."""

        def layout(months: dict[str, list[Row]]) -> Tree:
            return {"bill.csv": as_csv([*months["2026-01"], *months["2025-12"]])}

        return aws_case(tmp_path / "bill.csv", tmp_path, layout, doubles=False)


class TestFolderOfBareFiles(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        def layout(months: dict[str, list[Row]]) -> Tree:
            first, second = halves(months["2026-01"])
            return {
                "a/2026-01.csv.gz": gz(as_csv(first)),
                "b/rest.csv": as_cur2_csv(second),
                "c/older.parquet": as_parquet(months["2025-12"], maps=True),
                "read-me.txt": b"no bill",
            }

        case = aws_case(tmp_path, tmp_path, layout, doubles=False)
        older = {"2025-12": total(MONTHS["2025-12"], doubles=True)}
        credits = {
            "2025-12": total([r for r in MONTHS["2025-12"] if r["lineItem/LineItemType"] == "Credit"], doubles=True)
        }
        return ConnectorCase(
            case.connect, {**case.billed, **older}, {**case.credits, **credits}, case.starts, case.spoil
        )


def test_the_real_bill_maps_exactly() -> None:
    found = [p / "shared/data/aws-cur/anonymised-cur-2023-11.csv" for p in Path(__file__).resolve().parents]
    real = next((p for p in found if p.exists()), None)
    if real is None:
        not_run("the sample bill ../shared/data/aws-cur/anonymised-cur-2023-11.csv is not there", optional=True)
    connector = connectors.create("aws_cur", str(real), {})
    [delivery] = connector.deliveries()
    reading = read_delivery(connector, delivery)
    assert (delivery.billing_period, reading.rows_read, reading.bad, reading.problems) == ("2023-11", 1281, [], [])
    assert reading.billed == reading.source_billed == {"USD": Decimal("1.68230869740")}
