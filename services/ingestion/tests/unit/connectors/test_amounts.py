"""Amounts of every written form are what Python's Decimal says, rounded half-even to 12 places once."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.ingestion.connectors.columns.amounts import WIDE, Amounts, of_distinct
from fincc.ingestion.connectors.columns.texts import Text

from .bills import rounded

decimals = st.decimals(Decimal("-1e15"), Decimal("1e15"), places=18, allow_nan=False)
doubles = st.floats(-1e15, 1e15, allow_nan=False)


def listed(amounts: Amounts) -> list[Decimal | None]:
    values: list[Decimal | None] = amounts.array().to_pylist()
    return values


@given(st.lists(st.none() | decimals, max_size=20))
def test_decimals(values: list[Decimal | None]) -> None:
    expected = [None if v is None else rounded(v) for v in values]
    assert listed(Amounts.of(pa.array(values, WIDE))) == expected
    assert listed(Amounts.of(pa.array(values, pa.decimal256(60, 18)))) == expected


@given(st.lists(st.none() | decimals, max_size=20), st.booleans())
def test_text(values: list[Decimal | None], plain: bool) -> None:
    column = pa.array([None if v is None else str(v) for v in values], pa.string())
    got = Amounts.of(column if plain else column.dictionary_encode())
    assert listed(got) == [None if v is None else rounded(v) for v in values]
    assert got.changed == sum(v is not None and rounded(v) != v for v in values)


@given(st.lists(st.none() | doubles, max_size=20))
def test_doubles(values: list[float | None]) -> None:
    got = listed(Amounts.of(pa.array(values, pa.float64())))
    assert got == [None if v is None else rounded(Decimal(v)) for v in values]


def test_integers() -> None:
    assert listed(Amounts.of(pa.array([1, None, -7], pa.int64()))) == [1, None, -7]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.8E-9", "0.0000000018"),
        (" 12.5 ", "12.5"),
        ("5e-13", "0"),
        ("1.5e-12", "2e-12"),
        ("1e15", "1e15"),
        ("-0", "0"),
        (".5", ".5"),
    ],
)
def test_forms_of_text(cell: str, amount: str) -> None:
    assert listed(Amounts.of(pa.array([cell, "1.0"]))) == [Decimal(amount), 1]


@pytest.mark.parametrize("cell", ["abc", "NaN", "Infinity", "1e16", "-1.0000000000000001e15", "1,5", "", None])
def test_what_is_no_amount_is_missing(cell: str | None) -> None:
    got = Amounts.of(pa.array([cell, "1.0"], pa.string()))
    assert listed(got) == [None, 1]
    assert (got.unreadable is not None) == bool(cell)


def test_amounts_too_large_for_any_decimal_are_unreadable() -> None:
    got = Amounts.of(pa.array([Decimal("1e30"), Decimal("1.5")], pa.decimal128(38, 2)))
    assert listed(got) == [None, Decimal("1.5")]
    assert got.unreadable is not None
    assert got.unreadable.tolist() == [True, False]


@given(st.lists(st.tuples(decimals, decimals), min_size=1, max_size=20))
def test_sums_and_differences_are_exact(pairs: list[tuple[Decimal, Decimal]]) -> None:
    left = Amounts.of(pa.array([rounded(a) for a, _ in pairs], pa.decimal128(38, 12)))
    right = Amounts.of(pa.array([rounded(b) for _, b in pairs], pa.decimal128(38, 12)))
    assert listed(left.minus(right)) == [rounded(a) - rounded(b) for a, b in pairs]
    assert listed(left.plus(right)) == [rounded(a) + rounded(b) for a, b in pairs]


@given(st.lists(st.tuples(st.booleans(), st.none() | decimals, st.none() | decimals), min_size=1, max_size=20))
def test_choosing_row_by_row(rows: list[tuple[bool, Decimal | None, Decimal | None]]) -> None:
    first, second = (Amounts.of(pa.array([r[i] for r in rows], WIDE)) for i in (1, 2))
    mask = np.array([r[0] for r in rows])
    assert listed(first.where(mask, second)) == [
        None if v is None else rounded(v) for v in (r[1] if r[0] else r[2] for r in rows)
    ]
    assert listed(first.or_else(second)) == [
        None if v is None else rounded(v) for v in (r[1] if r[1] is not None else r[2] for r in rows)
    ]


def test_distinct_values_are_parsed_once_each() -> None:
    values, bad, altered = of_distinct(Text.of(pa.array(["0.1", "x", "0.1", "0.0000000000005"])))
    assert values.to_pylist() == [Decimal("0.1"), None, 0]
    assert (bad.tolist(), altered.tolist()) == ([False, True, False], [False, False, True])
