"""What is left when usage that a commitment covers and its negation do not cancel. Nothing disappears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from fincc.common import money
from fincc.common.focus import MONEY
from fincc.common.period import BillingPeriod, midnight
from fincc.ingestion.connectors.aws_cur.line_items import Effect, Effects, is_one_of
from fincc.ingestion.connectors.base import Mapped
from fincc.ingestion.connectors.columns.amounts import Amounts
from fincc.ingestion.connectors.columns.texts import Rows, Text
from fincc.ingestion.connectors.columns.times import DAY_MS, Times, to_ms

LINE_ITEM_TYPE = "NegationResidue"
_FOLDED = (Effect.COVERED, Effect.NEGATION, Effect.DISCOUNTED)

# payer, account, commitment, day as days since the epoch, currency, whether it is a reservation
Group = tuple[str | None, str | None, str | None, int, str, bool]


@dataclass(frozen=True)
class Folded:
    """Columns of the rows of a batch, from which groups are made."""

    payer: Text
    account: Text
    commitment: Text
    start: Times
    currency: Text
    effect: Effects
    billed: Amounts


class Residues:
    """Sums per (account, commitment, day) over one delivery; a day's covered usage and negation may stand in different files."""

    def __init__(self) -> None:
        self._units: dict[Group, int] = {}

    def add(self, rows: Folded) -> None:
        chosen = np.flatnonzero(is_one_of(rows.effect, *_FOLDED))
        chosen = chosen[~rows.billed.take(chosen).is_zero]
        if not len(chosen):
            return
        codes, firsts = _groups(rows, chosen)
        sums = money.group_sum(codes, len(firsts), rows.billed.take(chosen).lanes())
        left = np.flatnonzero((sums.hi != 0) | (sums.lo != 0))  # most groups cancel within a batch
        groups = _named(rows, chosen[firsts[left]])
        for group, high, low in zip(groups, sums.hi[left].tolist(), sums.lo[left].tolist(), strict=True):
            self._units[group] = self._units.get(group, 0) + (high << 32) + low

    def join(self, other: Residues) -> None:
        """Take over the sums of other files."""
        for group, units in other._units.items():
            self._units[group] = self._units.get(group, 0) + units

    def totals(self) -> dict[str, Decimal]:
        """What the residue records will add up to, per currency."""
        units: dict[str, int] = {}
        for group, value in self._units.items():
            units[group[4]] = units.get(group[4], 0) + value
        return {currency: money.from_units(value) for currency, value in units.items()}

    def records(self, period: BillingPeriod) -> Mapped | None:
        """One record per group that does not cancel, in a fixed order; None when all do."""
        left = sorted(((g, u) for g, u in self._units.items() if u), key=lambda pair: tuple(map(str, pair[0])))
        if not left:
            return None
        groups = [group for group, _ in left]
        billed = pa.array([money.from_units(units) for _, units in left], MONEY)
        return Mapped(_columns(groups, billed, period), len(left), 0, 0, rows_added=len(left))


def _groups(rows: Folded, chosen: Rows) -> tuple[np.ndarray, Rows]:
    """The group of each chosen row, and the place of the first row of each group."""
    days = rows.start.ms.take(chosen) // DAY_MS
    combined = (days - days.min()) * 2 + (rows.effect.take(chosen) == Effect.DISCOUNTED)
    groups = int(combined.max()) + 1
    for text in (rows.payer, rows.account, rows.commitment, rows.currency):
        if groups * (len(text.values) + 1) > 1 << 62:  # no more than there are rows
            combined = pa.array(combined).dictionary_encode().indices.to_numpy().astype(np.int64)
            groups = len(combined)
        combined = combined * (len(text.values) + 1) + text.codes.take(chosen) + 1
        groups *= len(text.values) + 1
    encoded = pa.array(combined).dictionary_encode()
    codes = encoded.indices.to_numpy()
    firsts = np.zeros(len(encoded.dictionary), np.intp)
    firsts[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, firsts


def _named(rows: Folded, places: Rows) -> list[Group]:
    payer, account, commitment, currency = (
        _at(text, places) for text in (rows.payer, rows.account, rows.commitment, rows.currency)
    )
    days = (rows.start.ms[places] // DAY_MS).tolist()
    reserved = (rows.effect[places] == Effect.DISCOUNTED).tolist()
    return [(payer[i], account[i], commitment[i], days[i], currency[i] or "", reserved[i]) for i in range(len(days))]


def _at(text: Text, rows: Rows) -> list[str | None]:
    values = [*text.strings(), None]
    return [values[code] for code in text.codes[rows].tolist()]


def _columns(groups: list[Group], billed: pa.Array, period: BillingPeriod) -> dict[str, pa.Array]:
    n = len(groups)
    starts = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=g[3]) for g in groups]
    start = Times(np.array([to_ms(s) for s in starts], np.int64), np.zeros(n, bool))
    end = Times(start.ms + DAY_MS, start.missing)

    def text(values: list[str | None]) -> pa.Array:
        return Text.choice(np.arange(n), values).array() if n else Text.constant(0, None).array()

    def same(value: str) -> pa.Array:
        return Text.constant(n, value).array()

    return {
        "BilledCost": billed,
        "EffectiveCost": Amounts.zeros(n).array(),
        "ListCost": billed,
        "ContractedCost": billed,
        "BillingCurrency": text([g[4] for g in groups]),
        "BillingAccountId": text([g[0] for g in groups]),
        "SubAccountId": text([g[1] for g in groups]),
        "BillingPeriodStart": Times.constant(n, midnight(period.start)).array(),
        "BillingPeriodEnd": Times.constant(n, midnight(period.end)).array(),
        "ChargePeriodStart": start.array(),
        "ChargePeriodEnd": end.array(),
        "ChargeCategory": same("Adjustment"),
        "ChargeDescription": text([_description(g) for g in groups]),
        "ChargeFrequency": same("One-Time"),
        "CommitmentDiscountId": text([g[2] for g in groups]),
        "CommitmentDiscountCategory": text(["Usage" if g[5] else "Spend" for g in groups]),
        "ServiceProviderName": same("Amazon Web Services"),
        "HostProviderName": same("Amazon Web Services"),
        "ServiceCategory": same("Other"),
        "ServiceSubcategory": same("Other (Other)"),
        "ServiceName": text(["Reserved Instances" if g[5] else "Savings Plans" for g in groups]),
        "x_LineItemType": same(LINE_ITEM_TYPE),
    }


def _description(group: Group) -> str:
    what = (
        "Usage discounted by a reservation has an unblended cost"
        if group[5]
        else "Covered usage and negation do not cancel"
    )
    return f"{what}: {group[2] or 'no commitment named'}"
