"""What a new rule set, catalog or hierarchy moves between teams, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np
import numpy.typing as npt

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.value_classes import distinct
from fincc.common.money import Lanes, group_sum

_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` of one currency goes from one team to another; None is Unattributable. `keys`: keys with cost in it."""

    team_from: str | None
    team_to: str | None
    amount: Decimal
    keys: int


def list_moves(old: Owners, new: Owners, cost: Lanes) -> list[Move]:
    """The moves between two evaluations of the same keys, in one currency, the largest amount first.

    `cost`: one exact amount per key in that currency, 0 where it has none. A key that stays or is free is no move.
    """
    teams, before = _team_codes(old, {})
    teams, after = _team_codes(new, teams)
    moved = np.flatnonzero((before != after) & ((cost.hi != 0) | (cost.lo != 0)))
    before, after = before[moved], after[moved]
    group, first = distinct((before, after), len(moved))
    sums = group_sum(group, len(first), Lanes(cost.hi[moved], cost.lo[moved])).decimals()
    keys = np.bincount(group, minlength=len(first)).tolist()
    names = list(teams)
    pairs = zip(before[first].tolist(), after[first].tolist(), sums, keys, strict=True)
    moves = [Move(names[b], names[a], amount, count) for b, a, amount, count in pairs]
    return sorted(moves, key=lambda m: (-abs(m.amount), m.team_from or "", m.team_to or ""))


@dataclass(frozen=True, slots=True)
class RuleCost:
    """`amount` of one currency gets its owner from a rule; None is what no rule takes. `keys`: keys with cost in it."""

    rule_id: str | None
    amount: Decimal
    keys: int


def list_rule_costs(owners: Owners, cost: Lanes) -> list[RuleCost]:
    """What each rule decides in one currency, the largest amount first. `cost`: one exact amount per key."""
    rules: dict[str | None, int] = {}
    numbers = [rules.setdefault(outcome.rule_id, len(rules)) for outcome in owners.outcomes]
    costly = np.flatnonzero((cost.hi != 0) | (cost.lo != 0))
    group = np.array(numbers, np.int32)[owners.codes[costly]]
    sums = group_sum(group, len(rules), Lanes(cost.hi[costly], cost.lo[costly])).decimals()
    keys = np.bincount(group, minlength=len(rules)).tolist()
    found = [RuleCost(rule, amount, count) for rule, amount, count in zip(rules, sums, keys, strict=True) if count]
    return sorted(found, key=lambda r: (-abs(r.amount), r.rule_id or ""))


def net_changes(moves: Iterable[Move]) -> dict[str | None, Decimal]:
    """What each team (None: Unattributable) gains or loses; the sum over all is 0."""
    out: dict[str | None, Decimal] = {}
    with localcontext() as context:
        context.prec = _DIGITS
        for move in moves:
            out[move.team_from] = out.get(move.team_from, Decimal(0)) - move.amount
            out[move.team_to] = out.get(move.team_to, Decimal(0)) + move.amount
    return out


def _team_codes(owners: Owners, known: dict[str | None, int]) -> tuple[dict[str | None, int], npt.NDArray[np.int32]]:
    """Per key the number of its team in `known`, which grows by the teams that are new."""
    teams = dict(known)
    numbers: Sequence[int] = [teams.setdefault(outcome.team_id, len(teams)) for outcome in owners.outcomes]
    return teams, np.array(numbers, np.int32)[owners.codes]
