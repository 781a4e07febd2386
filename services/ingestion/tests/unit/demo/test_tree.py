"""The tree in the bucket: keys, manifests, deliveries."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from fincc.ingestion.demo.deliveries import deliveries, lay_down

pytestmark = pytest.mark.slow


def test_each_pointer_names_the_newest_assembly_and_files_that_exist(bill):
    for folder in bill.folders():
        pointer = bill.manifest(folder)
        assert pointer["assemblyId"] == max(each.name for each in folder.iterdir() if each.is_dir())
        assert pointer == bill.manifest(folder / pointer["assemblyId"])
        assert all((bill.root / key).is_file() for key in pointer["reportKeys"])
        assert pointer["billingPeriod"]["start"] == f"{folder.name[:8]}T000000.000Z"
        assert pointer["billingPeriod"]["end"] == f"{folder.name[9:]}T000000.000Z"


def test_the_manifest_lists_the_columns_of_its_files_in_their_order(bill):
    for folder in bill.folders():
        manifest = bill.manifest(folder)
        with gzip.open(bill.root / manifest["reportKeys"][0], "rt", newline="") as file:
            header = next(csv.reader(file))
        assert [f"{column['category']}/{column['name']}" for column in manifest["columns"]] == header


def test_tag_columns_change_over_the_months(bill):
    tags = [
        {column["name"] for column in bill.manifest(folder)["columns"] if column["category"] == "resourceTags"}
        for folder in bill.folders()
    ]
    assert "user:squad" not in tags[0]
    assert {"user:squad", "user:data-class", "user:campaign-2026"} <= tags[-1]
    assert "user:campaign-2025" in tags[0]
    assert {"user:team", "user:Team", "aws:createdBy"} <= set.intersection(*tags)


def test_line_ids_are_unique_in_a_delivery(bill):
    for month in bill.months.values():
        ids = month.seen["identity/LineItemId"]
        assert len(ids) == month.rows
        assert {len(each) for each in ids} == {52}


def test_closed_months_have_invoices_and_the_open_one_has_none(bill):
    *closed, opened = bill.months.values()
    assert all(month.invoiced == month.rows for month in closed)
    assert opened.invoiced == 0


def test_the_last_closed_month_was_delivered_three_times_with_growing_rows(bill):
    folder = bill.folders()[-2]
    assemblies = sorted(each for each in folder.iterdir() if each.is_dir())
    months = [list(bill.rows(each)) for each in assemblies]
    partial, fuller, full = months
    assert len(partial) < len(fuller) < len(full)
    assert not any("bill/InvoiceId" in row for row in partial + fuller)
    usage = [
        {each["identity/LineItemId"] for each in rows if each["lineItem/LineItemType"] == "Usage"} for rows in months
    ]
    assert usage[0] < usage[1] < usage[2]


def test_the_restatement_adds_a_refund_and_a_credit_to_an_invoiced_month(bill):
    folder = bill.folders()[-4]
    first, second = ({row["identity/LineItemId"]: row for row in bill.rows(each)} for each in sorted(folder.glob("*Z")))
    added = [second[each] for each in second.keys() - first.keys()]
    assert {each: second[each] for each in first} == first
    assert sorted(row["lineItem/LineItemType"] for row in added) == ["Credit", "Refund"]
    assert all(Decimal(row["lineItem/UnblendedCost"]) < 0 for row in added)
    closing, restating = (each for each in deliveries(bill.root) if str(each.period) == "2026-08")
    assert restating.delivered_at - closing.delivered_at > timedelta(weeks=4)


def test_the_tree_can_be_laid_down_as_it_was(bill, tmp_path):
    everything = deliveries(bill.root)
    assert len(everything) == 14 + 2 + 1
    growing = [each for each in everything if str(each.period) == "2026-10"]
    for step, delivery in enumerate(growing):
        added = lay_down(bill.root, tmp_path, delivery.delivered_at)
        assert delivery in added
        pointer = json.loads((tmp_path / delivery.folder.parent / "alderway-daily-Manifest.json").read_text())
        assert pointer["assemblyId"] == delivery.assembly_id
        assert len(list((tmp_path / delivery.folder.parent).glob("*Z"))) == step + 1
        assert all((tmp_path / key).is_file() for key in pointer["reportKeys"])
    lay_down(bill.root, tmp_path, everything[-1].delivered_at)
    assert {each.assembly_id for each in deliveries(tmp_path) if each.is_current} == {
        each.assembly_id for each in everything if each.is_current
    }


def test_files_carry_the_time_of_their_delivery(bill):
    for delivery in deliveries(bill.root):
        for file in (bill.root / delivery.folder).iterdir():
            assert file.stat().st_mtime == delivery.delivered_at.timestamp()
