"""What is known of each line before it becomes a record: type, effect, commitment, accounts, currency, start, amount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fincc.common.period import BillingPeriod, midnight
from fincc.ingestion.connectors.aws_cur import names
from fincc.ingestion.connectors.aws_cur.commitments import Commitments, settle
from fincc.ingestion.connectors.aws_cur.line_items import Effects, Lines
from fincc.ingestion.connectors.columns.amounts import Amounts
from fincc.ingestion.connectors.columns.limits import currencies
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Mask, Rows, Text
from fincc.ingestion.connectors.columns.times import Times, warn_of_starts

NO_CURRENCY = "XXX"  # ISO 4217: no currency


@dataclass(frozen=True)
class Charges:
    """Types, fees and refunds are settled. Equal lengths."""

    lines: Lines
    effect: Effects
    category: Text
    commitments: Commitments
    currency: Text
    payer: Text
    account: Text
    start: Times
    amounts: Amounts
    """The billed basis as written."""
    is_unused: Mask
    """Rows that stand for the unused part of a commitment, not for the line itself."""

    @classmethod
    def of(cls, rows: NativeRows, amounts: Amounts, period: BillingPeriod) -> Charges:
        lines = Lines.of(rows.text(names.LINE_ITEM_TYPE))
        effect, category = settle(rows, lines)
        return cls(
            lines=lines,
            effect=effect,
            category=category,
            commitments=Commitments.of(rows, effect),
            currency=_currency(rows),
            payer=_account(rows, names.PAYER),
            account=_account(rows, "line_item_usage_account_id"),
            start=_start(rows, period),
            amounts=amounts,
            is_unused=np.zeros(len(rows), bool),
        )

    def take(self, rows: Rows, is_unused: Mask) -> Charges:
        return Charges(
            self.lines.take(rows),
            self.effect.take(rows),
            self.category.take(rows),
            self.commitments.take(rows),
            self.currency.take(rows),
            self.payer.take(rows),
            self.account.take(rows),
            self.start.take(rows),
            self.amounts.take(rows),
            is_unused,
        )


def _currency(rows: NativeRows) -> Text:
    currency = currencies(rows.text(names.CURRENCY), rows.warnings)
    empty = int(np.count_nonzero(currency.is_null))
    if not empty:
        return currency
    rows.warnings["currency_unknown", f"{names.CURRENCY} is empty: counted as {NO_CURRENCY}"] += empty
    return currency.or_else(Text.constant(len(rows), NO_CURRENCY))


def _account(rows: NativeRows, name: str) -> Text:
    """Account ids have twelve digits; where a program wrote numbers, the leading zeros come back."""
    text, column = rows.text(name), rows.column(name)
    return text.map(lambda v: v.zfill(12)) if column is not None and pa.types.is_integer(column.type) else text


def _start(rows: NativeRows, period: BillingPeriod) -> Times:
    """When the charge begins; where the row does not say, with the billing period."""
    start = rows.times(names.USAGE_START)
    warn_of_starts(start, period, names.USAGE_START, rows.warnings)
    return start.or_else(Times.constant(len(rows), midnight(period.start)))
