"""Cost batches as other FOCUS versions write them."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
import pytest

from fincc.common.focus import VERSIONS, columns_of, detect_version
from fincc.common.testing.factories import cost_columns, cost_rows
from fincc.ingestion.domain.focus_export import export_schema, to_version


def batch(**values: object) -> pa.RecordBatch:
    return pa.record_batch(cost_columns(cost_rows(2, **values)))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_export_has_exactly_the_columns_of_its_version(version: str) -> None:
    exported = to_version(batch(), version)
    assert exported.schema.names == [c.id for c in columns_of(version)]
    assert exported.schema == export_schema(version)
    assert detect_version(set(exported.schema.names)) in (version, "1.3" if version == "1.4" else version)


def test_costs_are_carried_exactly() -> None:
    exported = to_version(batch(BilledCost=["1.123456789012", "-0.5"]), "1.2")
    assert exported.column("BilledCost").to_pylist() == [Decimal("1.123456789012"), Decimal("-0.5")]


def test_older_versions_get_the_provider_under_its_old_name() -> None:
    assert to_version(batch(), "1.2").column("ProviderName").to_pylist() == ["AWS", "AWS"]
    assert to_version(batch(), "1.2").column("PublisherName").to_pylist() == ["AWS", "AWS"]


def test_tags_become_one_json_object() -> None:
    exported = to_version(batch(**{"Tags/team": ["cards", None], "Tags/größe": ["XL", "M"]}), "1.2")
    assert [json.loads(t) for t in exported.column("Tags").to_pylist()] == [
        {"team": "cards", "größe": "XL"},
        {"größe": "M"},
    ]


def test_the_pricing_currency_is_the_billing_currency() -> None:
    exported = to_version(batch(), "1.2")
    assert exported.column("PricingCurrency").to_pylist() == ["USD", "USD"]
    assert exported.column("PricingCurrencyEffectiveCost").to_pylist() == exported.column("EffectiveCost").to_pylist()


def test_an_unknown_version_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'2\.0'"):
        export_schema("2.0")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("GB-Mo", "GB-Months"),
        ("Hrs", "Hours"),
        ("LCU-Hrs", "LCU-Hours"),
        ("Lambda-GB-Second", "Lambda GB-Seconds"),
        ("1K tokens", "1000 Tokens"),
        ("Terabytes", "TB"),
        ("GB/month", "GB/Month"),
        ("IOPS-Mo", "IOPS-Months"),
        ("ReadRequestUnits", "ReadRequestUnits"),
        ("GB", "GB"),
    ],
)
def test_units_are_written_as_focus_has_them(written: str, expected: str) -> None:
    assert to_version(batch(PricingUnit=written), "1.2").column("PricingUnit").to_pylist() == [expected] * 2


def test_a_resource_of_unknown_type_gets_the_type_its_id_tells() -> None:
    ids = ["arn:aws:rds:eu-west-1:123456789012:db:orders", "i-0123456789abcdef0"]
    exported = to_version(batch(ResourceId=ids), "1.2")
    assert exported.column("ResourceType").to_pylist() == ["rds:db", "ec2:instance"]
    assert to_version(batch(ResourceId=[None, "plain"]), "1.2").column("ResourceType").to_pylist() == [None, "Resource"]


def test_a_type_the_bill_gives_is_kept() -> None:
    exported = to_version(batch(ResourceId="i-0123456789abcdef0", ResourceType="Machine"), "1.2")
    assert exported.column("ResourceType").to_pylist() == ["Machine", "Machine"]


def test_an_account_without_a_name_goes_by_its_id() -> None:
    exported = to_version(batch(SubAccountId="210987654321", SubAccountName=[None, "Shop"]), "1.2")
    assert exported.column("SubAccountName").to_pylist() == ["210987654321", "Shop"]


def test_a_service_has_the_category_of_its_primary_purpose() -> None:
    exported = to_version(
        batch(x_ServiceCode=["AmazonEC2", "other"], ServiceCategory="Storage", ServiceSubcategory="Block Storage"),
        "1.2",
        {"AmazonEC2": ("Compute", "Virtual Machines")},
    )
    assert exported.column("ServiceCategory").to_pylist() == ["Compute", "Storage"]
    assert exported.column("ServiceSubcategory").to_pylist() == ["Virtual Machines", "Block Storage"]
