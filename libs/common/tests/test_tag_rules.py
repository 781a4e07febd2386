"""Tag normalisation: which spellings are one key, and which values are equal."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.common.rules.tags import (
    ValueStyle,
    is_blank,
    normalise_fragment,
    normalise_key,
    normalise_value,
    order_spellings,
)

text = st.text(alphabet=st.one_of(st.sampled_from("aAbZ09-_.: \tuserteam/éßİſK"), st.characters()), max_size=20)
styles = st.builds(
    ValueStyle,
    fold=st.booleans(),
    separator=st.sampled_from(["-", "_", ".", " ", ":", None]),
    affixes=st.lists(st.sampled_from(["team", "squad", "t", "a"]), max_size=3).map(tuple),
)


@pytest.mark.parametrize(
    "spelling",
    ["cost-center", "Cost_Center", "COST CENTER", "costCenter", "CostCenter", "user:CostCenter", "user_cost_center"],
)
def test_spellings_of_one_key_are_equal(spelling):
    assert normalise_key(spelling) == "cost-center"


@pytest.mark.parametrize(
    "value", ["x" + "-team" * 50_000, "team-" * 50_000 + "x", "a" + "-" * 250_000 + "b", "aB" * 125_000]
)
@pytest.mark.parametrize("separator", ["-", None])
def test_no_value_and_no_key_of_a_bill_keeps_us_busy(value: str, separator: str | None):
    began = time.perf_counter()
    normalise_value(value, ValueStyle(separator=separator, affixes=("team",)))
    normalise_key(value)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("key", "normalised"),
    [
        ("costCenterID", "cost-center-id"),
        ("HTTPServer2Name", "http-server2-name"),
        ("app.kubernetes.io/name", "app-kubernetes-io/name"),
        ("user:", "user"),
        ("users", "users"),
        ("user-name", "user-name"),
        ("__team__", "team"),
        ("--", ""),
    ],
)
def test_a_key_is_split_folded_and_joined(key, normalised):
    assert normalise_key(key) == normalised


def test_a_key_that_aws_sets_never_passes_for_a_key_of_the_customer():
    assert normalise_key("aws:createdBy") == "aws-created-by" != normalise_key("createdBy")


@given(text)
def test_normalising_a_key_again_changes_nothing(key):
    assert normalise_key(normalise_key(key)) == normalise_key(key)


@pytest.mark.parametrize("value", ["foo", "Team: Foo", "team_foo", "foo-team", " FOO ", "team.foo team", "TEAM  FOO"])
def test_case_separators_and_affixes_do_not_matter(value):
    assert normalise_value(value, ValueStyle(affixes=("team",))) == "foo"


def test_an_affix_is_stripped_only_where_a_separator_divides_it():
    style = ValueStyle(affixes=("team",))
    assert normalise_value("teamwork", style) == "teamwork"
    assert normalise_value("team", style) == "team"
    assert normalise_value("team-team", style) == "team"


def test_the_longest_affix_wins_over_one_that_it_starts_with():
    assert normalise_value("team-lead-foo", ValueStyle(affixes=("team", "lead"))) == "foo"


def test_case_and_separators_can_be_kept():
    assert normalise_value(" Foo_Bar ", ValueStyle(fold=False, separator=None)) == "Foo_Bar"
    assert normalise_value("TEAM: Foo_Bar", ValueStyle(fold=False, separator=None, affixes=("team",))) == "Foo_Bar"


@given(text, styles)
def test_normalising_a_value_again_changes_nothing(value, style):
    once = normalise_value(value, style)
    assert normalise_value(once, style) == once


@given(text, text)
def test_a_piece_of_a_value_is_found_in_the_normalised_value(before, after):
    style = ValueStyle()
    whole = normalise_value(f"{before}xYz_9{after}", style)
    assert normalise_fragment("xYz_9", style) in whole


def test_only_white_space_is_blank():
    assert [is_blank(v) for v in (None, "", " \t\n", "-", " a ")] == [True, True, True, False, False]


def test_spellings_of_the_canonical_key_come_before_those_of_synonyms():
    found = order_spellings("team", ["squad", "owner"], ["Owner", "user:Team", "SQUAD", "Team", "squad", "team", "env"])
    assert found == ["team", "Team", "user:Team", "squad", "SQUAD", "Owner"]
