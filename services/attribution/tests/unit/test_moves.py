"""What moves between teams, exactly."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.moves import Move, RuleCost, list_moves, list_rule_costs, net_changes
from fincc.attribution.domain.resolve import Outcome
from fincc.common.money import Lanes

TEAMS = ("a", "b", None)
amounts = st.integers(-(10**27), 10**27)


def owners(teams, order=TEAMS):
    outcomes = tuple(Outcome(t, None, "r" if t else None, None if t else "why") for t in order)
    return Owners(outcomes, np.array([order.index(t) for t in teams], np.int32))


def lanes(units):
    return Lanes(np.array([u >> 32 for u in units], np.int64), np.array([u & 0xFFFFFFFF for u in units], np.int64))


def test_each_pair_of_teams_is_one_move_largest_first():
    old, new = owners(["a", "a", "a", None, "b"]), owners(["b", "b", "a", "a", "b"])
    found = list_moves(old, new, lanes([10**12, 5 * 10**11, 7, -(3 * 10**12), 1]))
    assert found == [Move(None, "a", Decimal("-3"), 1), Move("a", "b", Decimal("1.5"), 2)]


def test_the_order_of_outcomes_does_not_matter():
    old, new = owners(["a", None]), owners(["a", None], order=(None, "b", "a"))
    assert list_moves(old, new, lanes([1, 1])) == []


def test_another_rule_or_reason_for_the_same_team_is_no_move():
    old = Owners((Outcome("a", None, "r", None), Outcome(None, None, None, "x")), np.array([0, 1], np.int32))
    new = Owners((Outcome("a", "s", "q", None), Outcome(None, None, None, "y")), np.array([0, 1], np.int32))
    assert list_moves(old, new, lanes([1, 1])) == []


def test_a_key_without_cost_in_the_currency_is_no_move():
    assert list_moves(owners(["a", "b"]), owners(["b", "a"]), lanes([0, 5])) == [Move("b", "a", Decimal("5e-12"), 1)]


@given(st.lists(st.tuples(st.sampled_from(TEAMS), st.sampled_from(TEAMS), amounts), max_size=30))
def test_moves_are_exact_and_sum_to_zero(rows):
    old, new = owners([r[0] for r in rows]), owners([r[1] for r in rows])
    moves = list_moves(old, new, lanes([r[2] for r in rows]))
    expected: dict[tuple, int] = {}
    for before, after, units in rows:
        if before != after and units:
            expected[before, after] = expected.get((before, after), 0) + units
    assert {(m.team_from, m.team_to): int(m.amount.scaleb(12)) for m in moves} == expected
    assert sum(net_changes(moves).values(), Decimal(0)) == 0


def test_the_cost_of_each_rule_and_of_what_none_takes_is_exact():
    found = list_rule_costs(owners(["a", "b", None, None]), lanes([10**12, 5 * 10**11, 7, 0]))
    assert found == [RuleCost("r", Decimal("1.5"), 2), RuleCost(None, Decimal("7e-12"), 1)]
