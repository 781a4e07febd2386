"""A cost and usage report as FOCUS 1.4 rows. Pure; the rules stand in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa

from fincc.common import money
from fincc.common.period import BillingPeriod, midnight
from fincc.ingestion.connectors.aws_cur import commitments, costs, names, services
from fincc.ingestion.connectors.aws_cur.bad_rows import bad_rows
from fincc.ingestion.connectors.aws_cur.commitments import Commitments
from fincc.ingestion.connectors.aws_cur.costs import Amortisation, Basis, Effects
from fincc.ingestion.connectors.aws_cur.line_items import Effect, Lines
from fincc.ingestion.connectors.aws_cur.residues import Folded, Residues
from fincc.ingestion.connectors.aws_cur.rows import CurRows
from fincc.ingestion.connectors.aws_cur.tags import Maps
from fincc.ingestion.connectors.base import Mapped, MappingReport, NativeBatch
from fincc.ingestion.connectors.columns.amounts import Amounts
from fincc.ingestion.connectors.columns.limits import shorten
from fincc.ingestion.connectors.columns.texts import Mask, Rows, Text
from fincc.ingestion.connectors.columns.times import Times

AWS = "Amazon Web Services"
MARKETPLACE = "AWS Marketplace"
NO_CURRENCY = "XXX"  # ISO 4217: no currency

_PURCHASES = (Effect.PREPAID, Effect.PLAN_FEE, Effect.RESERVATION_FEE)


@dataclass(frozen=True)
class Charges:
    """What is known of each row once types, fees and refunds are settled. Equal lengths."""

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

    def take(self, rows: Rows, is_unused: Mask) -> Charges:
        return Charges(
            self.lines.take(rows),
            self.effect[rows],
            self.category.take(rows),
            Commitments(self.commitments.ids.take(rows), self.commitments.is_plan[rows]),
            self.currency.take(rows),
            self.payer.take(rows),
            self.account.take(rows),
            self.start.take(rows),
            self.amounts.take(rows),
            is_unused,
        )


class AwsCurMapper:
    """Maps the batches of one delivery."""

    def __init__(self, billing_period: str) -> None:
        self.report = MappingReport()
        self._billing_period = billing_period
        self._period = BillingPeriod.parse(billing_period)
        self._residues = Residues()
        self._maps = Maps()
        self._quarantined = 0
        self._invoiced = self._open = 0

    @property
    def pending(self) -> dict[str, Decimal]:
        """What `finish` will add to BilledCost, per currency, if nothing more is mapped."""
        return self._residues.totals()

    def map(self, native: NativeBatch) -> Mapped:
        rows = CurRows(native, self.report.warnings)
        basis = costs.basis(rows)
        charges = self._charges(rows, basis)
        self._note(native, rows, charges, basis)
        readable = ~basis.unreadable
        self._fold(charges, readable)
        amortised = Amortisation.of(rows)
        unused = costs.unused(rows, charges.effect, amortised)
        kept = np.flatnonzero(readable & (charges.effect != Effect.NEGATION))
        added = np.flatnonzero(readable & ~unused.is_zero)
        bad = bad_rows(native, basis, charges.currency, self._quarantined)
        self._quarantined += len(bad)
        if len(kept) < len(rows) or len(added):
            picked = np.concatenate([kept, added])
            is_unused = np.arange(len(picked)) >= len(kept)
            columns = self._columns(rows.pick(picked), charges.take(picked, is_unused), unused.take(picked), amortised)
        else:
            columns = self._columns(rows, charges, unused, amortised)
        return Mapped(
            columns=columns,
            rows=len(kept) + len(added),
            rows_read=len(rows) + len(native.bad),
            rows_mapped=len(kept),
            rows_folded=int(np.count_nonzero(readable & (charges.effect == Effect.NEGATION))),
            rows_added=len(added),
            source_billed=_sums(charges.currency, basis.amounts, readable),
            bad=(*native.bad, *bad),
        )

    def finish(self) -> Mapped | None:
        self.report.is_closed = self._invoiced > 0 and not self._open
        return self._residues.records(self._billing_period)

    def _charges(self, rows: CurRows, basis: Basis) -> Charges:
        lines = Lines.of(rows.text(names.LINE_ITEM_TYPE))
        effect, category = commitments.settle(rows, lines)
        return Charges(
            lines=lines,
            effect=effect,
            category=category,
            commitments=Commitments.of(rows, effect),
            currency=self._currency(rows),
            payer=_account(rows, names.PAYER),
            account=_account(rows, "line_item_usage_account_id"),
            start=self._start(rows),
            amounts=basis.amounts,
            is_unused=np.zeros(len(rows), bool),
        )

    def _currency(self, rows: CurRows) -> Text:
        currency = rows.text(names.CURRENCY)
        empty = int(np.count_nonzero(currency.is_null))
        if not empty:
            return currency
        rows.warnings["currency_unknown", f"{names.CURRENCY} is empty: counted as {NO_CURRENCY}"] += empty
        return currency.or_else(Text.constant(len(rows), NO_CURRENCY))

    def _start(self, rows: CurRows) -> Times:
        """When the charge begins; where the row does not say, the billing period does."""
        start = rows.times(names.USAGE_START)
        if not start.missing.any():
            return start
        unknown = int(np.count_nonzero(start.missing))
        rows.warnings["start_unknown", f"{names.USAGE_START}: counted on the first day of the period"] += unknown
        return start.or_else(Times.constant(len(rows), midnight(self._period.start)))

    def _note(self, native: NativeBatch, rows: CurRows, charges: Charges, basis: Basis) -> None:
        report = self.report
        if basis.column == names.NET_UNBLENDED:
            report.billed_basis = "net unblended"
        for name, count in native.others.items():
            report.unknown_columns[name] += count
        report.warnings.update(native.warnings)
        report.unknown_line_item_types.update(charges.lines.unknown())
        written = [names.canonical(c) for c in native.table.column_names]
        for name in {n for n in written if written.count(n) > 1 and names.key_in(names.TAGS, n) is None}:
            report.warnings["column_twice", f"{name}: the first one counts"] = 1
        invoices = rows.text("bill_invoice_id").is_null
        self._invoiced += int(np.count_nonzero(~invoices))
        self._open += int(np.count_nonzero(invoices & charges.lines.is_usage))

    def _fold(self, charges: Charges, readable: Mask) -> None:
        effect = np.where(readable, charges.effect, np.int8(Effect.BILLED))
        self._residues.add(
            Folded(
                charges.payer,
                charges.account,
                charges.commitments.ids,
                charges.start,
                charges.currency,
                effect,
                charges.amounts,
            )
        )

    def _columns(self, rows: CurRows, c: Charges, unused: Amounts, amortised: Amortisation) -> dict[str, pa.Array]:
        columns = {**self._costs(rows, c, unused, amortised), **self._times(rows, c)}
        texts = {
            **_accounts(rows, c),
            **_charge(rows, c),
            **_commitment(rows, c, columns),
            **self._service(rows),
            **_resource(rows, c),
            **self._maps.tags(rows),
            "x_CostCategories": self._maps.cost_categories(rows),
        }
        said = {name: text for name, text in texts.items() if len(text) and not text.is_null.all()}
        columns.update((name, text.compact().array()) for name, text in shorten(said, rows.warnings).items())
        return columns

    def _costs(self, rows: CurRows, c: Charges, unused: Amounts, amortised: Amortisation) -> dict[str, pa.Array]:
        zero = Amounts.zeros(len(rows))
        covered = np.isin(c.effect, (Effect.COVERED, Effect.DISCOUNTED))
        billed = zero.where(covered | c.is_unused, c.amounts) if (covered | c.is_unused).any() else c.amounts
        effective = costs.effective(rows, billed, c.effect, amortised)
        listed = costs.list_cost(rows, c.amounts)
        contracted = listed.where(c.effect == Effect.DISCOUNTED, c.amounts)
        if c.is_unused.any():
            effective = unused.where(c.is_unused, effective)
            listed, contracted = zero.where(c.is_unused, listed), zero.where(c.is_unused, contracted)
        quantity, no_quantity = rows.numbers("line_item_usage_amount")
        consumed = c.lines.is_usage & ~no_quantity & ~c.is_unused
        bound, unbound = commitments.quantity(rows, c.commitments, c.effect, billed, effective, c.is_unused)
        columns = {
            "BilledCost": billed.array(),
            "EffectiveCost": effective.array(),
            "ListCost": listed.array(),
            "ContractedCost": contracted.array(),
            "PricingQuantity": _quantity(quantity, no_quantity | c.is_unused),
            "ConsumedQuantity": _quantity(quantity, ~consumed),
            "CommitmentDiscountQuantity": _quantity(bound, unbound),
        }
        for name, source in (("x_SplitCost", "split_cost"), ("x_SplitUnusedCost", "unused_cost")):
            split = rows.amounts(f"split_line_item_net_{source}", f"split_line_item_{source}")
            if split.known.any() and len(split):
                columns[name] = split.array()
        return columns | _prices(rows, c)

    def _times(self, rows: CurRows, c: Charges) -> dict[str, pa.Array]:
        n = len(rows)
        end = rows.times(names.USAGE_END).as_end()
        end = end.or_else(c.start)
        return {
            "BillingPeriodStart": rows.times(names.BILL_START)
            .or_else(Times.constant(n, midnight(self._period.start)))
            .array(),
            "BillingPeriodEnd": rows.times(names.BILL_END)
            .as_end()
            .or_else(Times.constant(n, midnight(self._period.end)))
            .array(),
            "ChargePeriodStart": c.start.array(),
            "ChargePeriodEnd": end.array(),
        }

    def _service(self, rows: CurRows) -> dict[str, Text]:
        code, usage = rows.text("line_item_product_code"), rows.text("line_item_usage_type")
        category, subcategory = services.categorise(code, usage)
        name = rows.text("product_product_name")
        if name.is_null.any():
            name = name.or_else(self._maps.product(rows, "product_name"))
        region = rows.text("product_region_code", "product_region")
        if not rows.has("product_region_code") and region.is_null.any():
            region = region.or_else(self._maps.product(rows, "region"))
        return {
            "ServiceName": name.or_else(code),
            "ServiceCategory": category,
            "ServiceSubcategory": subcategory,
            "RegionId": region,
            "RegionName": rows.text("product_location"),
            "AvailabilityZone": rows.text("line_item_availability_zone"),
            "SkuId": rows.text("product_sku"),
            "SkuPriceId": rows.text("pricing_rate_code", "pricing_rate_id"),
            "SkuMeter": usage,
            "x_ServiceCode": code,
            "x_UsageType": usage,
            "x_Operation": rows.text("line_item_operation"),
        }


def _sums(currency: Text, amounts: Amounts, readable: Mask) -> dict[str, Decimal]:
    rows = None if readable.all() else np.flatnonzero(readable)
    codes = currency.codes if rows is None else currency.codes[rows]
    lanes = (amounts if rows is None else amounts.take(rows)).lanes()
    values = currency.strings()
    if len(values) == 1 and len(codes):
        return {values[0]: lanes.total()}
    seen = np.bincount(codes, minlength=len(values))
    sums = money.group_sum(codes, len(values), lanes).decimals()
    return {value: total for value, total, rows_of in zip(values, sums, seen, strict=True) if rows_of}


def _account(rows: CurRows, name: str) -> Text:
    """Account ids have twelve digits; where a program wrote numbers, the leading zeros come back."""
    text = rows.text(name)
    column = rows.column(name)
    return text.map(lambda v: v.zfill(12)) if column is not None and pa.types.is_integer(column.type) else text


def _quantity(values: np.ndarray, missing: Mask) -> pa.Array:
    return pa.array(values, pa.float64(), mask=missing)


def _prices(rows: CurRows, c: Charges) -> dict[str, pa.Array]:
    priced = ~c.is_unused & (c.category.test(lambda category: category != "Tax"))
    listed = rows.text("pricing_public_on_demand_rate")
    contracted = rows.text("line_item_net_unblended_rate", "line_item_unblended_rate")
    contracted = listed.where(c.effect == Effect.DISCOUNTED, contracted)
    found = {
        "ListUnitPrice": costs.unit_price(listed, priced),
        "ContractedUnitPrice": costs.unit_price(contracted, priced),
    }
    return {name: column for name, column in found.items() if column is not None}


def _accounts(rows: CurRows, c: Charges) -> dict[str, Text]:
    market = rows.text("bill_billing_entity").test(lambda entity: entity == MARKETPLACE)
    provider = Text.constant(len(rows), AWS)
    if market.any():
        seller = rows.text("line_item_legal_entity").or_else(Text.constant(len(rows), MARKETPLACE))
        provider = seller.where(market, provider)
    return {
        "BillingAccountId": c.payer.or_else(c.account).or_else(Text.constant(len(rows), "unknown")),
        "BillingAccountName": rows.text("bill_payer_account_name"),
        "SubAccountId": c.account,
        "SubAccountName": rows.text("line_item_usage_account_name"),
        "BillingCurrency": c.currency,
        "InvoiceId": rows.text("bill_invoice_id"),
        "InvoiceIssuerName": rows.text("bill_invoicing_entity"),
        "ServiceProviderName": provider,
        "HostProviderName": provider,
    }


def _charge(rows: CurRows, c: Charges) -> dict[str, Text]:
    usage, frequency = Text.constant(len(rows), "Usage"), Text.constant(len(rows), "Usage-Based")
    is_refund = c.lines.types.test(lambda line_type: line_type == "Refund")
    unit = rows.text("pricing_unit")
    nothing = Text.constant(len(rows), None)
    category = usage.where(c.is_unused, c.category)
    committed = (c.commitments.known | c.is_unused) & category.test(lambda name: name == "Usage")
    spot = rows.text("line_item_usage_type").test(lambda usage_type: "Spot" in usage_type)
    is_tax = category.test(lambda name: name == "Tax")
    return {
        "ChargeCategory": category,
        "ChargeClass": Text.choice(is_refund.astype(np.int8), (None, "Correction")),
        "ChargeDescription": rows.text("line_item_line_item_description"),
        "ChargeFrequency": frequency.where(c.is_unused, c.lines.frequency),
        "PricingCategory": Text.choice(
            np.where(is_tax, 3, np.where(committed, 0, np.where(spot, 1, 2))),
            ("Committed", "Dynamic", "Standard", None),
        ),
        "PricingUnit": nothing.where(c.is_unused, unit),
        "ConsumedUnit": unit.where(c.lines.is_usage & ~c.is_unused, nothing),
        "x_LineItemType": c.lines.types,
        "x_BillType": rows.text("bill_bill_type"),
        "x_TaxType": rows.text("line_item_tax_type"),
    }


def _commitment(rows: CurRows, c: Charges, columns: dict[str, pa.Array]) -> dict[str, Text]:
    if not c.commitments.known.any():
        return {}
    unbound = columns["CommitmentDiscountQuantity"].is_null().to_numpy(zero_copy_only=False)
    choice = np.where(c.commitments.known, np.where(c.commitments.is_plan, 0, 1), 2)
    return {
        "CommitmentDiscountId": c.commitments.ids,
        "CommitmentDiscountCategory": Text.choice(choice, ("Spend", "Usage", None)),
        "CommitmentDiscountType": commitments.kind(rows, c.commitments),
        "CommitmentDiscountStatus": commitments.status(c.effect, c.is_unused),
        "CommitmentDiscountUnit": commitments.unit(rows, c.commitments, c.currency, unbound),
    }


def _resource(rows: CurRows, c: Charges) -> dict[str, Text]:
    resource = rows.text(names.RESOURCE)
    buys = np.isin(c.effect, _PURCHASES) & resource.is_null
    if buys.any():  # what is bought is the commitment itself
        resource = c.commitments.ids.where(buys, resource)
    return {"ResourceId": resource, "x_SplitParentResourceId": rows.text("split_line_item_parent_resource_id")}
