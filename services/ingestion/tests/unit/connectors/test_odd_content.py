"""What bills say of resources, tags, accounts and dates, however odd: kept as it is where the stores can, else warned of."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from fincc.common.rules.tags import order_spellings
from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.domain.focus_words import resource_type

from . import focus_bills
from .bills import TAGS, as_cur2_csv, as_parquet, legacy_manifest, put, row
from .focus_bills import focus_row
from .mapped import Bill, bill_of
from .trees import write

ODD_TEXTS = [
    "🚀 rocket",
    "👩‍💻",
    "צוות תשלומים",
    "فريق المدفوعات",
    "\u202eleft",
    "=cmd()|' /C calc'!A0",
    "a\tb",
    "ｔｅａｍ",
    "e\u0301",
]


def focus(folder: Path, *rows: dict[str, str]) -> Bill:
    return Bill(put(folder / "focus.csv", focus_bills.as_csv(rows)), "focus_file")


def tags_of(record: dict[str, Any]) -> dict[str, str]:
    return {k.removeprefix("Tags/"): v for k, v in record.items() if k.startswith("Tags/") and v is not None}


def test_four_hundred_tags_of_a_resource_are_all_kept(tmp_path: Path) -> None:
    tags = {f"key-{i}": f"value-{i}" for i in range(400)}
    bill = focus(tmp_path, focus_row(Tags=json.dumps(tags)), focus_row(Tags='{"team": "a"}'))
    assert [tags_of(r) for r in bill.records] == [tags, {"team": "a"}]
    assert bill.warnings == {}


def test_four_hundred_tag_columns_are_all_kept(tmp_path: Path) -> None:
    tags = {f"{TAGS}user:key{i}": f"value-{i}" for i in range(400)}
    assert len(tags_of(bill_of(tmp_path, [{**row(), **tags}]).one())) == 400


def test_a_tag_value_of_20_kb_is_kept(tmp_path: Path) -> None:
    long = "x" * 20_000
    assert tags_of(focus(tmp_path, focus_row(Tags=json.dumps({"a": long, "b": long}))).one()) == {"a": long, "b": long}


CASES = {"Team": "first", "team": "second", "TEAM": "third"}


def test_tag_keys_that_differ_by_case_are_kept_apart_in_columns_of_csv(tmp_path: Path) -> None:
    record = bill_of(tmp_path, [{**row(), **{f"{TAGS}user:{k}": v for k, v in CASES.items()}}]).one()
    assert tags_of(record) == CASES


def test_tag_keys_that_differ_by_case_are_kept_apart_in_json(tmp_path: Path) -> None:
    assert tags_of(focus(tmp_path, focus_row(Tags=json.dumps(CASES))).one()) == CASES
    data = as_cur2_csv([row()]).replace(b'"{}"', ('"' + json.dumps(CASES).replace('"', '""') + '"').encode())
    assert tags_of(Bill(put(tmp_path / "cur" / "cur.csv", data)).one()) == CASES


def with_tags(*pairs: dict[str, str] | None) -> bytes:
    """Parquet with these maps of tags."""
    table = pq.read_table(io.BytesIO(as_parquet([row() for _ in pairs], maps=True)))
    maps = pa.array([None if p is None else list(p.items()) for p in pairs], pa.map_(pa.string(), pa.string()))
    sink = io.BytesIO()
    pq.write_table(table.set_column(table.column_names.index("resource_tags"), "resource_tags", maps), sink)
    return sink.getvalue()


def test_tag_keys_that_differ_by_case_are_kept_apart_in_maps_of_parquet(tmp_path: Path) -> None:
    assert tags_of(Bill(put(tmp_path / "b.parquet", with_tags(CASES))).one()) == CASES


def test_tag_columns_of_parquet_that_were_merged_say_the_one_value_they_have(tmp_path: Path) -> None:
    """Athena knows no case: its reports have `resource_tags_user_team` alone, whatever the keys were."""
    rows = [{**row(), f"{TAGS}user:team": "a"}, row()]
    records = Bill(put(tmp_path / "b.parquet", as_parquet(rows, maps=False))).records
    assert [tags_of(r) for r in records] == [{"team": "a"}, {}]


def test_of_keys_that_differ_by_case_rules_take_the_exact_one_then_by_code_point() -> None:
    for keys in (["Team", "team", "TEAM"], ["TEAM", "team", "Team"], ["team", "TEAM", "Team"]):
        assert order_spellings("team", (), keys) == ["team", "TEAM", "Team"]
        assert order_spellings("Cost-Center", ("team",), keys) == ["team", "TEAM", "Team"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_emoji_right_to_left_text_and_formulas_are_kept_as_they_are(text: str, tmp_path: Path) -> None:
    said = focus_row(Tags=json.dumps({text: text}), ServiceName=text, SubAccountName=text, ResourceId=text)
    record = focus(tmp_path, said).one()
    assert tags_of(record) == {text: text}
    assert (record["ServiceName"], record["SubAccountName"], record["ResourceId"]) == (text, text, text)
    record = bill_of(tmp_path / "cur", [{**row(ResourceId=text), f"{TAGS}user:{text}": text}]).one()
    assert (record["ResourceId"], tags_of(record)) == (text, {text: text})


def test_zero_bytes_which_no_database_keeps_are_replaced_and_warned_of(tmp_path: Path) -> None:
    said = focus_row(ServiceName="a\0b", Tags=json.dumps({"k\0": "v\0"}))
    bill = focus(tmp_path, said, focus_row())
    assert [r["ServiceName"] for r in bill.records] == ["a\ufffdb", "Amazon Elastic Compute Cloud"]
    assert tags_of(bill.records[0]) == {"k\ufffd": "v\ufffd"}
    assert bill.warnings == {"zero_bytes_replaced": 2}


def test_half_a_character_in_json_is_replaced(tmp_path: Path) -> None:
    bill = focus(tmp_path, focus_row(Tags='{"a": "x\\ud83d", "b\\ud83d": "y"}'))
    assert tags_of(bill.one()) == {"a": "x?", "b?": "y"}


def test_brackets_without_end_are_no_json(tmp_path: Path) -> None:
    bill = focus(tmp_path, focus_row(Tags="[" * 100_000), focus_row())
    assert bill.warnings == {"not_a_json_object": 1}


@pytest.mark.parametrize("name", ["ServiceName", "SubAccountId", "RegionId", "BillingAccountId"])
def test_a_name_longer_than_an_index_takes_becomes_a_hash(name: str, tmp_path: Path) -> None:
    bill = focus(tmp_path, {**focus_row(), name: "s" * 5000}, {**focus_row(), name: "s" * 1024})
    assert bill.records[0][name].endswith("(5000 bytes)")
    assert bill.records[1][name] == "s" * 1024
    assert bill.warnings == {"oversized_value_replaced_by_its_hash": 1}


@pytest.mark.parametrize("currency", ["U" * 3000, "US\0"])
def test_what_can_be_no_currency_is_a_total_of_its_own(currency: str, tmp_path: Path) -> None:
    bill = focus(tmp_path, focus_row(BillingCurrency=currency), focus_row())
    assert set(bill.mapped[0].source_billed) == {"USD", "XXX"}
    assert [r["BillingCurrency"] for r in bill.records] == ["XXX", "USD"]
    assert bill.warnings == {"not_a_currency": 1, "empty_where_focus_forbids_it": 1}


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00Z", "1969-12-31T00:00:00Z"])
def test_a_start_that_no_calendar_shows_counts_on_the_first_day_and_is_warned_of(start: str, tmp_path: Path) -> None:
    bill = focus(tmp_path, focus_row(day=3, ChargePeriodStart=start))
    assert bill.one()["ChargePeriodStart"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert bill.warnings == {"start_unknown": 1}
    bill = bill_of(tmp_path / "cur", [{**row(day=3), "lineItem/UsageStartDate": start}])
    assert bill.one()["ChargePeriodStart"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert bill.warnings == {"start_unknown": 1}


def test_a_start_in_parquet_that_no_calendar_shows_is_told_alike(tmp_path: Path) -> None:
    table = pq.read_table(io.BytesIO(as_parquet([row(day=3), row(day=4)], maps=True)))
    starts = pa.array([2**60, table["line_item_usage_start_date"][1].value], pa.timestamp("ms"))
    place = table.column_names.index("line_item_usage_start_date")
    sink = io.BytesIO()
    pq.write_table(table.set_column(place, "line_item_usage_start_date", starts), sink)
    bill = Bill(put(tmp_path / "b.parquet", sink.getvalue()))
    assert [r["ChargePeriodStart"].day for r in bill.records] == [1, 4]
    assert bill.warnings == {"start_unknown": 1}


def test_usage_long_after_the_billing_period_counts_where_it_says_and_is_warned_of(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(), {**row(), "lineItem/UsageStartDate": "2031-05-01T00:00:00Z"}])
    assert [r["ChargePeriodStart"].year for r in bill.records] == [2026, 2031]
    assert bill.mapped[0].source_billed == {"USD": Decimal("0.214")}
    assert bill.warnings == {"starts_after_the_period": 1}
    late = focus_row(ChargePeriodStart="2031-05-01T00:00:00Z", ChargePeriodEnd="2031-05-01T01:00:00Z")
    assert focus(tmp_path / "focus", focus_row(), late).warnings == {"starts_after_the_period": 1}


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9999-12-01T00:00:00Z"])
def test_a_billing_period_that_no_calendar_shows_is_refused(start: str, tmp_path: Path) -> None:
    with pytest.raises(BadDelivery, match=r"focus\.csv: no row tells its billing period; expected dates in"):
        focus(tmp_path, focus_row(BillingPeriodStart=start))


@pytest.mark.parametrize("start", ["99991201T000000.000Z", "20261301T000000.000Z"])
def test_a_manifest_of_a_month_that_no_calendar_has_is_refused(start: str, tmp_path: Path) -> None:
    manifest = json.loads(legacy_manifest("2026-01", ["P/R/R-1.csv"]))
    manifest["billingPeriod"]["start"] = start
    write({"P/R/R-Manifest.json": json.dumps(manifest).encode()}, tmp_path)
    with pytest.raises(BadDelivery, match="names no billing period"):
        Bill(tmp_path)


def test_a_resource_shared_by_two_services_keeps_both_costs_apart(tmp_path: Path) -> None:
    rows = [{**row(ResourceId="shared"), "product/ProductName": name} for name in ("AmazonEC2", "AmazonS3")]
    bill = bill_of(tmp_path, rows)
    assert [(r["ResourceId"], r["ServiceName"]) for r in bill.records] == [
        ("shared", "AmazonEC2"),
        ("shared", "AmazonS3"),
    ]


def test_an_account_may_change_its_name_between_months(tmp_path: Path) -> None:
    bill = focus(tmp_path, focus_row("2026-01", SubAccountName="old"), focus_row("2026-02", SubAccountName="new"))
    assert [(r["SubAccountId"], r["SubAccountName"]) for r in bill.records] == [
        ("222222222222", "old"),
        ("222222222222", "new"),
    ]


def test_a_bill_of_one_row_without_any_tag(tmp_path: Path) -> None:
    assert tags_of(bill_of(tmp_path, [row()]).one()) == {}
    assert tags_of(focus(tmp_path, focus_row(Tags="")).one()) == {}
    assert tags_of(Bill(put(tmp_path / "p" / "b.parquet", with_tags(None))).one()) == {}


@pytest.mark.parametrize(
    ("partition", "region", "invoicer"),
    [
        ("aws-cn", "cn-northwest-1", "Ningxia Western Cloud Data Technology Co.Ltd."),
        ("aws-us-gov", "us-gov-west-1", "Amazon Web Services, Inc."),
        ("aws-iso-e", "eu-isoe-west-1", "Somebody Else"),
    ],
)
def test_regions_and_partitions_never_seen_before_are_kept(
    partition: str, region: str, invoicer: str, tmp_path: Path
) -> None:
    arn = f"arn:{partition}:lambda:{region}:222222222222:function:basket"
    cells = {"product/regionCode": region, "bill/InvoicingEntity": invoicer, "lineItem/CurrencyCode": "CNY"}
    bill = bill_of(tmp_path, [{**row(ResourceId=arn), **cells}])
    record = bill.one()
    assert (record["RegionId"], record["ResourceId"], record["BillingCurrency"]) == (region, arn, "CNY")
    assert record["InvoiceIssuerName"] == invoicer
    assert resource_type(arn) == "lambda:function"
    assert bill.warnings == {}
