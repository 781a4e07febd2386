"""A table under other names: what is said of it is refused when it cannot be, and read as said when it can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.table_file import Table, TableFile

COLUMNS = {"BilledCost": "sum", "ChargePeriodStart": "day", "ResourceId": "what"}
SAME = {"BillingCurrency": "EUR", "BillingAccountId": "shop", "ChargeCategory": "Usage"}


class Shop(TableFile):
    kind = "shop"
    title = "Shop"
    description = "A shop"
    table = Table(COLUMNS, SAME, {"ResourceId": {"a": "apples"}})


def read(folder: Path, text: str) -> list[dict[str, Any]]:
    (folder / "shop.csv").write_text(text)
    shop = Shop(Shop.Config(location=str(folder)))
    [delivery] = shop.deliveries()
    mapper = shop.mapper(delivery)
    rows = []
    for native in shop.read(delivery):
        mapped = mapper.map(native)
        names = list(mapped.columns)
        rows += [
            dict(zip(names, r, strict=True))
            for r in zip(*(c.to_pylist() for c in mapped.columns.values()), strict=True)
        ]
    mapper.finish()
    assert mapper.report.form == "Shop"
    assert not mapper.report.warnings
    return rows


def test_columns_constants_and_words_are_as_said(tmp_path: Path) -> None:
    first, second = read(tmp_path, "day,what,sum,colour\n2026-10-03,a,1.5,red\n2026-10-04,pears,2,\n")
    assert (first["ResourceId"], second["ResourceId"]) == ("apples", "pears")
    assert {first[name] for name in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")} == {
        first["BilledCost"]
    }
    assert all(first[name] == second[name] == text for name, text in SAME.items())


def test_a_file_without_a_column_says_which(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("day,sum\n2026-10-03,1.5\n")
    shop = Shop(Shop.Config(location=str(tmp_path)))
    with pytest.raises(BadDelivery, match=r"shop.csv: lacks what; expected the columns sum, day, what"):
        list(shop.read(shop.deliveries()[0]))


@pytest.mark.parametrize(
    ("columns", "same", "reason"),
    [
        ({**COLUMNS, "Colour": "colour"}, SAME, "Colour: no such FOCUS column"),
        (COLUMNS, {}, "BillingCurrency, BillingAccountId, ChargeCategory: every record needs it"),
        ({"ChargePeriodStart": "day"}, {**SAME, "BilledCost": "1"}, "BilledCost: every record needs it"),
    ],
)
def test_what_cannot_be_a_record_is_refused_at_once(columns: dict[str, str], same: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Table(columns, same)
