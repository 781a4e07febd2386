"""The operators, one by one."""

import pytest

from fincc.attribution.domain.conditions import AllOf, AnyOf, Comparison, NotOf, holds, meets


@pytest.mark.parametrize(
    ("operator", "operands", "met", "unmet"),
    [
        ("equals", ("Ab",), "Ab", "ab"),
        ("in", ("a", "b"), "b", "c"),
        ("prefix", ("a b",), "a bc", "ab"),
        ("suffix", ("c",), "bc", "cb"),
        ("contains", ("a.c",), "xa.cx", "abc"),
        ("regex", ("a.c",), "xabcx", "ac"),
        ("regex", ("^a.c$",), "abc", "xabc"),
        ("exists", (), "x", ""),
    ],
)
def test_an_operator_tells_values_apart(operator, operands, met, unmet):
    comparison = Comparison("ServiceName", operator, operands)
    assert meets(comparison, met)
    assert not meets(comparison, unmet)


@pytest.mark.parametrize("value", [None, "", " \t"])
def test_a_blank_value_meets_nothing(value):
    for operator, operand in (("regex", ".*"), ("contains", " "), ("prefix", " "), ("equals", " "), ("exists", "")):
        assert not meets(Comparison("ServiceName", operator, (operand,)), value)


def test_all_any_and_not_combine():
    a, b = Comparison("A", "exists"), Comparison("B", "exists")
    record = {"A": "x"}.get
    assert holds(AnyOf((a, b)), record)
    assert not holds(AllOf((a, b)), record)
    assert holds(AllOf((a, NotOf(b))), record)
