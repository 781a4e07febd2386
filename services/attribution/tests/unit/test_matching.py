"""Many comparisons against many values at once."""

import pyarrow as pa
import pytest

from fincc.attribution.domain import matching
from fincc.attribution.domain.conditions import Comparison, meets
from fincc.attribution.domain.matching import build_matchers

VALUES = ["a", "ab", "abc", "bc", "é", "aé", "éa", "a.c", "a\nc", "\0", "x" * 300]


def met(comparisons, values):
    """The positions of the comparisons that each value meets."""
    found: list[set[int]] = [set() for _ in values]
    for matcher in build_matchers(enumerate(comparisons)):
        for atoms, label in zip(found, matcher.label(pa.array(values)), strict=True):
            atoms |= matcher.atoms[label]
    return found


@pytest.mark.parametrize("operator", ["equals", "in", "prefix", "suffix", "contains", "regex"])
def test_values_meet_what_they_meet_one_by_one(operator):
    operands = ["a", "ab", "abc", "b", "bc", "c", "é", "aé", "a.c", "a\nc", "x" * 299, "^a", "c$"]
    comparisons = [Comparison("ServiceName", operator, (operand,)) for operand in operands]
    comparisons.append(Comparison("ServiceName", operator, ("\0" if operator != "regex" else r"\x00",)))
    expected = [{i for i, c in enumerate(comparisons) if meets(c, value)} for value in VALUES]
    assert met(comparisons, VALUES) == expected


def test_regular_expressions_too_many_for_one_automaton_are_still_found(monkeypatch):
    monkeypatch.setattr(matching, "_AUTOMATON_BYTES", 1 << 18)
    comparisons = [Comparison("ServiceName", "regex", (f"(?i)[a-z]+{i}.{{1,90}}z$",)) for i in range(30)]
    assert len(build_matchers(enumerate(comparisons))) > 1
    assert met(comparisons, ["ab7xyz", "nothing", "AB299-Z"]) == [{7}, set(), {2, 29}]


def test_regular_expressions_too_many_for_a_filter_are_still_found():
    comparisons = [Comparison("ServiceName", "regex", (f"^[a-z]*-{i}$",)) for i in range(500)]
    assert met(comparisons, ["ab-7", "-499", "ab-500", "ab-7x"]) == [{7}, {499}, set(), set()]


def test_an_automaton_that_runs_out_of_memory_is_noticed(monkeypatch):
    (matcher,) = build_matchers([(5, Comparison("ServiceName", "regex", ("a.c",)))])

    class Exhausted:
        def Match(self, text):  # noqa: N802 - the name is given
            return []

    monkeypatch.setattr(matcher, "_automaton", Exhausted())
    assert [sorted(matcher.atoms[label]) for label in matcher.label(pa.array(["abc", "ac"]))] == [[5], []]
