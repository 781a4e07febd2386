"""FOCUS files of every version and form keep what every connector keeps, and their columns become ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.connector_contract import ConnectorCase, ConnectorContract
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import BadDelivery

from . import trees
from .bills import as_csv as as_cur_csv
from .bills import export_manifest, gz, halves, put, rounded, row
from .focus_bills import Row, as_csv, as_parquet, focus_month, focus_row, newer, total
from .mapped import Bill
from .trees import Tree

PERIODS = ("2025-12", "2026-01")


def focus_case(
    location: Path, root: Path, layout: Callable[[dict[str, list[Row]]], Tree], doubles: bool, lines_before: int
) -> ConnectorCase:
    months = {period: focus_month(period) for period in PERIODS}
    trees.write(layout(months), root)

    def spoil() -> tuple[str, int, Decimal]:
        first = months["2026-01"][0]
        was = rounded(Decimal(first["BilledCost"]))
        first["BilledCost"] = "nan" if doubles else "12,50"
        trees.write(layout(months), root)
        return "2026-01", lines_before + 1, was

    credits = {p: [r for r in rows if r["ChargeCategory"] == "Credit"] for p, rows in months.items()}
    return ConnectorCase(
        connect=lambda: connectors.create("focus_file", str(location), {}),
        billed={p: total(rows, doubles) for p, rows in months.items()},
        credits={p: total(rows, doubles) for p, rows in credits.items()},
        starts={p: {datetime.fromisoformat(r["ChargePeriodStart"]) for r in rows} for p, rows in months.items()},
        spoil=spoil,
    )


class TestOneCsvOfTwoPeriods(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        def layout(months: dict[str, list[Row]]) -> Tree:
            return {"focus.csv": as_csv([*months["2026-01"], *months["2025-12"]])}

        return focus_case(tmp_path / "focus.csv", tmp_path, layout, doubles=False, lines_before=1)


class TestFolderOfGzipCsv(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        def layout(months: dict[str, list[Row]]) -> Tree:
            return {
                f"{p}/part-{i}.csv.gz": gz(as_csv(h)) for p, rows in months.items() for i, h in enumerate(halves(rows))
            }

        return focus_case(tmp_path, tmp_path, layout, doubles=False, lines_before=1)


class TestFocusDataExport(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase:
        def layout(months: dict[str, list[Row]]) -> Tree:
            tree: Tree = {}
            for period, rows in months.items():
                key = f"P/F/data/billing_period={period}/F-00001.snappy.parquet"
                tree[key] = as_parquet(newer(rows))
                tree[f"P/F/metadata/billing_period={period}/F-Manifest.json"] = export_manifest("bills", [key])
            return tree

        return focus_case(tmp_path, tmp_path, layout, doubles=True, lines_before=0)


def bill(folder: Path, rows: list[Row]) -> Bill:
    return Bill(put(folder / "focus.csv", as_csv(rows)), "focus_file")


@pytest.mark.parametrize(
    ("columns", "version"),
    [({}, "1.0"), ({"SkuMeter": "m"}, "1.1"), ({"InvoiceId": "1"}, "1.2"), ({"HostProviderName": "AWS"}, "1.3")],
)
def test_the_version_is_told_by_the_columns(columns: dict[str, Any], version: str, tmp_path: Path) -> None:
    assert bill(tmp_path, [focus_row(**columns)]).report.form == f"FOCUS {version}"


def test_the_newest_version_has_no_old_provider_columns(tmp_path: Path) -> None:
    assert bill(tmp_path, newer([focus_row()])).report.form == "FOCUS 1.4"


def test_provider_columns_are_folded_into_the_new_ones(tmp_path: Path) -> None:
    record = bill(tmp_path, [focus_row()]).one()
    assert (record["ServiceProviderName"], record["HostProviderName"]) == ("AWS", "Amazon Web Services")
    assert not {"ProviderName", "PublisherName"} & set(record)


def test_the_new_provider_column_goes_before_the_old(tmp_path: Path) -> None:
    rows = [focus_row(ServiceProviderName="New"), focus_row(ServiceProviderName="")]
    assert [r["ServiceProviderName"] for r in bill(tmp_path, rows).records] == ["New", "AWS"]


def test_the_word_null_is_null(tmp_path: Path) -> None:
    record = bill(
        tmp_path, [focus_row(ResourceId="NULL", ListUnitPrice="null", ConsumedQuantity="NULL", EffectiveCost="NULL")]
    ).one()
    assert (record["ResourceId"], record["ListUnitPrice"], record["ConsumedQuantity"]) == (None, None, None)
    assert record["EffectiveCost"] == record["BilledCost"]


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-05T10:00:00Z",
        "2026-01-05T10:00:00",
        "2026-01-05 10:00:00",
        "2026-01-05 10:00:00 UTC",
        "2026-01-05T11:00:00.000+01:00",
    ],
)
def test_instants_with_and_without_zone_are_utc(written: str, tmp_path: Path) -> None:
    record = bill(tmp_path, [focus_row(ChargePeriodStart=written)]).one()
    assert record["ChargePeriodStart"] == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_tags_are_json_objects(tmp_path: Path) -> None:
    record = bill(tmp_path, [focus_row(Tags=json.dumps({"team": "a", "spot": True, "n": 7, "none": None}))]).one()
    assert {k: v for k, v in record.items() if k.startswith("Tags/")} == {
        "Tags/team": "a",
        "Tags/spot": "true",
        "Tags/n": "7",
    }


def test_tags_of_azure_lack_their_braces(tmp_path: Path) -> None:
    assert bill(tmp_path, [focus_row(Tags='"team": "a"')]).one()["Tags/team"] == "a"


def test_tags_that_are_no_json_are_warned_of(tmp_path: Path) -> None:
    assert bill(tmp_path, [focus_row(Tags="team=a"), focus_row()]).warnings == {"not_a_json_object": 1}


def test_an_empty_effective_cost_is_the_billed_one_and_warned_of(tmp_path: Path) -> None:
    got = bill(tmp_path, [focus_row(EffectiveCost=""), focus_row(EffectiveCost="0.5")])
    assert [r["EffectiveCost"] for r in got.records] == [Decimal("1.25"), Decimal("0.5")]
    assert got.warnings == {"empty_where_focus_forbids_it": 1}


def test_an_unreadable_list_cost_is_null_and_warned_of(tmp_path: Path) -> None:
    got = bill(tmp_path, [focus_row(ListCost="much"), focus_row()])
    assert [r["ListCost"] for r in got.records] == [None, Decimal("1.25")]
    assert got.warnings == {"unreadable_amount": 1}
    assert got.bad == []


def test_columns_of_a_provider_that_nobody_knows_are_reported(tmp_path: Path) -> None:
    got = bill(tmp_path, newer([focus_row(), focus_row()]))
    assert got.report.unknown_columns == {"x_Unheard": 2}
    assert got.records[0]["x_Operation"] == "RunInstances"


def test_a_cost_and_usage_report_is_sent_to_its_own_kind(tmp_path: Path) -> None:
    path = put(tmp_path / "cur.csv", as_cur_csv([row()]))
    with pytest.raises(BadDelivery, match="kind aws_cur"):
        Bill(path, "focus_file")


def test_a_file_without_billed_cost_says_so(tmp_path: Path) -> None:
    rows = [{k: v for k, v in focus_row().items() if k != "BilledCost"}]
    with pytest.raises(BadDelivery, match=r"focus\.csv: lacks BilledCost; expected a FOCUS file"):
        bill(tmp_path, rows)
