"""The lines of one delivery of one month: everything known of it up to a day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.commitments import Term
from fincc.ingestion.demo.fees import fixed_lines, plan_fees, reservation_fees, restatement, support, tax
from fincc.ingestion.demo.lines import Lines, line_keys
from fincc.ingestion.demo.usage import apply_plan, apply_reservation, private_discounts, run
from fincc.ingestion.demo.world import World


def statement(world: World, terms: tuple[Term, ...], period: BillingPeriod, until: date, restated: bool) -> Lines:
    """The bill of `period` as it stood when `until` (inclusive) was the last known day; `restated` adds late lines."""
    last = min(until, period.end - timedelta(days=1))
    running = run(world, period, last)
    parts = [*fixed_lines(period, last)]
    for number, term in enumerate(terms):
        if term.start > last or term.end <= period.start:
            continue
        if term.kind == "plan":
            negations, covered = apply_plan(world, running, number, term)
            parts += [negations, *plan_fees(number, term, covered, period.start, last)]
        else:
            covered = apply_reservation(world, running, number, term)
            parts += reservation_fees(number, term, covered, period, last)
    parts += [running.lines, *private_discounts(world, running)]
    billed = np.concatenate(parts)
    billed = np.concatenate([billed, support(period, billed)])
    lines = np.concatenate([billed, tax(period, billed), *(restatement(period) if restated else ())])
    lines["key"] = line_keys(lines, np.array([resource.key for resource in world.resources], np.uint64))
    return lines[np.lexsort((lines["key"], lines["account"], lines["start"]))]
