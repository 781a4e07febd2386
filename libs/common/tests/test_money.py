"""Money is exact: rounded once, half-even, to twelve places, and every sum after that is the sum of integers."""

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fincc.common import money
from fincc.common.focus import MONEY

LARGEST_UNITS = 10**27
units = st.integers(-LARGEST_UNITS, LARGEST_UNITS)
amounts = units.map(money.from_units)
doubles = st.floats(-1e15, 1e15)


def rounded(value: float) -> Decimal:
    """What plain Python makes of a double."""
    return money.quantise(Decimal(value))


def array(values: Sequence[Decimal | None]) -> pa.Array:
    return pa.array(values, MONEY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5", "1.5"),
        (" -0.0000004 ", "-0.0000004"),
        ("1E-7", "1E-7"),
        ("1234567890.1234567890125", "1234567890.123456789012"),
        ("0.0000000000005", "0"),
        ("0.0000000000015", "2E-12"),
        ("-0.0000000000015", "-2E-12"),
        ("1e15", "1000000000000000"),
    ],
)
def test_an_amount_is_read_as_written_and_rounded_half_even_to_twelve_places(text: str, expected: str):
    assert money.parse_amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is not a number"),
        ("n/a", "is not a number"),
        ("1,234.50", "is not a number"),
        ("1_000", "is not a number"),
        ("NaN", "is not a finite number"),
        ("-Infinity", "is not a finite number"),
        ("1000000000000000.01", "is beyond ±1e15"),
        ("-1e99", "is beyond ±1e15"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_text(text: str, what: str):
    with pytest.raises(ValueError, match=what) as refused:
        money.parse_amount(text)
    assert repr(text) in str(refused.value)


@given(amounts)
def test_an_amount_survives_being_written_and_read(value: Decimal):
    assert money.parse_amount(f"{value:f}") == value
    assert Decimal(money.to_text(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.5", "12.50"), ("-3", "-3.00"), ("0.000000000001", "0.000000000001"), ("-0.00", "0.00"), ("1E+3", "1000.00")],
)
def test_money_is_written_plainly_with_at_least_two_decimals_and_zero_has_no_sign(value: str, text: str):
    assert money.to_text(Decimal(value)) == text


@given(st.lists(doubles, max_size=60))
@example([0.1, -0.1, 1e-12, 5e-13, 1.5e-12, 2.5e-12, -1.5e-12, 0.0, -0.0, 5e-324])
@example([9.2e6, 9_200_000.000000002, -9.3e6, 9007199254.740993, 1e15, -1e15, 123456789012345.67])
@example([4503.599627370496, 4503.5996273704965, 9007.199254740992, 9007.199254740994, 0.30000000000000004])
def test_doubles_become_the_same_amounts_as_in_plain_python(values: list[float]):
    column, bad, _ = money.from_doubles(np.array(values, np.float64))
    assert not bad.any()
    assert column.to_pylist() == [rounded(value) for value in values]


def test_every_tie_of_a_double_goes_to_the_even_neighbour():
    # odd / 2**13 has thirteen decimals and ends in 5: the only doubles that lie exactly between two amounts
    values = np.arange(-20_001, 20_001, 2) / 2.0**13
    column, _, changed = money.from_doubles(values)
    assert column.to_pylist() == [rounded(value) for value in values.tolist()]
    assert changed == len(values)


def test_a_hundred_thousand_random_doubles_of_every_size_become_the_amounts_of_plain_python():
    random = np.random.default_rng(20261101)
    values = random.uniform(-1, 1, 100_000) * 10.0 ** random.integers(-14, 15, 100_000)
    column, _, _ = money.from_doubles(values)
    assert money.total(column) == sum(map(rounded, values.tolist()), Decimal(0))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1.0000000001e15, -1e300])
def test_an_unreadable_double_is_null_and_marked_and_its_neighbours_are_not(value: float):
    column, bad, _ = money.from_doubles(np.array([1.25, value, -2.5]))
    assert column.to_pylist() == [Decimal("1.25"), None, Decimal("-2.5")]
    assert bad.tolist() == [False, True, False]


def test_only_doubles_with_more_than_twelve_decimals_are_counted_as_changed():
    _, _, changed = money.from_doubles(np.array([1.0, 0.1, 12.3456789, 1e14, -0.000000000001, 1 / 3, 0.1 + 0.2]))
    assert changed == 2


@given(st.lists(st.one_of(st.none(), amounts)))
def test_a_total_is_the_sum_of_its_amounts_and_null_counts_nothing(values: list[Decimal | None]):
    with money.localcontext() as context:
        context.prec = 60
        assert money.total(array(values)) == sum((v for v in values if v is not None), Decimal(0))


@given(st.lists(amounts, min_size=3), st.data())
def test_a_slice_sums_only_its_own_rows(values: list[Decimal], data: st.DataObject):
    start = data.draw(st.integers(0, len(values)))
    length = data.draw(st.integers(0, len(values) - start))
    with money.localcontext() as context:
        context.prec = 60
        assert money.total(array(values).slice(start, length)) == sum(values[start : start + length], Decimal(0))


@given(st.lists(amounts))
def test_lanes_keep_every_amount(values: list[Decimal]):
    assert money.lanes(array(values)).decimals() == values
    assert money.from_lanes(values).decimals() == values
    assert money.lanes(array(values)).to_arrow().to_pylist() == values


@given(st.lists(st.tuples(st.integers(-(2**40), 2**40), st.integers(-(2**62), 2**62)), min_size=1))
def test_unnormalised_lanes_become_the_amounts_they_stand_for(pairs: list[tuple[int, int]]):
    lanes = money.Lanes(np.array([p[0] for p in pairs], np.int64), np.array([p[1] for p in pairs], np.int64))
    assert lanes.to_arrow().to_pylist() == [money.from_units((hi << 32) + low) for hi, low in pairs]


@given(st.lists(st.tuples(st.integers(0, 4), amounts)))
def test_group_sums_are_the_sums_of_the_groups(rows: list[tuple[int, Decimal]]):
    codes = np.array([group for group, _ in rows], np.int64)
    sums = money.group_sum(codes, 5, money.lanes(array([amount for _, amount in rows])))
    with money.localcontext() as context:
        context.prec = 60
        for group in range(5):
            assert sums.decimals()[group] == sum((a for g, a in rows if g == group), Decimal(0))


def test_group_sums_stay_exact_where_doubles_no_longer_are():
    n = 100_000
    amount = Decimal("9007199.254740993")
    sums = money.group_sum(np.zeros(n, np.int32), 1, money.lanes(array([amount] * n)))
    assert sums.decimals() == [amount * n]


def test_sums_of_parts_added_up_are_the_sum_of_the_whole():
    values = [Decimal("0.1"), Decimal("-7.000000000001"), Decimal("999999999999.999999999999")]
    total = money.Lanes.zeros(3)
    total.add(money.lanes(array(values)))
    total.add(money.lanes(array([-v for v in values])))
    assert total.decimals() == [Decimal(0)] * 3
    assert total.total() == 0


def test_only_columns_of_money_have_lanes():
    with pytest.raises(TypeError, match="expected decimal128"):
        money.lanes(pa.array([1.5]))


@pytest.mark.parametrize("text", ["0.00", "-0.01", "0.000000000001", "-12.50", "999999999999999.999999999999", "1.00"])
def test_units_are_written_as_the_amount_is(text: str):
    assert money.units_to_text(money.to_units(Decimal(text))) == money.to_text(Decimal(text)) == text
