"""Line item types: what each is in FOCUS, and how its cost is amortised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from fincc.ingestion.connectors.columns.texts import Mask, Text


class Effect(IntEnum):
    """Where EffectiveCost comes from."""

    BILLED = 0
    COVERED = 1  # savings plan effective cost; nothing is billed
    DISCOUNTED = 2  # reservation effective cost; nothing is billed
    NEGATION = 3  # cancels covered usage; becomes no record
    PREPAID = 4  # 0: what it pays for has its cost elsewhere
    PLAN_FEE = 5  # 0, and the unused part of the hour's commitment is a record of its own
    RESERVATION_FEE = 6  # the same for a reservation's month
    FEE = 7  # PREPAID where it buys a commitment, else BILLED
    REFUND = 8  # as what it refunds


Effects = npt.NDArray[np.int8]


def is_one_of(effect: Effects, *effects: Effect) -> Mask:
    lut = np.zeros(len(Effect), bool)
    lut[list(effects)] = True
    return lut.take(effect)


@dataclass(frozen=True)
class LineItem:
    category: str
    frequency: str
    effect: Effect = Effect.BILLED
    is_usage: bool = False
    """Whether its usage amount is a quantity that was consumed."""


USAGE, RECURRING, ONE_TIME = "Usage-Based", "Recurring", "One-Time"
UNKNOWN = LineItem("Adjustment", ONE_TIME)
_DISCOUNT = LineItem("Usage", USAGE)

LINE_ITEMS: dict[str, LineItem] = {
    "Usage": LineItem("Usage", USAGE, is_usage=True),
    "FlatRateSubscription": LineItem("Usage", USAGE, is_usage=True),
    "SavingsPlanCoveredUsage": LineItem("Usage", USAGE, Effect.COVERED, is_usage=True),
    "DiscountedUsage": LineItem("Usage", USAGE, Effect.DISCOUNTED, is_usage=True),
    "SavingsPlanNegation": LineItem("Adjustment", ONE_TIME, Effect.NEGATION),
    "SavingsPlanUpfrontFee": LineItem("Purchase", ONE_TIME, Effect.PREPAID),
    "SavingsPlanRecurringFee": LineItem("Purchase", RECURRING, Effect.PLAN_FEE),
    "RIFee": LineItem("Purchase", RECURRING, Effect.RESERVATION_FEE),
    "Fee": LineItem("Purchase", ONE_TIME, Effect.FEE),
    "Tax": LineItem("Tax", ONE_TIME),
    "Credit": LineItem("Credit", ONE_TIME),
    "Refund": LineItem("Usage", ONE_TIME, Effect.REFUND),
    "BundledDiscount": _DISCOUNT,
    "Discount": _DISCOUNT,
    "DistributorDiscount": _DISCOUNT,
    "EdpDiscount": _DISCOUNT,
    "PrivateRateDiscount": _DISCOUNT,
    "RiVolumeDiscount": _DISCOUNT,
    "SppDiscount": _DISCOUNT,
}


@dataclass(frozen=True)
class Lines:
    """The line item of each row, by distinct type: `kinds[types.codes[i]]`; the last is that of rows without a type."""

    types: Text
    kinds: list[LineItem]

    @classmethod
    def of(cls, types: Text) -> Lines:
        return cls(types, [*(LINE_ITEMS.get(t, UNKNOWN) for t in types.strings()), UNKNOWN])

    @property
    def effect(self) -> Effects:
        """Effect of each row."""
        return np.array([k.effect for k in self.kinds], np.int8).take(self.types.codes)

    @property
    def is_usage(self) -> Mask:
        return np.array([k.is_usage for k in self.kinds], bool).take(self.types.codes)

    @property
    def frequency(self) -> Text:
        return Text.choice(self.types.codes, [k.frequency for k in self.kinds])

    @property
    def category(self) -> Text:
        return Text.choice(self.types.codes, [k.category for k in self.kinds])

    def take(self, rows: npt.NDArray[np.intp]) -> Lines:
        return Lines(self.types.take(rows), self.kinds)

    def unknown(self) -> dict[str, int]:
        """Types that are not in the table, with their rows."""
        counts = np.bincount(self.types.codes + 1, minlength=len(self.types.values) + 1)
        names = ["(none)", *self.types.strings()]
        return {n: int(c) for n, c in zip(names, counts, strict=True) if c and n not in LINE_ITEMS}
