"""Lines as FOCUS columns, group by group: costs, times, accounts, charge, commitment, service, resource, tags."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fincc.common.period import BillingPeriod, midnight
from fincc.ingestion.connectors.aws_cur import commitments, costs, names, services
from fincc.ingestion.connectors.aws_cur.charges import Charges
from fincc.ingestion.connectors.aws_cur.costs import Amortisation
from fincc.ingestion.connectors.aws_cur.line_items import Effect, is_one_of
from fincc.ingestion.connectors.aws_cur.tags import Maps
from fincc.ingestion.connectors.columns.amounts import Amounts, unit_price
from fincc.ingestion.connectors.columns.limits import fit
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Mask, Text
from fincc.ingestion.connectors.columns.times import Times

AWS = "Amazon Web Services"
MARKETPLACE = "AWS Marketplace"
MANAGEMENT, MEMBER = "Management Account", "Member Account"  # of an organization, as AWS names them

_PURCHASES = (Effect.PREPAID, Effect.PLAN_FEE, Effect.RESERVATION_FEE)

Texts = dict[str, Text]
Columns = dict[str, pa.Array]


class Records:
    """Makes the records of one delivery; columns that are null throughout are left out."""

    def __init__(self, period: BillingPeriod) -> None:
        self._period = period
        self._maps = Maps()

    def columns(self, rows: NativeRows, c: Charges, unused: Amounts, amortised: Amortisation) -> Columns:
        """`unused` is what the rows that stand for unused commitment cost."""
        found = {**_costs(rows, c, unused, amortised), **_prices(rows, c), **self._times(rows, c)}
        texts = {
            **_accounts(rows, c),
            **_charge(rows, c),
            **_commitment(rows, c, found["CommitmentDiscountQuantity"]),
            **self._service(rows),
            **_resource(rows, c),
            **self._maps.tags(rows),
            "x_CostCategories": self._maps.cost_categories(rows),
        }
        said = {name: text for name, text in texts.items() if text.says_something}
        found.update((name, text.array()) for name, text in fit(said, rows.warnings).items())
        return found

    def _times(self, rows: NativeRows, c: Charges) -> Columns:
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

    def _service(self, rows: NativeRows) -> Texts:
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
            "x_Operation": rows.text("line_item_operation"),
        }


def _costs(rows: NativeRows, c: Charges, unused: Amounts, amortised: Amortisation) -> Columns:
    zero = Amounts.zeros(len(rows))
    covered = is_one_of(c.effect, Effect.COVERED, Effect.DISCOUNTED)
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
    return columns


def _quantity(values: np.ndarray, missing: Mask) -> pa.Array:
    return pa.array(values, pa.float64(), mask=missing)


def _prices(rows: NativeRows, c: Charges) -> Columns:
    priced = ~c.is_unused & (c.category.test(lambda category: category != "Tax"))
    listed = rows.text("pricing_public_on_demand_rate")
    contracted = rows.text("line_item_net_unblended_rate", "line_item_unblended_rate")
    contracted = listed.where(c.effect == Effect.DISCOUNTED, contracted)
    found = {
        "ListUnitPrice": unit_price(listed, priced),
        "ContractedUnitPrice": unit_price(contracted, priced),
    }
    return {name: column for name, column in found.items() if column is not None}


def _accounts(rows: NativeRows, c: Charges) -> Texts:
    market = rows.text("bill_billing_entity").test(lambda entity: entity == MARKETPLACE)
    provider = Text.constant(len(rows), AWS)
    if market.any():
        seller = rows.text("line_item_legal_entity").or_else(Text.constant(len(rows), MARKETPLACE))
        provider = seller.where(market, provider)
    payers = set(c.payer.strings())
    sub_type = np.where(c.account.is_null, 2, c.account.test(lambda account: account in payers))
    return {
        "BillingAccountId": c.payer.or_else(c.account).or_else(Text.constant(len(rows), "unknown")),
        "BillingAccountName": rows.text("bill_payer_account_name"),
        "BillingAccountType": Text.constant(len(rows), MANAGEMENT),
        "SubAccountId": c.account,
        "SubAccountType": Text.choice(sub_type, (MEMBER, MANAGEMENT, None)),
        "SubAccountName": rows.text("line_item_usage_account_name"),
        "BillingCurrency": c.currency,
        "InvoiceId": rows.text("bill_invoice_id"),
        "InvoiceIssuerName": rows.text("bill_invoicing_entity"),
        "ServiceProviderName": provider,
        "HostProviderName": provider,
    }


def _charge(rows: NativeRows, c: Charges) -> Texts:
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


def _commitment(rows: NativeRows, c: Charges, quantity: pa.Array) -> Texts:
    if not c.commitments.known.any():
        return {}
    unbound = quantity.is_null().to_numpy(zero_copy_only=False)
    choice = np.where(c.commitments.known, np.where(c.commitments.is_plan, 0, 1), 2)
    return {
        "CommitmentDiscountId": c.commitments.ids,
        "CommitmentDiscountCategory": Text.choice(choice, ("Spend", "Usage", None)),
        "CommitmentDiscountType": commitments.kind(rows, c.commitments),
        "CommitmentDiscountStatus": commitments.status(c.effect, c.is_unused),
        "CommitmentDiscountUnit": commitments.unit(rows, c.commitments, c.currency, unbound),
    }


def _resource(rows: NativeRows, c: Charges) -> Texts:
    resource = rows.text(names.RESOURCE)
    buys = is_one_of(c.effect, *_PURCHASES) & resource.is_null
    if buys.any():  # what is bought is the commitment itself
        resource = c.commitments.ids.where(buys, resource)
    return {"ResourceId": resource, "x_SplitParentResourceId": rows.text("split_line_item_parent_resource_id")}
