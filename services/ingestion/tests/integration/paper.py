"""A connector whose bill is a list of rows, for tests of what happens around connectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

import pyarrow as pa
from pydantic import BaseModel

from fincc.common import batches, focus
from fincc.common.money import quantise
from fincc.ingestion.connectors.base import (
    BadRow,
    CheckStep,
    DataFile,
    Delivery,
    Learned,
    Mapped,
    MappingReport,
    NativeBatch,
)

BATCH = 250


@dataclass(frozen=True)
class Row:
    cost: str
    resource: str = "i-1"
    currency: str = "USD"
    payer: str = "999999999999"
    day: int = 1


class Config(BaseModel):
    location: str = "paper"


@dataclass
class Paper:
    """One delivery of one period. `fails_after` raises `error` once so many batches were read."""

    rows: list[Row]
    token: str = "t1"
    period: str = "2026-10"
    delivered_at: datetime = datetime(2026, 11, 2, tzinfo=UTC)
    has_manifest: bool = True
    is_closed: bool = False
    fails_after: int | None = None
    error: Exception = field(default_factory=lambda: ConnectionError("the line is cut"))

    by_file: ClassVar[bool] = False
    gives: ClassVar[str] = "costs"
    kind: ClassVar[str] = "paper"
    title: ClassVar[str] = "A bill on paper"
    Config: ClassVar[type[BaseModel]] = Config

    def check(self) -> Iterator[CheckStep]:
        yield CheckStep("reachable", True, "it lies here")

    def deliveries(self, since: str | None = None) -> list[Delivery]:
        return [self.delivery()]

    def delivery(self) -> Delivery:
        files = (DataFile("paper.csv", 100, self.token),)
        return Delivery(self.period, self.token, files, self.delivered_at, self.has_manifest)

    def read(self, delivery: Delivery) -> Iterator[NativeBatch]:
        for n, start in enumerate(range(0, len(self.rows), BATCH)):
            if self.fails_after is not None and n >= self.fails_after:
                raise self.error
            size = len(self.rows[start : start + BATCH])
            yield NativeBatch("paper.csv", start + 2, pa.table({"row": pa.array(range(start, start + size))}), 10)

    def mapper(self, delivery: Delivery) -> PaperMapper:
        return PaperMapper(self)


class PaperMapper:
    """Rows whose cost is no number are quarantined."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self.learned = Learned(MappingReport(is_closed=paper.is_closed))

    def finish(self) -> Mapped | None:
        return None

    def map(self, native: NativeBatch) -> Mapped:
        rows = [self._paper.rows[i] for i in native.table["row"].to_pylist()]
        good = [r for r in rows if _is_number(r.cost)]
        bad = [
            BadRow("paper.csv", native.first_line + i, f"{r.cost!r} is not a number", r.cost, None, None)
            for i, r in enumerate(rows)
            if not _is_number(r.cost)
        ]
        billed: dict[str, Decimal] = {}
        for row in good:
            billed[row.currency] = billed.get(row.currency, Decimal(0)) + Decimal(row.cost)
        return Mapped(self._columns(good), len(good), len(rows), len(good), source_billed=billed, bad=tuple(bad))

    def _columns(self, rows: list[Row]) -> dict[str, pa.Array]:
        def text(values: list[str]) -> pa.Array:
            return batches.encode_text(pa.array(values, pa.string()))

        costs = pa.array([quantise(Decimal(r.cost)) for r in rows], focus.MONEY)
        starts = pa.array([datetime(2026, 10, r.day, tzinfo=UTC) for r in rows], focus.TIME)
        return {
            "BilledCost": costs,
            "EffectiveCost": costs,
            "BillingCurrency": text([r.currency for r in rows]),
            "BillingAccountId": text([r.payer for r in rows]),
            "ChargeCategory": text(["Usage"] * len(rows)),
            "ChargePeriodStart": starts,
            "ResourceId": text([r.resource for r in rows]),
        }


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()
