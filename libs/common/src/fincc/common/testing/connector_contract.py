"""What every connector of costs keeps, whatever it reads. Inherit `ConnectorContract` and give it a `case` fixture.

A case is a small bill in one layout with what plain Python says about it:

class TestCsv(ConnectorContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> ConnectorCase: ...
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pyarrow as pa

from fincc.common.focus import COSTS, TIME, check_batch
from fincc.common.period import BillingPeriod, midnight

Totals = dict[str, Decimal]


@dataclass(frozen=True)
class ConnectorCase:
    """`billed` and `credits`: per billing period and currency, summed by plain Python over the source's own text."""

    connect: Callable[[], Any]
    """A new connector on the same source."""
    billed: Mapping[str, Totals]
    credits: Mapping[str, Totals]
    starts: Mapping[str, set[datetime]]
    """ChargePeriodStart of the rows of each period."""
    spoil: Callable[[], tuple[str, int, Decimal]]
    """Makes the billed amount of one row unreadable; returns its period, its line and what the amount was."""


@dataclass
class Reading:
    """All that a delivery becomes."""

    records: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    bad: list[Any] = field(default_factory=list)
    source_billed: Totals = field(default_factory=dict)
    rows_read: int = 0
    rows_unaccounted: int = 0
    batches: int = 0

    @property
    def billed(self) -> Totals:
        totals: Totals = {}
        for record in self.records:
            currency = record["BillingCurrency"]
            totals[currency] = totals.get(currency, Decimal(0)) + record["BilledCost"]
        return totals

    def add(self, mapped: Any) -> None:
        batch = pa.record_batch(mapped.columns)
        self.problems.extend(check_batch(batch) if batch.num_columns else [])
        if batch.num_rows != mapped.rows or mapped.rows != mapped.rows_mapped + mapped.rows_added:
            self.problems.append(f"{batch.num_rows} rows, said to be {mapped.rows}")
        self.rows_read += mapped.rows_read
        self.rows_unaccounted += mapped.rows_read - mapped.rows_mapped - mapped.rows_folded - len(mapped.bad)
        self.bad.extend(mapped.bad)
        for currency, amount in mapped.source_billed.items():
            self.source_billed[currency] = self.source_billed.get(currency, Decimal(0)) + amount
        self.records.extend(batch.to_pylist())


def read_delivery(connector: Any, delivery: Any, stop_after: int | None = None) -> Reading:
    """The delivery read and mapped; with `stop_after`, given up after that many batches."""
    reading, mapper = Reading(), connector.mapper(delivery)
    natives = connector.read(delivery)
    for native in natives:
        reading.add(mapper.map(native))
        reading.batches += 1
        if reading.batches == stop_after:
            natives.close()
            return reading
    last = mapper.finish()
    if last is not None:
        reading.add(last)
    return reading


class ConnectorContract:
    _read: ClassVar[dict[type, dict[str, Reading]]] = {}

    def readings(self, case: ConnectorCase) -> dict[str, Reading]:
        """The case as it is before anything is spoiled, by billing period; a case is the same in every test of its class."""
        if type(self) not in self._read:
            self._read[type(self)] = read_all(case)
        return self._read[type(self)]

    def test_check_passes_step_by_step(self, case: ConnectorCase) -> None:
        steps = list(case.connect().check())
        assert [s.step for s in steps] == ["reachable", "manifests", "newest_period", "readable"]
        assert all(s.ok and s.detail for s in steps), steps

    def test_records_are_valid_focus(self, case: ConnectorCase) -> None:
        for reading in self.readings(case).values():
            assert reading.records
            assert reading.problems == []

    def test_billed_cost_adds_up_to_what_the_source_says(self, case: ConnectorCase) -> None:
        readings = self.readings(case)
        assert {period: reading.billed for period, reading in readings.items()} == case.billed
        assert {period: reading.source_billed for period, reading in readings.items()} == case.billed

    def test_no_row_is_lost(self, case: ConnectorCase) -> None:
        for reading in self.readings(case).values():
            assert reading.rows_unaccounted == 0
            assert reading.bad == []

    def test_credits_keep_their_sign(self, case: ConnectorCase) -> None:
        for period, reading in self.readings(case).items():
            credits = [r for r in reading.records if r["ChargeCategory"] == "Credit"]
            totals: Totals = {}
            for record in credits:
                totals[record["BillingCurrency"]] = (
                    totals.get(record["BillingCurrency"], Decimal(0)) + record["BilledCost"]
                )
            assert totals == case.credits[period]
            assert all(r["EffectiveCost"] == r["BilledCost"] < 0 for r in credits)

    def test_tokens_and_records_are_the_same_in_two_readings(self, case: ConnectorCase) -> None:
        first, second = case.connect(), case.connect()
        offers = first.deliveries()
        assert [(d.billing_period, d.token) for d in offers] == [
            (d.billing_period, d.token) for d in second.deliveries()
        ]
        for delivery in offers:
            assert read_delivery(first, delivery).records == read_delivery(second, delivery).records

    def test_stopped_anywhere_and_started_again_gives_the_same(self, case: ConnectorCase) -> None:
        connector = case.connect()
        for delivery in connector.deliveries():
            whole = read_delivery(connector, delivery)
            for stop in range(1, whole.batches + 1):
                read_delivery(connector, delivery, stop_after=stop)
                assert read_delivery(connector, delivery).records == whole.records

    def test_it_can_travel_to_another_process(self, case: ConnectorCase) -> None:
        connector = case.connect()
        delivery = connector.deliveries()[0]
        whole = read_delivery(connector, delivery)
        copy, delivery = pickle.loads(pickle.dumps((connector, delivery)))
        assert read_delivery(copy, delivery).records == whole.records

    def test_adjacent_periods_neither_overlap_nor_gap(self, case: ConnectorCase) -> None:
        offers = case.connect().deliveries()
        periods = [BillingPeriod.parse(d.billing_period) for d in offers]
        assert periods == sorted(set(periods))
        for period, reading in self.readings(case).items():
            bounds = {(r["BillingPeriodStart"], r["BillingPeriodEnd"]) for r in reading.records}
            this = BillingPeriod.parse(period)
            assert bounds == {(midnight(this.start), midnight(this.end))}

    def test_only_periods_since_the_asked_one_are_offered(self, case: ConnectorCase) -> None:
        newest = max(case.billed)
        assert [d.billing_period for d in case.connect().deliveries(since=newest)] == [newest]

    def test_instants_are_utc(self, case: ConnectorCase) -> None:
        for period, reading in self.readings(case).items():
            starts = {r["ChargePeriodStart"] for r in reading.records}
            assert all(s.tzinfo is not None and s.utcoffset() == UTC.utcoffset(None) for s in starts)
            assert starts >= case.starts[period]
            assert all(r["ChargePeriodEnd"] >= r["ChargePeriodStart"] for r in reading.records)
        connector = case.connect()
        delivery = connector.deliveries()[0]
        mapped = connector.mapper(delivery).map(next(connector.read(delivery)))
        assert mapped.columns["ChargePeriodStart"].type == TIME

    def test_costs_are_never_null_where_focus_forbids_it(self, case: ConnectorCase) -> None:
        for reading in self.readings(case).values():
            for record in reading.records:
                assert all(record.get(cost) is not None for cost in COSTS), record

    def test_a_bad_row_is_quarantined_not_dropped(self, case: ConnectorCase) -> None:
        before = self.readings(case)
        period, line, amount = case.spoil()
        after = read_all(case)[period]
        assert after.rows_read == before[period].rows_read
        assert after.rows_unaccounted == 0
        assert [(bad.line, bad.billed) for bad in after.bad] == [(line, None)]
        assert after.bad[0].file
        assert "expected" in after.bad[0].reason
        assert sum(after.source_billed.values()) == sum(before[period].source_billed.values()) - amount
        assert after.billed == after.source_billed


def read_all(case: ConnectorCase) -> dict[str, Reading]:
    connector = case.connect()
    return {d.billing_period: read_delivery(connector, d) for d in connector.deliveries()}
