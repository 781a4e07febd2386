"""The rules by which lines of a cost and usage report become FOCUS records."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from fincc.ingestion import connectors

from .bills import LEGACY, PLAN, RESERVATION, TAGS, amount, as_csv, as_parquet, month, put, row, total
from .mapped import Bill, bill_of

PLAN_LINE = {"SavingsPlanARN": PLAN, "OfferingType": "ComputeSavingsPlans"}
D = Decimal


def covered(day: int = 1, cost: str = "1.50", effective: str = "1.00", **cells: str) -> dict[str, str]:
    line = row(day=day, LineItemType="SavingsPlanCoveredUsage", UnblendedCost=cost, SavingsPlanEffectiveCost=effective)
    return {**line, "savingsPlan/SavingsPlanARN": PLAN, **cells}


def negation(day: int = 1, cost: str = "-1.50", **cells: str) -> dict[str, str]:
    return {
        **row(day=day, LineItemType="SavingsPlanNegation", UnblendedCost=cost),
        "savingsPlan/SavingsPlanARN": PLAN,
        **cells,
    }


def plan_fee(total_: str = "1.00", used: str = "1.00", cost: str = "1.00") -> dict[str, str]:
    line = row(
        LineItemType="SavingsPlanRecurringFee", UnblendedCost=cost, TotalCommitmentToDate=total_, UsedCommitment=used
    )
    return {**line, "savingsPlan/SavingsPlanARN": PLAN, "lineItem/UsageAccountId": "111111111111"}


def test_usage_is_what_it_says(tmp_path: Path) -> None:
    record = bill_of(tmp_path, [row(day=3, hour=23)]).one()
    assert (
        record["BilledCost"] == record["EffectiveCost"] == record["ListCost"] == record["ContractedCost"] == D("0.107")
    )
    assert record["ListUnitPrice"] == D("0.107")
    assert (record["ChargeCategory"], record["ChargeClass"]) == ("Usage", None)
    assert (record["ChargeFrequency"], record["PricingCategory"]) == ("Usage-Based", "Standard")
    assert (record["PricingQuantity"], record["ConsumedQuantity"]) == (1.0, 1.0)
    assert (record["PricingUnit"], record["ConsumedUnit"]) == ("Hrs", "Hrs")
    assert (record["BillingAccountId"], record["SubAccountId"]) == ("111111111111", "222222222222")
    assert (record["ServiceName"], record["ServiceCategory"]) == ("Amazon Elastic Compute Cloud", "Compute")
    assert record["ServiceSubcategory"] == "Virtual Machines"
    assert (record["RegionId"], record["ResourceId"]) == ("eu-west-1", "i-0001")
    assert record["ServiceProviderName"] == record["HostProviderName"] == "Amazon Web Services"
    assert record["InvoiceIssuerName"] == "Amazon Web Services, Inc."
    assert record["x_LineItemType"] == "Usage"


def test_an_inclusive_end_of_an_hour_becomes_exclusive(tmp_path: Path) -> None:
    record = bill_of(tmp_path, [row(day=3, hour=23)]).one()
    assert record["ChargePeriodStart"] == datetime(2026, 1, 3, 23, tzinfo=UTC)
    assert record["ChargePeriodEnd"] == datetime(2026, 1, 4, tzinfo=UTC)


def test_covered_usage_is_billed_nothing_and_costs_what_the_plan_says(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [covered(), negation()])
    record = bill.one()
    assert (record["BilledCost"], record["EffectiveCost"], record["ContractedCost"]) == (0, D("1.00"), D("1.50"))
    assert (record["CommitmentDiscountId"], record["CommitmentDiscountStatus"]) == (PLAN, "Used")
    assert (record["CommitmentDiscountCategory"], record["PricingCategory"]) == ("Spend", "Committed")
    assert (record["CommitmentDiscountQuantity"], record["CommitmentDiscountUnit"]) == (1.0, "USD")
    assert sum(m.rows_folded for m in bill.mapped) == 1


def test_usage_and_negation_that_do_not_cancel_leave_one_record_a_day(tmp_path: Path) -> None:
    bill = bill_of(
        tmp_path,
        [covered(1, "1.50"), negation(1, "-1.40"), covered(2), negation(2), covered(3, "0.20"), negation(3, "-0.30")],
    )
    residues = bill.of(x_LineItemType="NegationResidue")
    assert [(r["ChargePeriodStart"].day, r["BilledCost"]) for r in residues] == [(1, D("0.10")), (3, D("-0.10"))]
    for r in residues:
        assert (r["ChargeCategory"], r["EffectiveCost"]) == ("Adjustment", 0)
        assert (r["SubAccountId"], r["CommitmentDiscountId"], r["ServiceProviderName"]) == (
            "222222222222",
            PLAN,
            "Amazon Web Services",
        )
        assert r["ChargePeriodEnd"] - r["ChargePeriodStart"] == datetime(2026, 1, 2) - datetime(2026, 1, 1)  # noqa: DTZ001
    assert sum(r["BilledCost"] for r in bill.records) == 0


def test_usage_and_its_negation_cancel_across_files(tmp_path: Path) -> None:
    (tmp_path / "bills").mkdir()
    (tmp_path / "bills" / "a.csv").write_bytes(as_csv([covered()]))
    (tmp_path / "bills" / "b.csv").write_bytes(as_csv([negation()]))
    assert len(Bill(tmp_path / "bills").records) == 1


def test_discounted_usage_costs_its_share_of_the_reservation(tmp_path: Path) -> None:
    lines = [
        row(LineItemType="DiscountedUsage", UnblendedCost="0", EffectiveCost="0.06", ReservationARN=RESERVATION),
        row(LineItemType="RIFee", UnblendedCost="70.08", ReservationARN=RESERVATION, UnusedRecurringFee="3.25",
            UnusedAmortizedUpfrontFeeForBillingPeriod="1.75", UnusedQuantity="52.5", ResourceId=""),
    ]  # fmt: skip
    bill = bill_of(tmp_path, lines)
    used = bill.one(CommitmentDiscountStatus="Used")
    assert (used["BilledCost"], used["EffectiveCost"], used["ListCost"]) == (0, D("0.06"), D("0.107"))
    assert (used["CommitmentDiscountCategory"], used["CommitmentDiscountQuantity"]) == ("Usage", 1.0)
    fee = bill.one(ChargeCategory="Purchase")
    assert (fee["BilledCost"], fee["EffectiveCost"], fee["ChargeFrequency"]) == (D("70.08"), 0, "Recurring")
    assert fee["ResourceId"] == RESERVATION
    unused = bill.one(CommitmentDiscountStatus="Unused")
    assert (unused["BilledCost"], unused["EffectiveCost"], unused["ChargeCategory"]) == (0, D("5.00"), "Usage")
    assert (unused["ConsumedQuantity"], unused["CommitmentDiscountQuantity"]) == (None, 52.5)


def test_discounted_usage_that_is_billed_after_all_is_not_lost(tmp_path: Path) -> None:
    line = row(LineItemType="DiscountedUsage", UnblendedCost="0.02", EffectiveCost="0.06", ReservationARN=RESERVATION)
    bill = bill_of(tmp_path, [line])
    assert bill.one(x_LineItemType="NegationResidue")["BilledCost"] == D("0.02")
    assert bill.one(x_LineItemType="DiscountedUsage")["BilledCost"] == 0


def test_the_unused_part_of_a_savings_plan_is_a_record_of_its_own(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [plan_fee(used="0.75")])
    fee, unused = bill.one(ChargeCategory="Purchase"), bill.one(ChargeCategory="Usage")
    assert (fee["BilledCost"], fee["EffectiveCost"], fee["CommitmentDiscountStatus"]) == (1, 0, None)
    assert (unused["BilledCost"], unused["EffectiveCost"], unused["CommitmentDiscountStatus"]) == (
        0,
        D("0.25"),
        "Unused",
    )
    assert (unused["SubAccountId"], unused["PricingQuantity"], unused["ConsumedUnit"]) == ("111111111111", None, None)


def test_a_fully_used_hour_adds_no_record(tmp_path: Path) -> None:
    assert len(bill_of(tmp_path, [plan_fee()]).records) == 1


def test_an_upfront_purchase_has_no_effective_cost(tmp_path: Path) -> None:
    lines = [
        row(LineItemType="SavingsPlanUpfrontFee", UnblendedCost="500", **PLAN_LINE),  # type: ignore[arg-type]
        row(LineItemType="Fee", UnblendedCost="300", ReservationARN=RESERVATION),
        row(LineItemType="Fee", UnblendedCost="15"),
    ]
    got = [(r["BilledCost"], r["EffectiveCost"], r["ChargeFrequency"]) for r in bill_of(tmp_path, lines).records]
    assert got == [(500, 0, "One-Time"), (300, 0, "One-Time"), (15, 15, "One-Time")]


def test_over_a_whole_term_effective_cost_equals_billed_cost(tmp_path: Path) -> None:
    lines = [covered(d, effective="0.80") for d in range(1, 29)] + [negation(d) for d in range(1, 29)]
    lines += [{**plan_fee(used="0.80"), "lineItem/UsageStartDate": f"2026-01-{d:02d}T00:00:00Z"} for d in range(1, 29)]
    records = bill_of(tmp_path, lines).records
    assert sum(r["BilledCost"] for r in records) == sum(r["EffectiveCost"] for r in records) == 28


def test_without_amortised_costs_commitments_count_when_they_are_billed(tmp_path: Path) -> None:
    names = [n for n in LEGACY if n not in ("savingsPlan/SavingsPlanEffectiveCost", "reservation/EffectiveCost")]
    bill = bill_of(tmp_path, [covered(), negation(), plan_fee(used="0.5")], names)
    assert [(r["BilledCost"], r["EffectiveCost"]) for r in bill.records] == [(0, 0), (1, 1)]


def test_a_refund_takes_the_category_of_what_it_refunds(tmp_path: Path) -> None:
    lines = [
        row(LineItemType="Refund", UnblendedCost="-1"),
        row(LineItemType="Refund", UnblendedCost="-2", TaxType="VAT"),
        row(LineItemType="Refund", UnblendedCost="-3", ProductCode="ComputeSavingsPlans"),
    ]
    got = [
        (r["BilledCost"], r["EffectiveCost"], r["ChargeCategory"], r["ChargeClass"])
        for r in bill_of(tmp_path, lines).records
    ]
    assert got == [(-1, -1, "Usage", "Correction"), (-2, -2, "Tax", "Correction"), (-3, 0, "Purchase", "Correction")]


def test_tax_has_no_price_and_no_pricing_category(tmp_path: Path) -> None:
    record = bill_of(tmp_path, [row(LineItemType="Tax", UnblendedCost="3", TaxType="VAT"), row()]).one(
        ChargeCategory="Tax"
    )
    assert (record["ListUnitPrice"], record["PricingCategory"], record["x_TaxType"]) == (None, None, "VAT")


def test_discounts_are_usage_with_their_sign(tmp_path: Path) -> None:
    kinds = ("BundledDiscount", "EdpDiscount", "PrivateRateDiscount", "Discount", "SppDiscount")
    records = bill_of(tmp_path, [row(LineItemType=k, UnblendedCost="-0.5") for k in kinds]).records
    assert all(
        (r["ChargeCategory"], r["BilledCost"], r["ConsumedQuantity"]) == ("Usage", D("-0.5"), None) for r in records
    )


def test_marketplace_lines_name_the_seller(tmp_path: Path) -> None:
    line = row(**{"bill/BillingEntity": "AWS Marketplace", "lineItem/LegalEntity": "Seller Ltd"})  # type: ignore[arg-type]
    record = bill_of(tmp_path, [line]).one()
    assert record["ServiceProviderName"] == record["HostProviderName"] == "Seller Ltd"


def test_split_cost_rows_keep_their_billed_cost_beside_the_split(tmp_path: Path) -> None:
    split = {
        "splitLineItem/ParentResourceId": "i-1",
        "splitLineItem/SplitCost": "0.03",
        "splitLineItem/UnusedCost": "0.01",
    }
    record = bill_of(tmp_path, [{**row(UnblendedCost="0"), **split}]).one()
    assert (record["BilledCost"], record["x_SplitParentResourceId"]) == (0, "i-1")
    assert (record["x_SplitCost"], record["x_SplitUnusedCost"]) == (D("0.03"), D("0.01"))


def test_net_unblended_is_the_basis_where_the_column_exists(tmp_path: Path) -> None:
    lines = [{**row(UnblendedCost="10"), "lineItem/NetUnblendedCost": "9"}, row(UnblendedCost="5")]
    bill = bill_of(tmp_path, lines)
    assert [r["BilledCost"] for r in bill.records] == [9, 5]
    assert bill.report.billed_basis == "net unblended"
    assert {"USD": sum(map(amount, lines))} == total(lines)


def test_net_effective_costs_go_first(tmp_path: Path) -> None:
    line = {**covered(), "savingsPlan/NetSavingsPlanEffectiveCost": "0.90"}
    assert bill_of(tmp_path, [line, negation()]).one()["EffectiveCost"] == D("0.90")


def test_the_list_cost_is_rate_times_usage_where_the_cost_is_empty(tmp_path: Path) -> None:
    line = row(publicOnDemandCost="", publicOnDemandRate="0.0230000001", UsageAmount="3.5")
    assert bill_of(tmp_path, [line]).one()["ListCost"] == D("0.08050000035")


def test_spot_usage_is_priced_dynamically(tmp_path: Path) -> None:
    assert bill_of(tmp_path, [row(UsageType="EU-SpotUsage:m5.large")]).one()["PricingCategory"] == "Dynamic"


def test_disks_and_transfer_of_ec2_are_storage_and_network(tmp_path: Path) -> None:
    lines = [
        row(UsageType=u)
        for u in ("EBS:VolumeUsage.gp3", "EU-EBS:SnapshotUsage", "EU-DataTransfer-Out-Bytes", "NatGateway-Hours")
    ]
    lines.append(row(ProductCode="some-marketplace-code"))
    got = [(r["ServiceCategory"], r["ServiceSubcategory"]) for r in bill_of(tmp_path, lines).records]
    assert got == [
        ("Storage", "Block Storage"),
        ("Storage", "Backup Storage"),
        ("Networking", "Network Infrastructure"),
        ("Networking", "Network Infrastructure"),
        ("Other", "Other (Other)"),
    ]


def test_tags_lose_the_user_prefix_and_keep_their_case(tmp_path: Path) -> None:
    tags = {
        f"{TAGS}user:Team": "a",
        f"{TAGS}user:team": "b",
        f"{TAGS}aws:createdBy": "c",
        f"{TAGS}user:Cost Center": "",
    }
    record = bill_of(tmp_path, [{**row(), **tags}]).one()
    assert {k: v for k, v in record.items() if k.startswith("Tags/")} == {
        "Tags/Team": "a",
        "Tags/team": "b",
        "Tags/aws:createdBy": "c",
    }


def test_cost_categories_are_one_json_object(tmp_path: Path) -> None:
    lines = [{**row(), "costCategory/Unit": "retail", "costCategory/Env": "prod"}, row()]
    got = [r["x_CostCategories"] for r in bill_of(tmp_path, lines).records]
    assert got == ['{"Env":"prod","Unit":"retail"}', None]


def test_an_unknown_line_item_type_counts_and_is_reported(tmp_path: Path) -> None:
    bill = bill_of(tmp_path, [row(LineItemType="QuantumFee", UnblendedCost="4")])
    assert bill.one()["BilledCost"] == bill.one()["EffectiveCost"] == 4
    assert bill.one()["ChargeCategory"] == "Adjustment"
    assert bill.report.unknown_line_item_types == {"QuantumFee": 1}


def test_columns_that_are_not_mapped_are_reported_with_their_cells(tmp_path: Path) -> None:
    lines = [{**row(), "lineItem/NewThing": "x"}, row(), {**row(), "lineItem/NewThing": "y"}]
    report = bill_of(tmp_path, lines).report
    assert report.unknown_columns == {"lineItem/NewThing": 2}
    assert "identity/LineItemId" in report.unused_columns


def test_two_currencies_make_two_totals(tmp_path: Path) -> None:
    bill = bill_of(
        tmp_path, [row(UnblendedCost="1"), row(UnblendedCost="7", CurrencyCode="CNY"), row(UnblendedCost="2")]
    )
    assert bill.mapped[0].source_billed == {"USD": 3, "CNY": 7}


def test_only_the_cost_type_currency_payer_and_start_are_needed(tmp_path: Path) -> None:
    names = [
        "lineItem/UnblendedCost",
        "lineItem/LineItemType",
        "lineItem/CurrencyCode",
        "bill/PayerAccountId",
        "lineItem/UsageStartDate",
    ]
    record = bill_of(tmp_path, [row(day=9)], names).one()
    assert record["BilledCost"] == record["ListCost"] == D("0.107")
    assert record["BillingPeriodStart"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert record["BillingPeriodEnd"] == datetime(2026, 2, 1, tzinfo=UTC)


def test_the_sum_of_what_is_mapped_and_pending_equals_the_source_batch_by_batch(tmp_path: Path) -> None:
    path = put(tmp_path / "bill.parquet", as_parquet(month("2026-01"), maps=True, row_group=2))
    connector = connectors.create("aws_cur", str(path), {})
    [delivery] = connector.deliveries()
    mapper = connector.mapper(delivery)
    billed = source = D(0)
    for native in connector.read(delivery):
        mapped = mapper.map(native)
        source += sum(mapped.source_billed.values())
        billed += sum(mapped.columns["BilledCost"].to_pylist())
        assert billed + sum(mapper.pending.values()) == source  # type: ignore[attr-defined]


def test_a_period_is_closed_once_all_usage_is_invoiced(tmp_path: Path) -> None:
    invoiced, open_ = row(**{"bill/InvoiceId": "1"}), row(day=2)  # type: ignore[arg-type]
    assert bill_of(tmp_path, [invoiced, open_]).report.is_closed is False
    assert bill_of(tmp_path, [invoiced]).report.is_closed is True
    assert bill_of(tmp_path, [open_]).report.is_closed is False
