"""The FOCUS column table: as many columns as each version has, and the same names in both spellings."""

import re

import pyarrow as pa
import pytest

from fincc.common import focus


@pytest.mark.parametrize(("version", "count"), [("1.0", 43), ("1.1", 50), ("1.2", 57), ("1.3", 65), ("1.4", 65)])
def test_each_version_has_as_many_columns_as_its_specification(version: str, count: int):
    assert len(focus.columns_of(version)) == count


def test_an_unknown_version_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'2\.0': expected one of 1\.0, 1\.1, 1\.2, 1\.3, 1\.4"):
        focus.columns_of("2.0")


def test_every_name_is_spelled_back_and_forth_and_fits_a_database_column():
    for name in (*focus.COLUMNS, *focus.OWNER_COLUMNS, focus.KEY_COLUMN):
        snake = focus.to_snake(name)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", snake), name
        assert focus.to_focus(snake) == name


def test_snake_case_is_mechanical():
    assert focus.to_snake("BilledCost") == "billed_cost"
    assert focus.to_snake("x_TeamId") == "x_team_id"
    assert focus.to_snake("SkuPriceDetails") == "sku_price_details"


@pytest.mark.parametrize("version", focus.VERSIONS)
def test_a_file_with_all_columns_of_a_version_is_detected_as_that_version(version: str):
    assert focus.detect_version({column.id for column in focus.columns_of(version)}) == version


@pytest.mark.parametrize(
    ("names", "version"),
    [
        ({"BilledCost", "x_Custom"}, "1.0"),
        ({"BilledCost", "SkuMeter"}, "1.1"),
        ({"BilledCost", "InvoiceId", "ProviderName"}, "1.2"),
        ({"BilledCost", "ServiceProviderName", "ProviderName"}, "1.3"),
        ({"BilledCost", "InvoiceDetailId"}, "1.4"),
    ],
)
def test_the_newest_column_decides_the_version(names: set[str], version: str):
    assert focus.detect_version(names) == version


def test_costs_are_money_and_tags_and_owners_are_text_on_the_wire():
    assert all(focus.wire_type(name) == focus.MONEY for name in focus.COSTS)
    assert focus.wire_type("Tags/team") == focus.TEXT
    assert focus.wire_type("x_TeamId") == focus.TEXT
    assert focus.wire_type("x_AttributionKey") == focus.KEY
    with pytest.raises(KeyError):
        focus.wire_type("NoSuchColumn")


def test_every_column_of_the_key_is_text():
    assert {focus.wire_type(name) for name in focus.KEY_COLUMNS} == {focus.TEXT}


def good_batch() -> dict[str, pa.Array]:
    text = pa.array(["x"]).dictionary_encode()
    return {
        "BilledCost": pa.array([1]).cast(focus.MONEY),
        "EffectiveCost": pa.array([1]).cast(focus.MONEY),
        "BillingCurrency": text,
        "BillingAccountId": text,
        "ChargeCategory": text,
        "ChargePeriodStart": pa.array([0], focus.TIME),
    }


def check(**changes: pa.Array | None) -> list[str]:
    columns = {name: column for name, column in {**good_batch(), **changes}.items() if column is not None}
    return focus.check_batch(pa.record_batch(columns))


def test_a_batch_as_it_should_be_has_nothing_wrong():
    assert check() == []


def test_what_is_wrong_with_a_batch_is_said_by_column():
    assert check(Surprise=pa.array([1])) == ["Surprise: no such column"]
    assert check(BilledCost=pa.array([1.5])) == [f"BilledCost: is double, expected {focus.MONEY}"]
    assert check(ChargeCategory=None) == ["ChargeCategory: missing"]
    assert check(EffectiveCost=pa.array([None], focus.MONEY)) == ["EffectiveCost: 1 nulls, expected none"]
