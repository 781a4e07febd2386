"""What every connector of metrics keeps, whatever it reads. Inherit `MetricContract` and give it a `case` fixture.

A case is a source that knows two adjacent days, with what plain Python says about them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from fincc.common.metrics import check_batch

Point = tuple[str, str, str, datetime]
"""(ResourceId, metric, statistic, start of the hour)."""


@dataclass(frozen=True)
class MetricCase:
    connect: Callable[[], Any]
    """A new connector on the same source."""
    wanted: Sequence[Any]
    """The series to ask for, of one account; enough of them that reading takes several calls."""
    to_batch: Callable[[Sequence[Any], Sequence[Any]], pa.RecordBatch]
    start: datetime
    """Midnight of the first of the two days."""
    values: Mapping[Point, float]
    """Every value of both days; hours without one are not in it."""
    secrets: Sequence[str] = ()


class MetricContract:
    def read(self, case: MetricCase, first_day: int, days: int, stop_after: int | None = None) -> pa.RecordBatch:
        start = case.start + timedelta(days=first_day)
        steps = case.connect().read(case.wanted, start, start + timedelta(days=days), case.start + timedelta(days=3))
        found = []
        for points in steps:
            found.append(points)
            if len(found) == stop_after:
                steps.close()
                break
        return case.to_batch(case.wanted, found)

    def points(self, batch: pa.RecordBatch) -> dict[Point, float]:
        rows = batch.to_pylist()
        named = {(r["ResourceId"], r["x_MetricName"], r["x_Statistic"], r["x_PeriodStart"]): r["x_Value"] for r in rows}
        assert len(named) == len(rows), "a point came twice"
        return named

    def test_the_values_are_those_of_the_source_and_hours_without_one_are_absent(self, case: MetricCase) -> None:
        assert case.values
        assert self.points(self.read(case, 0, 2)) == case.values

    def test_batches_are_valid(self, case: MetricCase) -> None:
        assert check_batch(self.read(case, 0, 2)) == []

    def test_instants_are_whole_hours_in_utc(self, case: MetricCase) -> None:
        for *_, at in self.points(self.read(case, 0, 2)):
            assert at.utcoffset() == UTC.utcoffset(None)
            assert (at.minute, at.second, at.microsecond) == (0, 0, 0)

    def test_two_readings_are_the_same(self, case: MetricCase) -> None:
        assert self.read(case, 0, 2).equals(self.read(case, 0, 2))

    def test_adjacent_days_neither_overlap_nor_leave_a_gap(self, case: MetricCase) -> None:
        first, second = self.points(self.read(case, 0, 1)), self.points(self.read(case, 1, 1))
        assert first
        assert second
        assert not set(first) & set(second)
        assert {**first, **second} == case.values

    def test_stopped_and_started_again_loses_and_doubles_nothing(self, case: MetricCase) -> None:
        assert self.points(self.read(case, 0, 2, stop_after=1)) != case.values, "expected more than one call"
        assert self.points(self.read(case, 0, 2)) == case.values

    def test_no_secret_is_logged(self, case: MetricCase, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            self.read(case, 0, 1)
        assert not [secret for secret in case.secrets if secret in caplog.text]
