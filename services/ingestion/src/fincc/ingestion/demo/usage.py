"""Usage of a month, and what discounts, savings plans and reservations make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.commitments import Term
from fincc.ingestion.demo.company import TEAM_IDS
from fincc.ingestion.demo.draws import mix
from fincc.ingestion.demo.lines import (
    COVERED,
    EDP_DISCOUNT,
    NEGATION,
    PRIVATE_DISCOUNT,
    RESERVED,
    USAGE,
    Lines,
    new_lines,
)
from fincc.ingestion.demo.price_list import WEEK
from fincc.ingestion.demo.seasons import ONE, drift, growth
from fincc.ingestion.demo.slots import TEAM_NUMBER
from fincc.ingestion.demo.story import NEW_TEAM, SHRINKING_TEAM
from fincc.ingestion.demo.tagging import SQUAD_ACTIVE_FROM
from fincc.ingestion.demo.world import Integers, World

_WEEK = np.array(list(WEEK.values()), np.int64)
_DISCOUNT_KINDS = {"EdpDiscount": EDP_DISCOUNT, "PrivateRateDiscount": PRIVATE_DISCOUNT}


@dataclass(frozen=True)
class Running:
    """What ran: one entry per day and slot, day by day, and in the order of slots within a day."""

    slot: Integers
    day: Integers  # ordinals
    lines: Lines


def run(world: World, period: BillingPeriod, until: date) -> Running:
    """Usage at list price of the days of `period` up to `until` (inclusive)."""
    first, last = period.start.toordinal(), min(until, period.end - timedelta(days=1)).toordinal()
    days = np.arange(first, last + 1, dtype=np.int64)
    weekend = (days - 1) % 7 >= 5  # ordinal 1 was a Monday
    alive = (
        (world["opens"] <= days[:, None])
        & (days[:, None] < world["closes"])
        & ~(weekend[:, None] & (world["weekdays_only"] == 1))
    )
    row, slot = np.nonzero(alive)
    day = days[row]
    quantity = _quantities(world, period, slot, day)
    resource = (
        world["first_resource"][slot] + (day + world["phase"][slot]) // world["life"][slot] - world["generation"][slot]
    )
    lines = new_lines(
        len(slot),
        kind=USAGE,
        item=world["item"][slot],
        account=world["account"][slot],
        resource=resource,
        start=day,
        end=day + 1,
        quantity=quantity,
        cost=quantity * world["rate"][slot],
        list_cost=quantity * world["on_demand_rate"][slot],
        team=world["team"][slot],
        owner=_owners(world, period)[resource],
    )
    return Running(slot, day, lines)


def _quantities(world: World, period: BillingPeriod, slot: Integers, day: Integers) -> Integers:
    story, team = world.story, world["team"][slot]
    dates = [date.fromordinal(number) for number in range(period.start.toordinal(), period.end.toordinal())]
    index = day - period.start.toordinal()
    by_day = np.array([growth(each) for each in dates], np.int64)[index]
    by_team = np.array([[drift(name, each) for each in dates] for name in TEAM_IDS], np.int64)[team, index]
    by_weekday = _WEEK[world["shape"][slot], (day - 1) % 7]
    arriving = np.array([story.new_team_permille(each) for each in dates], np.int64)[index]
    noise = 930 + (mix(world["noise"][slot].astype(np.uint64), day.astype(np.uint64)) % np.uint64(141)).astype(np.int64)
    grown = world["base"][slot] * by_day // ONE * by_team // 1000 * by_weekday // 1000 * noise // 1000
    grown = np.where(team == TEAM_NUMBER[NEW_TEAM], grown * arriving // 1000, grown)
    grown = np.where(team == TEAM_NUMBER[SHRINKING_TEAM], grown * story.shrinking_permille(period) // 1000, grown)
    return np.where(world["grows"][slot] == 1, grown, world["base"][slot])


def _owners(world: World, period: BillingPeriod) -> Integers:
    squads = period.start >= SQUAD_ACTIVE_FROM
    return np.array([r.owner if squads else r.owner_before_squads for r in world.resources], np.int64)


def private_discounts(world: World, running: Running) -> list[Lines]:
    """A negative line beside each line of a product with a private discount, for the same resource."""
    found = []
    for name, kind in _DISCOUNT_KINDS.items():
        percents = np.array([slot.sku.discount_percent if slot.sku.discount == name else 0 for slot in world.slots])
        percent = percents[running.slot]
        lines = running.lines[percent > 0].copy()
        lines["kind"] = kind
        lines["cost"] = -(lines["cost"] * percent[percent > 0] // 100)
        lines["quantity"] = lines["list_cost"] = 0
        found.append(lines)
    return found


def apply_plan(world: World, running: Running, number: int, term: Term) -> tuple[Lines, Lines]:
    """Turn usage into covered usage, slot by slot until the day's commitment is full.

    Changes `running.lines`; gives the negations, one per day, account and item, and the covered lines.
    """
    lines, rows = running.lines, _covered_by(term, running, world["plan"])
    rate = world["rate"][running.slot[rows]] * term.percent_of_list // 100
    effective = lines["quantity"][rows] * rate
    total = np.cumsum(effective)
    _, first_of_day, day = np.unique(running.day[rows], return_index=True, return_inverse=True)
    before = np.where(first_of_day > 0, total[first_of_day - 1], 0)[day] if len(rows) else total
    fits = total - before <= 24 * term.hourly
    covered = rows[fits]
    lines["kind"][covered] = COVERED
    lines["term"][covered] = number
    lines["committed_rate"][covered] = rate[fits]
    lines["effective"][covered] = effective[fits]
    return _negations(lines[covered], number), lines[covered]


def _covered_by(term: Term, running: Running, number: Integers) -> Integers:
    """Rows of what the term may cover; `number` says for each slot which plan or reservation that is."""
    in_term = (running.day >= term.start.toordinal()) & (running.day < term.end.toordinal())
    return np.nonzero(in_term & (number[running.slot] == term.number))[0]


def _negations(covered: Lines, number: int) -> Lines:
    keys = np.stack([covered["start"], covered["account"], covered["item"]], axis=1)
    groups, member = np.unique(keys, axis=0, return_inverse=True)
    quantity, cost = np.zeros((2, len(groups)), np.int64)
    np.add.at(quantity, member.reshape(-1), covered["quantity"])
    np.subtract.at(cost, member.reshape(-1), covered["cost"])
    day, account, item = groups.T
    return new_lines(
        len(groups),
        kind=NEGATION,
        item=item,
        account=account,
        start=day,
        end=day + 1,
        quantity=quantity,
        cost=cost,
        term=number,
    )


def apply_reservation(world: World, running: Running, number: int, term: Term) -> Lines:
    """Turn usage into discounted usage for the first instances of each day, up to those reserved; gives those lines."""
    lines, rows = running.lines, _covered_by(term, running, world["reservation"])
    if not len(rows):
        return lines[rows]
    _, first_of_day, day = np.unique(running.day[rows], return_index=True, return_inverse=True)
    covered = rows[np.arange(len(rows)) - first_of_day[day] < term.instances]
    scale = 10_000  # hourly amounts have 10 decimals, quantities 4
    lines["kind"][covered] = RESERVED
    lines["term"][covered] = number
    lines["cost"][covered] = 0
    lines["upfront_part"][covered] = lines["quantity"][covered] * (term.upfront_hourly // scale)
    lines["recurring_part"][covered] = lines["quantity"][covered] * (term.recurring_hourly // scale)
    lines["effective"][covered] = lines["upfront_part"][covered] + lines["recurring_part"][covered]
    return lines[covered]
