"""What operators watch: how old the data of each source is, and whether the figures agree with the bills."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from fincc.cockpit.domain.reconciliation import Verdict

OTHER = "other"
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Shown:
    """A delivery on screen: its source, its last complete day with usage, and when it was swapped in."""

    source: str
    usage_through: date | None
    swapped_at: datetime


@dataclass(frozen=True)
class Ages:
    """By source: seconds since the newest swap, and since the end of the last complete day with usage."""

    of_snapshot: dict[str, float]
    of_usage: dict[str, float]


@dataclass(frozen=True)
class Agreement:
    """`reconciled` and `difference` are amounts by currency; what is not known yet is in neither."""

    deliveries: dict[str, int]
    reconciled: dict[str, Decimal] = field(default_factory=dict)
    difference: dict[str, Decimal] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


def ages(shown: Iterable[Shown], now: datetime) -> Ages:
    out = Ages({}, {})
    for s in shown:
        _keep_least(out.of_snapshot, s.source, (now - s.swapped_at).total_seconds())
        if s.usage_through is not None:
            end = datetime.combine(s.usage_through + timedelta(days=1), time(), UTC)
            _keep_least(out.of_usage, s.source, (now - end).total_seconds())
    return out


def _keep_least(into: dict[str, float], source: str, age_s: float) -> None:
    into[source] = min(max(0.0, age_s), into.get(source, float("inf")))


def agreement(verdicts: Iterable[Verdict]) -> Agreement:
    """Currencies that are none by their look count as `other`: a bill may say anything there."""
    statuses: Counter[str] = Counter(dict.fromkeys(("complete", "incomplete", "pending", "overlapping"), 0))
    out, set_aside = Agreement(statuses), {}
    for verdict in verdicts:
        delivery, cockpit = verdict.delivery, verdict.billed["cockpit"]
        statuses[verdict.status] += 1
        if delivery.rows_quarantined is not None:
            set_aside[delivery.source, delivery.billing_period] = delivery.rows_quarantined
        if not delivery.counted or verdict.difference is None or cockpit is None:
            continue
        currency = verdict.currency if _CURRENCY.fullmatch(verdict.currency) else OTHER
        out.difference[currency] = out.difference.get(currency, Decimal(0)) + abs(verdict.difference)
        agreed = cockpit if verdict.difference == 0 else Decimal(0)
        out.reconciled[currency] = out.reconciled.get(currency, Decimal(0)) + agreed
    for (source, _), rows in set_aside.items():
        out.quarantined[source] = out.quarantined.get(source, 0) + rows
    return out
