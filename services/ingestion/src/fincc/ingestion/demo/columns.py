"""Lines as the columns of a legacy cost and usage report, in its order and with its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.commitments import Term
from fincc.ingestion.demo.company import ACCOUNTS, PAYER
from fincc.ingestion.demo.draws import draw
from fincc.ingestion.demo.item_text import (
    description,
    instance_type,
    normalisation_factor,
    on_demand_price,
    product_sku,
)
from fincc.ingestion.demo.lines import (
    COVERED,
    CREDIT,
    IS_MARKETPLACE,
    ITEMS,
    LINE_ITEM_TYPES,
    NEGATION,
    PLAN_FEE,
    PLAN_UPFRONT,
    REFUND,
    RESERVATION_FEE,
    RESERVATION_UPFRONT,
    RESERVED,
    TAX,
    USAGE,
    Item,
    Lines,
)
from fincc.ingestion.demo.price_list import AMAZON, REGIONS
from fincc.ingestion.demo.tagging import TAG_KEYS, column_of
from fincc.ingestion.demo.text import Mask, by_value, constant, decimals, from_codes, identifiers, instant, where
from fincc.ingestion.demo.world import World

Columns = dict[str, pa.Array]
_ITEM_DECIMALS = np.array([item.decimals for item in ITEMS], np.int64)
_ZONED = np.array([item.code in ("AmazonEC2", "AmazonRDS", "AmazonElastiCache") for item in ITEMS])
_FACTORS = np.array([normalisation_factor(item) or 0 for item in ITEMS], np.int64)


@dataclass(frozen=True)
class ResourceColumns:
    """Ids, zones and tags of resources as codes into values; the last code is for lines without a resource."""

    columns: dict[str, tuple[npt.NDArray[np.int32], pa.Array]]

    @classmethod
    def of(cls, world: World) -> ResourceColumns:
        texts: dict[str, list[str | None]] = {key: [each.tags.get(key) for each in world.resources] for key in TAG_KEYS}
        texts["id"] = [each.id for each in world.resources]
        texts["zone"] = [each.zone for each in world.resources]
        columns = {}
        for name, values in texts.items():
            encoded = pa.array([*values, None], pa.string()).dictionary_encode()
            columns[name] = (encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), encoded.dictionary)
        return cls(columns)

    def take(self, name: str, lines: Lines) -> pa.DictionaryArray:
        codes, values = self.columns[name]
        return from_codes(codes[lines["resource"]], values)


def report(
    lines: Lines, resources: ResourceColumns, terms: tuple[Term, ...], period: BillingPeriod, invoice: str | None
) -> Columns:
    """The report of `lines`; `invoice` is None while the month is open."""
    found = _bill(lines, period, invoice) | _line_item(lines, resources, terms) | _product_and_pricing(lines)
    found |= _reservation(lines, terms) | _savings_plan(lines, terms)
    for key in TAG_KEYS:
        header = column_of(key, period.start)
        if header is not None:
            found[header] = resources.take(key, lines)
    return found


def _bill(lines: Lines, period: BillingPeriod, invoice: str | None) -> Columns:
    count, kind = len(lines), lines["kind"]
    marketplace = IS_MARKETPLACE[lines["item"]]
    other_invoices = [f"{draw(period, what) % 10**10:010d}" for what in ("marketplace", "credit memo")]
    bill_type = np.where(kind == REFUND, 1, np.where(np.isin(kind, (PLAN_UPFRONT, RESERVATION_UPFRONT)), 2, 0))
    invoices = np.where(kind == REFUND, 2, marketplace.astype(np.int32)) if invoice else np.full(count, -1)
    return {
        "identity/LineItemId": identifiers(lines["key"]),
        "identity/TimeInterval": by_value(lines["start"], lambda day: f"{instant(day)}/{instant(day + 1)}"),
        "bill/InvoiceId": from_codes(invoices, [invoice, *other_invoices]),
        "bill/InvoicingEntity": constant(AMAZON, count),
        "bill/BillingEntity": from_codes(marketplace.astype(np.int32), ["AWS", "AWS Marketplace"]),
        "bill/BillType": from_codes(bill_type, ["Anniversary", "Refund", "Purchase"]),
        "bill/PayerAccountId": constant(PAYER.id, count),
        "bill/BillingPeriodStartDate": constant(instant(period.start.toordinal()), count),
        "bill/BillingPeriodEndDate": constant(instant(period.end.toordinal()), count),
    }


def _line_item(lines: Lines, resources: ResourceColumns, terms: tuple[Term, ...]) -> Columns:
    kind, item = lines["kind"], lines["item"]
    metered = ~np.isin(kind, (TAX, CREDIT, REFUND))
    priced = np.isin(kind, (USAGE, COVERED, NEGATION))
    quantity = lines["quantity"] * 10 ** (4 - _ITEM_DECIMALS[item])
    factors = _FACTORS[item]
    normalised = (factors > 0) & np.isin(kind, (USAGE, COVERED, RESERVED))
    zoned = _ZONED[item] & (lines["resource"] >= 0)
    cost, rate = (
        decimals(lines["cost"]),
        where(priced, _of_items(lines, lambda each: each.sku.price if each.sku else None)),
    )
    return {
        "lineItem/UsageAccountId": from_codes(lines["account"], [account.id for account in ACCOUNTS]),
        "lineItem/LineItemType": from_codes(kind, LINE_ITEM_TYPES),
        "lineItem/UsageStartDate": by_value(lines["start"], instant),
        "lineItem/UsageEndDate": by_value(lines["end"], instant),
        "lineItem/ProductCode": _of_items(lines, lambda each: each.code),
        "lineItem/UsageType": where(metered, _of_items(lines, lambda each: each.usage_type)),
        "lineItem/Operation": where(metered, _of_items(lines, lambda each: each.operation or None)),
        "lineItem/AvailabilityZone": where(zoned, resources.take("zone", lines)),
        "lineItem/ResourceId": resources.take("id", lines),
        "lineItem/UsageAmount": decimals(quantity, metered, 4),
        "lineItem/NormalizationFactor": by_value(
            np.where(normalised, factors, -1), lambda factor: str(factor) if factor > 0 else None
        ),
        "lineItem/NormalizedUsageAmount": decimals(quantity * factors, normalised, 4),
        "lineItem/CurrencyCode": constant("USD", len(lines)),
        "lineItem/UnblendedRate": rate,
        "lineItem/UnblendedCost": cost,
        "lineItem/BlendedRate": rate,
        "lineItem/BlendedCost": cost,
        "lineItem/LineItemDescription": _descriptions(lines, terms),
        "lineItem/TaxType": from_codes(np.where(kind == TAX, 0, -1), ["USSalesTax"]),
        "lineItem/LegalEntity": _of_items(lines, lambda each: each.seller),
    }


def _product_and_pricing(lines: Lines) -> Columns:
    kind = lines["kind"]
    detailed = ~np.isin(kind, (TAX, CREDIT, REFUND))
    listed = np.isin(kind, (USAGE, COVERED, RESERVED)) & ~IS_MARKETPLACE[lines["item"]]
    reserved = np.isin(kind, (RESERVED, RESERVATION_FEE))

    def attribute(read: Callable[[Item], str | None]) -> pa.DictionaryArray:
        return where(detailed, _of_items(lines, read))

    return {
        "product/ProductName": _of_items(lines, lambda each: each.product),
        "product/databaseEngine": attribute(lambda each: "PostgreSQL" if each.code == "AmazonRDS" else None),
        "product/instanceType": attribute(instance_type),
        "product/location": attribute(lambda each: REGIONS[each.region][1] if each.region else None),
        "product/operatingSystem": attribute(
            lambda each: "Linux" if each.operation.startswith("RunInstances") else None
        ),
        "product/productFamily": attribute(lambda each: each.family),
        "product/region": attribute(lambda each: each.region or None),
        "product/servicecode": attribute(lambda each: each.code),
        "product/sku": attribute(product_sku),
        "product/usagetype": attribute(lambda each: each.usage_type),
        "pricing/LeaseContractLength": from_codes(np.where(reserved, 0, -1), ["1yr"]),
        "pricing/OfferingClass": from_codes(np.where(reserved, 0, -1), ["standard"]),
        "pricing/RateCode": where(listed, _of_items(lines, lambda each: f"{product_sku(each)}.JRTCKXETXF.6YS6EN2CT7")),
        "pricing/RateId": where(listed, _of_items(lines, lambda each: str(draw("rate", product_sku(each)) % 10**10))),
        "pricing/currency": from_codes(np.where(listed, 0, -1), ["USD"]),
        "pricing/publicOnDemandCost": decimals(lines["list_cost"], listed),
        "pricing/publicOnDemandRate": where(listed, _of_items(lines, on_demand_price)),
        "pricing/term": from_codes(np.where(reserved, 1, np.where(listed, 0, -1)), ["OnDemand", "Reserved"]),
        "pricing/unit": attribute(lambda each: each.unit),
    }


def _reservation(lines: Lines, terms: tuple[Term, ...]) -> Columns:
    kind = lines["kind"]
    used, fee, upfront = kind == RESERVED, kind == RESERVATION_FEE, kind == RESERVATION_UPFRONT
    held = used | fee | upfront
    return {
        "reservation/AmortizedUpfrontCostForUsage": decimals(lines["upfront_part"], used),
        "reservation/AmortizedUpfrontFeeForBillingPeriod": decimals(lines["upfront_part"], fee),
        "reservation/EffectiveCost": decimals(lines["effective"], used),
        "reservation/EndTime": _of_terms(lines, held, terms, lambda term: f"{term.end}T00:00:00.000Z"),
        "reservation/NumberOfReservations": _of_terms(lines, fee | upfront, terms, lambda term: str(term.instances)),
        "reservation/RecurringFeeForUsage": decimals(lines["recurring_part"], used),
        "reservation/ReservationARN": _of_terms(lines, held, terms, lambda term: term.arn),
        "reservation/StartTime": _of_terms(lines, held, terms, lambda term: f"{term.start}T00:00:00.000Z"),
        "reservation/TotalReservedUnits": decimals(lines["quantity"], fee, 4),
        "reservation/UnitsPerReservation": from_codes(np.where(fee | upfront, 0, -1), ["1"]),
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": decimals(lines["unused_upfront"], fee),
        "reservation/UnusedQuantity": decimals(lines["unused_quantity"], fee, 4),
        "reservation/UnusedRecurringFee": decimals(lines["unused_recurring"], fee),
        "reservation/UpfrontValue": decimals(lines["cost"], upfront),
    }


def _savings_plan(lines: Lines, terms: tuple[Term, ...]) -> Columns:
    kind = lines["kind"]
    covered, fee = kind == COVERED, kind == PLAN_FEE
    held = np.isin(kind, (COVERED, NEGATION, PLAN_FEE, PLAN_UPFRONT))
    paid = held & (kind != COVERED) & (kind != NEGATION)
    return {
        "savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod": decimals(lines["upfront_part"], fee),
        "savingsPlan/EndTime": _of_terms(lines, held, terms, lambda term: f"{term.end}T00:00:00.000Z"),
        "savingsPlan/OfferingType": _of_terms(
            lines, held, terms, lambda term: ITEMS[term.item].usage_type.split(":")[0]
        ),
        "savingsPlan/PaymentOption": _of_terms(lines, paid, terms, lambda term: term.payment),
        "savingsPlan/PurchaseTerm": _of_terms(lines, paid, terms, lambda term: "1yr"),
        "savingsPlan/RecurringCommitmentForBillingPeriod": decimals(lines["recurring_part"], fee),
        "savingsPlan/SavingsPlanARN": _of_terms(lines, held, terms, lambda term: term.arn),
        "savingsPlan/SavingsPlanEffectiveCost": decimals(lines["effective"], covered),
        "savingsPlan/SavingsPlanRate": decimals(lines["committed_rate"], covered, 6),
        "savingsPlan/StartTime": _of_terms(lines, held, terms, lambda term: f"{term.start}T00:00:00.000Z"),
        "savingsPlan/TotalCommitmentToDate": decimals(lines["committed"], fee),
        "savingsPlan/UsedCommitment": decimals(lines["used"], fee),
    }


def _of_items(lines: Lines, read: Callable[[Item], str | None]) -> pa.DictionaryArray:
    return from_codes(lines["item"], [read(item) for item in ITEMS])


def _of_terms(lines: Lines, shown: Mask, terms: tuple[Term, ...], read: Callable[[Term], str]) -> pa.DictionaryArray:
    return from_codes(np.where(shown, lines["term"], -1), [read(term) for term in terms])


def _descriptions(lines: Lines, terms: tuple[Term, ...]) -> pa.DictionaryArray:
    """One text for each kind, item and term that occur together."""
    width = len(terms) + 1

    def write(code: int) -> str:
        rest, term = divmod(code, width)
        kind, item = divmod(rest, len(ITEMS))
        return description(kind, ITEMS[item], terms[term] if term < len(terms) else None)

    term = np.where(lines["term"] < 0, len(terms), lines["term"])
    return by_value((lines["kind"].astype(np.int64) * len(ITEMS) + lines["item"]) * width + term, write)
