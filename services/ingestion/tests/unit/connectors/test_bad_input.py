"""Whatever is wrong with a bill, the error names the file, the line, what was expected and what to do; or the row is set aside."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet as pq

from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import BadDelivery, DeliveryChanged, SourceAuthError, SourceNotFound
from fincc.ingestion.connectors.files import csv_blocks, csv_file
from fincc.ingestion.connectors.files.store import spoken

from . import trees
from .bills import LEGACY, TAGS, as_csv, as_parquet, dates, gz, legacy_manifest, month, put, row, total, zipped
from .mapped import Bill, bill_of

KEY = f"P/R/{dates('2026-01')}/R-00001.csv.gz"
MANIFEST = f"P/R/{dates('2026-01')}/R-Manifest.json"


def read_failing(location: Path) -> str:
    """The message with which the newest delivery cannot be read."""
    connector = connectors.create("aws_cur", str(location), {})
    delivery = connector.deliveries()[-1]
    with pytest.raises(BadDelivery) as error:
        list(connector.read(delivery))
    return str(error.value)


def test_truncated_gzip(tmp_path: Path) -> None:
    whole = gz(as_csv([row(ResourceId=f"i-{i}-{i**7}") for i in range(2000)]))
    trees.write({KEY: whole[: len(whole) // 2], MANIFEST: legacy_manifest("2026-01", [KEY])}, tmp_path)
    message = read_failing(tmp_path)
    assert KEY in message
    assert "cut off" in message
    assert "Copy it again" in message


def test_damaged_gzip(tmp_path: Path) -> None:
    whole = bytearray(gz(as_csv([row(ResourceId=f"i-{i}-{i**7}") for i in range(2000)])))
    whole[len(whole) // 2] ^= 0xFF
    trees.write({KEY: bytes(whole), MANIFEST: legacy_manifest("2026-01", [KEY])}, tmp_path)
    assert "damaged" in read_failing(tmp_path)


def test_truncated_zip(tmp_path: Path) -> None:
    key = KEY.replace(".gz", ".zip")
    data = zipped(as_csv(month("2026-01")), "R-1.csv")
    trees.write({key: data[:-30], MANIFEST: legacy_manifest("2026-01", [key])}, tmp_path)
    assert "damaged" in read_failing(tmp_path)


def test_zip_without_csv(tmp_path: Path) -> None:
    key = KEY.replace(".gz", ".zip")
    trees.write({key: zipped(b"x", "read.me"), MANIFEST: legacy_manifest("2026-01", [key])}, tmp_path)
    assert "holds no .csv file" in read_failing(tmp_path)


def test_truncated_parquet(tmp_path: Path) -> None:
    key = KEY.replace(".csv.gz", ".parquet")
    trees.write(
        {key: as_parquet(month("2026-01"), maps=True)[:-100], MANIFEST: legacy_manifest("2026-01", [key])}, tmp_path
    )
    message = read_failing(tmp_path)
    assert key in message
    assert "cannot be read as Parquet" in message


def test_csv_cut_off_inside_a_quoted_cell(tmp_path: Path) -> None:
    data = as_csv([row(), {**row(), "lineItem/LineItemDescription": 'a "quoted", text'}])
    path = put(tmp_path / "bill.csv", data[: data.index(b'"a ""quoted') + 5])
    with pytest.raises(BadDelivery, match=r"bill\.csv: a quotation mark opened in line 3 is never closed"):
        Bill(path)


def test_csv_cut_off_between_cells_sets_the_last_row_aside(tmp_path: Path) -> None:
    data = as_csv([row(day=1), row(day=2)])
    bill = Bill(put(tmp_path / "bill.csv", data[: data.rindex(b"BoxUsage")]))
    assert len(bill.records) == 1
    [bad] = bill.bad
    assert (bad.line, bad.billed) == (3, None)
    assert f"expected {len(LEGACY)} as in the header" in bad.reason
    assert "222222222222" in bad.content


def test_manifest_naming_a_missing_file(tmp_path: Path) -> None:
    trees.write({MANIFEST: legacy_manifest("2026-01", [KEY])}, tmp_path)
    message = read_failing(tmp_path)
    assert MANIFEST in message
    assert f"names {KEY}, which does not exist" in message


def test_a_missing_file_is_not_replaced_by_one_of_another_delivery(tmp_path: Path) -> None:
    current = f"P/R/{dates('2026-01')}/assembly-2/R-00001.csv.gz"
    tree = {KEY: gz(as_csv(month("2026-01"))), MANIFEST: legacy_manifest("2026-01", [current], "assembly-2")}
    trees.write(tree, tmp_path)
    assert "which does not exist" in read_failing(tmp_path)


def test_a_broken_period_leaves_the_others_readable(tmp_path: Path) -> None:
    tree = trees.overwritten_gzip({"2025-12": month("2025-12"), "2026-01": month("2026-01")})
    tree[MANIFEST] = tree[MANIFEST][:40]
    trees.write(tree, tmp_path)
    connector = connectors.create("aws_cur", str(tmp_path), {})
    older, newer = connector.deliveries()
    assert sum(n.table.num_rows for n in connector.read(older)) == len(month("2025-12"))
    with pytest.raises(BadDelivery, match="not complete JSON"):
        list(connector.read(newer))


def test_manifest_with_a_path_that_climbs(tmp_path: Path) -> None:
    put(tmp_path / "secret.csv", as_csv([row()]))
    trees.write({MANIFEST: legacy_manifest("2026-01", ["P/../../secret.csv"])}, tmp_path / "bills")
    message = read_failing(tmp_path / "bills")
    assert "`..`" in message
    assert "refused" in message


def test_manifest_without_files(tmp_path: Path) -> None:
    trees.write({MANIFEST: legacy_manifest("2026-01", [])}, tmp_path)
    assert "names no data files" in read_failing(tmp_path)


def test_two_reports_in_one_place_are_not_mixed(tmp_path: Path) -> None:
    rows = {"2026-01": month("2026-01")}
    trees.write({**trees.overwritten_gzip(rows), **trees.overwritten_gzip(rows, prefix="Q")}, tmp_path)
    with pytest.raises(BadDelivery, match="several reports for 2026-01"):
        connectors.create("aws_cur", str(tmp_path), {}).deliveries()
    [only] = connectors.create("aws_cur", str(tmp_path), {"report": "Q"}).deliveries()
    assert [f.path.partition("/")[0] for f in only.files] == ["Q", "Q"]


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(BadDelivery, match=r"bill\.csv: is empty; expected a header line"):
        Bill(put(tmp_path / "bill.csv", b""))


def test_a_manifest_naming_an_empty_file(tmp_path: Path) -> None:
    trees.write({KEY: b"", MANIFEST: legacy_manifest("2026-01", [KEY])}, tmp_path)
    assert "is empty" in read_failing(tmp_path)


def test_zero_rows_are_a_delivery_of_nothing(tmp_path: Path) -> None:
    trees.write({KEY: gz(as_csv([])), MANIFEST: legacy_manifest("2026-01", [KEY])}, tmp_path)
    bill = Bill(tmp_path)
    assert (bill.records, bill.bad, [m.rows_read for m in bill.mapped]) == ([], [], [0])


def test_zero_rows_of_parquet_are_a_delivery_of_nothing(tmp_path: Path) -> None:
    key = KEY.replace(".csv.gz", ".parquet")
    empty = as_parquet([row()], maps=True)
    sink = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(empty)).slice(0, 0), sink)
    trees.write({key: sink.getvalue(), MANIFEST: legacy_manifest("2026-01", [key])}, tmp_path)
    assert [m.rows_read for m in Bill(tmp_path).mapped] == [0]


def test_an_empty_folder_offers_nothing_and_check_says_so(tmp_path: Path) -> None:
    connector = connectors.create("aws_cur", str(tmp_path), {})
    assert connector.deliveries() == []
    steps = list(connector.check())
    assert [(s.step, s.ok) for s in steps] == [("reachable", True), ("manifests", False)]


def test_a_location_that_does_not_exist(tmp_path: Path) -> None:
    connector = connectors.create("aws_cur", str(tmp_path / "nowhere"), {})
    with pytest.raises(SourceNotFound, match="no such folder or file"):
        connector.deliveries()
    assert [(s.step, s.ok) for s in connector.check()] == [("reachable", False)]


def test_a_file_that_may_not_be_read_says_which_right_is_missing() -> None:
    with pytest.raises(SourceAuthError, match=r"bill\.csv: may not be read by this process"), spoken("bill.csv"):
        raise PermissionError


def test_a_file_without_the_cost_column(tmp_path: Path) -> None:
    names = [n for n in LEGACY if n != "lineItem/UnblendedCost"]
    with pytest.raises(
        BadDelivery,
        match=r"lacks line_item_unblended_cost \(lineItem/UnblendedCost\); expected a cost and usage report",
    ):
        bill_of(tmp_path, [row()], names)


def test_a_focus_file_is_sent_to_its_own_kind(tmp_path: Path) -> None:
    with pytest.raises(BadDelivery, match="kind focus_file"):
        Bill(put(tmp_path / "focus.csv", b"BilledCost,ChargeCategory\n1,Usage\n"))


def test_a_cost_column_that_stands_twice(tmp_path: Path) -> None:
    with pytest.raises(BadDelivery, match="line_item_unblended_cost more than once"):
        bill_of(tmp_path, [row()], [*LEGACY, "lineItem/UnblendedCost"])


def test_another_column_that_stands_twice_counts_once(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row()], [*LEGACY, "lineItem/ProductCode"])
    assert (bill.one()["x_ServiceCode"], bill.warnings) == ("AmazonEC2", {"column_twice": 1})


def test_a_tag_column_that_stands_twice_says_whatever_one_of_them_says(tmp_path: Path) -> None:
    tag = f"{TAGS}user:team"
    data = as_csv([{**row(), tag: "a"}, row()], [*LEGACY, tag, tag]).splitlines()
    data[1] = data[1][: data[1].rindex(b"a,a")] + b",a"
    bill = Bill(put(tmp_path / "bill.csv", b"\n".join(data)))
    assert [r["Tags/team"] for r in bill.records] == ["a", None]


def test_text_where_every_cost_should_be_sets_all_rows_aside(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(UnblendedCost="about five") for _ in range(3)])
    assert (bill.records, bill.mapped[0].source_billed) == ([], {})
    assert [(b.line, b.billed, b.currency) for b in bill.bad] == [(2, None, "USD"), (3, None, "USD"), (4, None, "USD")]
    assert "lineItem/UnblendedCost is 'about five'; expected an amount" in bill.bad[0].reason
    assert "lineItem/UsageAccountId=222222222222" in bill.bad[0].content


@pytest.mark.parametrize("cell", ["NaN", "inf", "1e16", "-1000000000000000.01", "1,5", "0x10", "1_000"])
def test_one_unreadable_billed_amount_is_set_aside(cell: str, tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(), row(UnblendedCost=cell), row(UnblendedCost="1.00000000000049")])
    assert [b.line for b in bill.bad] == [3]
    assert bill.mapped[0].source_billed == {"USD": Decimal("1.107")}


def test_nan_in_parquet_is_set_aside(tmp_path: Path) -> None:
    rows = [row(), row(UnblendedCost="nan"), row(UnblendedCost="2e15")]
    bill = Bill(put(tmp_path / "bill.parquet", as_parquet(rows, maps=True)))
    assert [b.line for b in bill.bad] == [2, 3]
    assert bill.mapped[0].source_billed == total(rows[:1], doubles=True)


def test_an_unreadable_amount_that_is_not_billed_becomes_null_and_is_counted(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(publicOnDemandCost="free", publicOnDemandRate="", UsageAmount="many"), row()])
    assert bill.bad == []
    assert (bill.records[0]["ListCost"], bill.records[0]["PricingQuantity"]) == (Decimal("0.107"), None)
    assert bill.warnings == {"unreadable_amount": 1, "unreadable_quantity": 1}


def test_an_empty_billed_amount_is_nothing_and_warned_of(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(UnblendedCost=""), row()])
    assert [r["BilledCost"] for r in bill.records] == [0, Decimal("0.107")]
    assert bill.warnings == {"empty_amount_counted_as_0": 1}


def test_a_trillion_is_accepted_with_a_warning(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(UnblendedCost="1e12"), row(UnblendedCost="999999999")])
    assert bill.mapped[0].source_billed == {"USD": Decimal(10) ** 12 + 999999999}
    assert (bill.bad, bill.warnings) == ([], {"amount_beyond_a_billion": 1})


def test_a_row_without_currency_is_a_total_of_its_own(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(CurrencyCode=""), row()])
    assert set(bill.mapped[0].source_billed) == {"USD", "XXX"}
    assert bill.warnings == {"currency_unknown": 1}


def test_a_row_without_start_counts_on_the_first_day(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [{**row(day=9), "lineItem/UsageStartDate": "yesterday"}])
    assert bill.one()["ChargePeriodStart"].day == 1
    assert bill.warnings == {"start_unknown": 1}


@pytest.mark.parametrize(("newline", "bom"), [("\r\n", False), ("\n", True), ("\r\n", True)])
def test_byte_order_mark_and_carriage_returns_are_no_part_of_a_cell(newline: str, bom: bool, tmp_path: Path) -> None:
    rows = month("2026-01")
    names = [*[n for n in LEGACY if n != "lineItem/CurrencyCode"], "lineItem/CurrencyCode"]
    bill = Bill(put(tmp_path / "bill.csv", as_csv(rows, names, newline, bom)))
    assert bill.mapped[0].source_billed == total(rows)
    assert bill.report.billed_basis == "unblended"


def test_utf16_is_refused_by_name(tmp_path: Path) -> None:
    path = put(tmp_path / "bill.csv", as_csv([row()]).decode().encode("utf-16"))
    with pytest.raises(BadDelivery, match="is UTF-16; expected UTF-8"):
        Bill(path)


def test_bytes_that_are_no_utf8_are_replaced_and_warned_of(tmp_path: Path) -> None:
    data = as_csv([row(ResourceId="caf@")]).replace(b"caf@", b"caf\xe9")
    bill = Bill(put(tmp_path / "bill.csv", data))
    assert (bill.one()["ResourceId"], bill.warnings) == ("caf�", {"not_utf8": 1})


def test_lines_are_told_across_line_breaks_inside_cells(tmp_path: Path) -> None:
    wide = {**row(), "lineItem/LineItemDescription": "one\ntwo\r\nthree"}
    bill = bill_of(tmp_path, [wide, row(), wide, row(UnblendedCost="x")])
    assert [b.line for b in bill.bad] == [9]


def test_a_record_beyond_256_kb_keeps_its_costs_and_hashes_its_largest_tags(tmp_path: Path) -> None:
    tags = {f"{TAGS}user:huge": "h" * 300_000, f"{TAGS}user:small": "s" * 100}
    bill = bill_of(tmp_path, [{**row(), **tags}, row()])
    record = bill.of(**{"Tags/small": "s" * 100})[0]
    assert record["Tags/huge"].startswith("sha256:")
    assert record["BilledCost"] == Decimal("0.107")
    assert bill.warnings == {"oversized_value_replaced_by_its_hash": 1}


def test_a_file_rewritten_between_listing_and_reading_starts_over(tmp_path: Path) -> None:
    trees.write(trees.overwritten_gzip({"2026-01": month("2026-01")}), tmp_path)
    connector = connectors.create("aws_cur", str(tmp_path), {})
    [delivery] = connector.deliveries()
    put(tmp_path / KEY, gz(as_csv([row()])))
    with pytest.raises(DeliveryChanged, match="rewritten"):
        list(connector.read(delivery))


def test_a_delivery_replaced_while_it_is_read_starts_over(tmp_path: Path) -> None:
    tree = trees.overwritten_gzip({"2026-01": month("2026-01")})
    trees.write(tree, tmp_path)
    connector = connectors.create("aws_cur", str(tmp_path), {})
    [delivery] = connector.deliveries()
    reading = connector.read(delivery)
    next(reading)
    put(tmp_path / MANIFEST, tree[MANIFEST].replace(b"assembly-2026-01", b"assembly-next"))
    with pytest.raises(DeliveryChanged, match="another delivery"):
        list(reading)


def test_rows_of_another_period_far_down_a_bare_file_start_the_reading_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 4_000)
    monkeypatch.setattr(csv_file, "BATCH_BYTES", 4_000)
    rows = [*(row("2026-01", day=1 + i % 28) for i in range(60)), row("2026-02")]
    path = put(tmp_path / "bill.csv", as_csv(rows))
    connector = connectors.create("aws_cur", str(path), {})
    [first] = connector.deliveries()
    with pytest.raises(DeliveryChanged, match="also has rows of 2026-02"):
        list(connector.read(first))
    again = connectors.create("aws_cur", str(path), {})
    assert [d.billing_period for d in again.deliveries()] == ["2026-01", "2026-02"]
    assert [sum(n.table.num_rows for n in again.read(d)) for d in again.deliveries()] == [60, 1]
