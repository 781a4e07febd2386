"""Judging the ledger: what every hop says of the newest accepted version of each (source, billing period)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from types import MappingProxyType

from fincc.cockpit.domain.change import EXACT

HOPS = ("raw", "enriched", "cockpit")
"""In the order a record passes them."""

NO_CURRENCY = "XXX"
"""ISO 4217 for "no currency": a delivery that holds nothing, or has not said yet what it holds."""


NO_TABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class HopRow:
    """One hop's view of one version: `sealed` when it has all of it. Amounts are billed, by currency."""

    hop: str
    is_sealed: bool
    at: datetime
    billed: Mapping[str, Decimal]


@dataclass(frozen=True)
class Delivery:
    """What ingestion says of a version when it seals it; while it is still open all figures are None.

    Unreadable quarantined amounts alone make `quarantined` None.
    """

    source_id: str
    source: str
    billing_period: str
    version: int
    since: datetime
    counted: bool
    billed_basis: str | None = None
    rows_read: int | None = None
    rows_quarantined: int | None = None
    rows_published: int | None = None
    source_billed: Mapping[str, Decimal] | None = None
    quarantined: Mapping[str, Decimal] | None = None


@dataclass(frozen=True)
class Verdict:
    """One line of the reconciliation: a delivery in one currency."""

    delivery: Delivery
    currency: str
    status: str
    pending_hop: str | None
    pending_since: datetime | None
    source_billed: Decimal | None
    quarantined: Decimal | None
    billed: Mapping[str, Decimal | None]
    difference: Decimal | None
    first_difference_hop: str | None
    """Or `cockpit.<table>`: the hops agree, but a table that answers are read from does not add up to the same."""

    @property
    def is_ok(self) -> bool:
        """A delivery that does not count is no failure, whatever it says."""
        is_equal = self.difference == 0 and self.first_difference_hop is None
        return not self.delivery.counted or (self.status == "complete" and is_equal)


def judge(delivery: Delivery, hops: Mapping[str, HopRow], tables: Mapping[str, str] = NO_TABLES) -> list[Verdict]:
    """One verdict per currency. `hops` holds the rows of this version; cockpit's amounts are sums over stored rows.

    `tables`: currency → the cockpit's table that does not add up to its roll-up.
    """
    pending = next((h for h in HOPS if h not in hops or not hops[h].is_sealed), None)
    before = HOPS[HOPS.index(pending) - 1] if pending in HOPS[1:] else None
    since = None
    if pending is not None:
        since = hops[before].at if before is not None and before in hops else delivery.since
    named = {
        *(delivery.source_billed or ()),
        *(delivery.quarantined or ()),
        *(c for h in hops.values() for c in h.billed),
        *tables,
    }
    return [
        _judge_currency(delivery, hops, currency, pending, since, tables.get(currency))
        for currency in sorted(named) or [NO_CURRENCY]
    ]


def _judge_currency(
    delivery: Delivery,
    hops: Mapping[str, HopRow],
    currency: str,
    pending: str | None,
    since: datetime | None,
    table: str | None,
) -> Verdict:
    source = _in(delivery.source_billed, currency)
    quarantined = _in(delivery.quarantined, currency)
    billed = {h: _in(hops[h].billed, currency) if h in hops and hops[h].is_sealed else None for h in HOPS}
    expected: Decimal | None = None
    if source is not None and quarantined is not None:
        with localcontext(EXACT):
            expected = source - quarantined
    cockpit, difference = billed["cockpit"], None
    if expected is not None and cockpit is not None:
        with localcontext(EXACT):
            difference = expected - cockpit
    first = _first_difference([expected, *(billed[h] for h in HOPS)])
    if first is None and table is not None:
        first = f"{HOPS[-1]}.{table}"
    return Verdict(
        delivery, currency, _status(delivery, pending), pending, since, source, quarantined, billed, difference, first
    )


def _in(amounts: Mapping[str, Decimal] | None, currency: str) -> Decimal | None:
    return None if amounts is None else amounts.get(currency, Decimal(0))


def _first_difference(amounts: list[Decimal | None]) -> str | None:
    """The first hop whose amount is not that of the hop before it; `amounts` starts with what was expected of the first."""
    for hop, before, here in zip(HOPS, amounts, amounts[1:], strict=False):
        if before is not None and here is not None and before != here:
            return hop
    return None


def _status(delivery: Delivery, pending: str | None) -> str:
    if pending is not None:
        return "pending"
    if not delivery.counted:
        return "overlapping"
    return "incomplete" if delivery.rows_quarantined else "complete"


def is_all_ok(verdicts: Iterable[Verdict]) -> bool:
    return all(v.is_ok for v in verdicts)
