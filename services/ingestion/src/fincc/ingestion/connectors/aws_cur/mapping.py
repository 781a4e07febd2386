"""A cost and usage report as FOCUS 1.4 rows. Pure; the rules stand in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

import numpy as np

from fincc.common.period import BillingPeriod
from fincc.ingestion.connectors.aws_cur import costs, names
from fincc.ingestion.connectors.aws_cur.charges import Charges
from fincc.ingestion.connectors.aws_cur.costs import Amortisation
from fincc.ingestion.connectors.aws_cur.line_items import Effect
from fincc.ingestion.connectors.aws_cur.records import Records
from fincc.ingestion.connectors.aws_cur.residues import Folded, Residues
from fincc.ingestion.connectors.base import Learned, Mapped, MappingReport, NativeBatch
from fincc.ingestion.connectors.columns.bad_rows import bad_rows
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Mask


@dataclass
class AwsCurLearned(Learned):
    residues: Residues = field(default_factory=Residues)

    def join(self, other: Self) -> None:
        super().join(other)
        self.residues.join(other.residues)


class AwsCurMapper:
    """Maps batches of one delivery."""

    def __init__(self, billing_period: str) -> None:
        self.learned = AwsCurLearned(MappingReport(form="CUR"))
        self._period = BillingPeriod.parse(billing_period)
        self._records = Records(self._period)
        self._quarantined = 0

    @property
    def report(self) -> MappingReport:
        return self.learned.report

    @property
    def pending(self) -> dict[str, Decimal]:
        """What `finish` will add to BilledCost, per currency, if nothing more is mapped."""
        return self.learned.residues.totals()

    def map(self, native: NativeBatch) -> Mapped:
        rows = NativeRows(native, names.canonical, self.report.warnings)
        basis = costs.basis(rows)
        charges = Charges.of(rows, basis.amounts, self._period)
        readable, amortised = ~basis.unreadable, Amortisation.of(rows)
        unused = costs.unused(rows, charges.effect, amortised)
        is_negation = charges.effect == Effect.NEGATION
        self._note(native, rows, charges, basis.column)
        self._fold(charges, readable)
        bad = bad_rows(
            native,
            ~readable,
            [rows.places[c] for c in names.BILLED if rows.has(c)],
            charges.currency,
            self._quarantined,
        )
        self._quarantined += len(bad)
        kept, added = np.flatnonzero(readable & ~is_negation), np.flatnonzero(readable & ~unused.is_zero)
        if len(kept) < len(rows) or len(added):
            picked = np.concatenate([kept, added])
            view, unused = rows.pick(picked), unused.take(picked)
            written = charges.take(picked, np.arange(len(picked)) >= len(kept))
        else:
            view, written = rows, charges
        return Mapped(
            columns=self._records.columns(view, written, unused, amortised),
            rows=len(kept) + len(added),
            rows_read=len(rows) + len(native.bad),
            rows_mapped=len(kept),
            rows_folded=int(np.count_nonzero(readable & is_negation)),
            rows_added=len(added),
            source_billed=basis.amounts.totals(charges.currency, readable),
            bad=(*native.bad, *bad),
        )

    def finish(self) -> Mapped | None:
        self.learned.close()
        return self.learned.residues.records(self._period)

    def _note(self, native: NativeBatch, rows: NativeRows, charges: Charges, billed_column: str) -> None:
        report = self.report
        if billed_column == names.NET_UNBLENDED:
            report.billed_basis = "net unblended"
        report.note(native)
        report.unknown_line_item_types.update(charges.lines.unknown())
        written = [names.canonical(c) for c in native.table.column_names]
        for name in {n for n in written if written.count(n) > 1 and names.key_in(names.TAGS, n) is None}:
            report.warnings["column_twice", f"{name}: the first one counts"] = 1
        no_invoice = rows.text("bill_invoice_id").is_null
        self.learned.invoiced += int(np.count_nonzero(~no_invoice))
        self.learned.open += int(np.count_nonzero(no_invoice & charges.lines.is_usage))

    def _fold(self, charges: Charges, readable: Mask) -> None:
        effect = np.where(readable, charges.effect, np.int8(Effect.BILLED))
        ids = charges.commitments.ids
        self.learned.residues.add(
            Folded(charges.payer, charges.account, ids, charges.start, charges.currency, effect, charges.amounts)
        )
