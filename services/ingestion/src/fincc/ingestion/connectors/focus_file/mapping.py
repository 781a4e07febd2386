"""FOCUS 1.0 to 1.4 as our columns: the names stay, types become those of the wire, provider columns are folded. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from fincc.common import focus
from fincc.common.focus import COLUMNS, MONEY, PRICE, QUANTITY, TAG_PREFIX, TEXT, TIME
from fincc.common.period import BillingPeriod, midnight
from fincc.ingestion.connectors.base import BadDelivery, Learned, Mapped, MappingReport, NativeBatch
from fincc.ingestion.connectors.columns.amounts import Amounts, unit_price
from fincc.ingestion.connectors.columns.bad_rows import bad_rows
from fincc.ingestion.connectors.columns.limits import currencies, fit
from fincc.ingestion.connectors.columns.maps import JsonPairs, pivot, to_json
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Text
from fincc.ingestion.connectors.columns.times import Times, warn_of_starts
from fincc.ingestion.connectors.files.wanted import Kind, Wanted

NULL_WORDS = ("", "NULL", "null")
NEEDED = ("BilledCost", "BillingCurrency", "BillingAccountId", "ChargePeriodStart", "ChargeCategory")
FOLDED = {"ServiceProviderName": "ProviderName", "HostProviderName": "PublisherName"}  # dropped in 1.4
UNKNOWN = {
    "BillingCurrency": "XXX",
    "BillingAccountId": "unknown",
    "ChargeCategory": "Adjustment",
}  # where FOCUS forbids null

_KINDS = {str(MONEY): Kind.MONEY, str(QUANTITY): Kind.NUMBER, str(TIME): Kind.TIME}
KINDS = {name: _KINDS.get(str(c.type), Kind.TEXT) for name, c in COLUMNS.items()}
KINDS |= {"ResourceId": Kind.ID, "Tags": Kind.MAP, "x_CostCategories": Kind.MAP}


def check(name: str, columns: Sequence[str]) -> None:
    missing = [c for c in NEEDED if c not in columns]
    if missing and any(c.lower().startswith(("lineitem/", "line_item_")) for c in columns):
        raise BadDelivery(
            f"{name}: is a cost and usage report of AWS, not a FOCUS file; add it as a source of kind aws_cur"
        )
    if missing:
        raise BadDelivery(f"{name}: lacks {', '.join(missing)}; expected a FOCUS file with its mandatory columns")
    if list(columns).count("BilledCost") > 1:
        raise BadDelivery(f"{name}: has BilledCost more than once; which one counts is not clear. Remove one")


WANTED = Wanted(str, KINDS.get, ("BillingPeriodStart", "ChargePeriodStart"), check, NULL_WORDS)


class FocusMapper:
    """Maps batches of one delivery."""

    def __init__(self, billing_period: str) -> None:
        self.learned = Learned(MappingReport(billed_basis="BilledCost"))
        self._period = BillingPeriod.parse(billing_period)
        self._tags = JsonPairs()
        self._quarantined = 0

    @property
    def report(self) -> MappingReport:
        return self.learned.report

    def map(self, native: NativeBatch) -> Mapped:
        rows = self._rows(native)
        billed = Amounts.of(rows.column("BilledCost"), NULL_WORDS)
        readable = np.ones(len(rows), bool) if billed.unreadable is None else ~billed.unreadable
        currency = self._text(rows, "BillingCurrency")
        self._note(native, rows, billed)
        bad = bad_rows(native, ~readable, [rows.places["BilledCost"]], currency, self._quarantined)
        self._quarantined += len(bad)
        kept = np.flatnonzero(readable)
        columns = (
            self._columns(rows, currency) if readable.all() else self._columns(rows.pick(kept), currency.take(kept))
        )
        return Mapped(
            columns=columns,
            rows=len(kept),
            rows_read=len(rows) + len(native.bad),
            rows_mapped=len(kept),
            source_billed=billed.totals(currency, readable),
            bad=(*native.bad, *bad),
        )

    def _rows(self, native: NativeBatch) -> NativeRows:
        return NativeRows(native, str, self.report.warnings, NULL_WORDS)

    def finish(self) -> None:
        self.learned.close()

    def _columns(self, rows: NativeRows, currency: Text) -> dict[str, pa.Array]:
        out: dict[str, pa.Array] = {}
        texts: dict[str, Text] = self._pairs(rows)
        for name in (n for n in COLUMNS if n != "Tags" and n not in FOLDED.values()):
            kind = COLUMNS[name].type
            if kind == TEXT:
                texts[name] = currency if name == "BillingCurrency" else self._text(rows, name)
            elif kind == TIME:
                out[name] = self._times(rows, name).array()
            elif kind == MONEY:
                out[name] = self._costs(rows, name).array()
            elif kind == PRICE:
                out[name] = unit_price(rows.text(name), np.ones(len(rows), bool))
            else:
                values, missing = rows.numbers(name)
                out[name] = pa.array(values, pa.float64(), mask=missing)
        said = {name: text for name, text in texts.items() if text.says_something}
        out.update((name, text.array()) for name, text in fit(said, rows.warnings).items())
        return {
            name: column for name, column in out.items() if column is not None and column.null_count < max(1, len(rows))
        }

    def _text(self, rows: NativeRows, name: str) -> Text:
        column = rows.column(name)
        if column is not None and pa.types.is_map(column.type):
            text = to_json(pivot(column), rows.native.table.num_rows)
            return text if rows.picked is None else text.take(rows.picked)
        text = rows.text(name, *([FOLDED[name]] if name in FOLDED else []))
        if name == "BillingCurrency":
            text = currencies(text, rows.warnings)
        if name not in UNKNOWN or not text.is_null.any():
            return text
        rows.warnings["empty_where_focus_forbids_it", f"{name}: counted as {UNKNOWN[name]}"] += int(text.is_null.sum())
        return text.or_else(Text.constant(len(rows), UNKNOWN[name]))

    def _pairs(self, rows: NativeRows) -> dict[str, Text]:
        column = rows.column("Tags")
        if column is None or column.null_count == len(column):
            return {}
        if pa.types.is_map(column.type):
            found, bad = pivot(column), 0
        else:
            found, bad = self._tags.pivot(Text.of(column, NULL_WORDS))
        if bad:
            rows.warnings["not_a_json_object", "Tags"] += bad
        picked = found if rows.picked is None else {key: text.take(rows.picked) for key, text in found.items()}
        return {TAG_PREFIX + key: text for key, text in picked.items()}

    def _times(self, rows: NativeRows, name: str) -> Times:
        """Where a row does not say, the billing period does: its start, and for the end of a charge the charge's start."""
        times = rows.times(name)
        if name == "ChargePeriodStart":
            warn_of_starts(times, self._period, name, rows.warnings)
        if name == "BillingPeriodStart" or name == "ChargePeriodStart":
            return times.or_else(Times.constant(len(rows), midnight(self._period.start)))
        if name == "BillingPeriodEnd":
            return times.or_else(Times.constant(len(rows), midnight(self._period.end)))
        return times.or_else(rows.times("ChargePeriodStart"))

    def _costs(self, rows: NativeRows, name: str) -> Amounts:
        """BilledCost that is empty counts as 0, EffectiveCost as BilledCost; both are warned of."""
        amounts = rows.amounts(name)
        empty = int(np.count_nonzero(~amounts.known))
        if not empty or name not in ("BilledCost", "EffectiveCost"):
            return amounts
        rows.warnings[
            "empty_where_focus_forbids_it", f"{name}: counted as {'0' if name == 'BilledCost' else 'BilledCost'}"
        ] += empty
        return Amounts(amounts.words) if name == "BilledCost" else amounts.or_else(self._costs(rows, "BilledCost"))

    def _form(self, names: set[str]) -> str:
        return f"FOCUS {focus.detect_version(names)}"

    def _note(self, native: NativeBatch, rows: NativeRows, billed: Amounts) -> None:
        self.report.form = self._form({*native.table.column_names, *native.others})
        self.report.note(native)
        for twice in {n for n in native.table.column_names if native.table.column_names.count(n) > 1}:
            self.report.warnings["column_twice", f"{twice}: the first one counts"] = 1
        if billed.large.any():
            self.report.warnings["amount_beyond_a_billion", "BilledCost"] += int(np.count_nonzero(billed.large))
        no_invoice = rows.text("InvoiceId").is_null
        usage = rows.text("ChargeCategory").test(lambda category: category == "Usage")
        self.learned.invoiced += int(np.count_nonzero(~no_invoice))
        self.learned.open += int(np.count_nonzero(no_invoice & usage))
