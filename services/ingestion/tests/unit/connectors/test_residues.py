"""Covered usage and its negations are summed by account, commitment and day; a plain dictionary is the oracle."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from fincc.common.money import to_units
from fincc.ingestion.connectors.aws_cur.line_items import Effect
from fincc.ingestion.connectors.aws_cur.residues import Folded, Residues
from fincc.ingestion.connectors.columns.amounts import Amounts
from fincc.ingestion.connectors.columns.texts import Text
from fincc.ingestion.connectors.columns.times import Times

ROWS, DAY_MS = 500, 86_400_000
FIRST = (date(2026, 1, 1) - date(1970, 1, 1)).days


@pytest.mark.parametrize("values", [3, 65_535])
def test_the_sums_are_those_of_each_group(values: int) -> None:
    """With so many values there might be more groups than 64 bits can number: the day would be lost."""
    dice = random.Random(1)
    names = pa.array([f"v{i}" for i in range(values)])

    def text() -> Text:
        return Text(np.array(dice.choices([-1, 0, values - 1], k=ROWS), np.int32), names)

    payer, account, commitment = text(), text(), text()
    currency = Text(np.array(dice.choices([0, values - 1], k=ROWS), np.int32), names)
    days = np.array(dice.choices(range(FIRST, FIRST + 3), k=ROWS), np.int64)
    effect = np.array(dice.choices([*Effect], k=ROWS), np.int8)
    amounts = [Decimal(dice.choice(["0", "0.5", "-0.25", "7"])) for _ in range(ROWS)]
    billed = Amounts.of(pa.array(amounts, pa.decimal128(38, 12)))

    expected: dict[tuple[object, ...], int] = defaultdict(int)
    said = [
        [None if code < 0 else f"v{code}" for code in t.codes.tolist()] for t in (payer, account, commitment, currency)
    ]
    for i, kind in enumerate(effect.tolist()):
        if kind in (Effect.COVERED, Effect.NEGATION, Effect.DISCOUNTED):
            group = *(c[i] for c in said[:3]), int(days[i]), said[3][i] or "", kind == Effect.DISCOUNTED
            expected[group] += to_units(amounts[i])

    residues = Residues()
    residues.add(
        Folded(payer, account, commitment, Times(days * DAY_MS, np.zeros(ROWS, bool)), currency, effect, billed)
    )
    assert {g: u for g, u in residues._units.items() if u} == {g: u for g, u in expected.items() if u}
