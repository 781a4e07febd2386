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
