"""Rows are read and mapped while those before them are cut, and never many of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from fincc.common.focus import KEY_COLUMN
from fincc.common.testing.factories import cost_columns, cost_rows
from fincc.ingestion.connectors.base import BadDelivery, DataFile, Delivery, Learned, Mapped, MappingReport, NativeBatch
from fincc.ingestion.domain.parts import EncodedPart
from fincc.ingestion.reading.steps import AHEAD, BatchEnd, Cut, read_here

ROWS = 10
CUT = Cut(part_bytes=600_000, part_rows=100, part_window_rows=2 * ROWS, share_bytes=1)


class Source:
    """Gives `batches` batches of each file; `step` is called before each of them."""

    by_file = True

    def __init__(self, batches: int, step: Callable[[int], None] = lambda number: None) -> None:
        self._batches, self._step = batches, step
        self.read_so_far = 0

    def read(self, delivery: Delivery) -> Iterator[NativeBatch]:
        for number in range(self._batches):
            self._step(self.read_so_far)
            self.read_so_far += 1
            yield NativeBatch(delivery.files[0].path, 1 + number * ROWS, pa.table({"a": range(ROWS)}))

    def mapper(self, delivery: Delivery) -> Maps:
        return Maps()


class Maps:
    def __init__(self) -> None:
        self.learned = Learned(MappingReport())

    def map(self, native: NativeBatch) -> Mapped:
        columns = cost_columns(cost_rows(ROWS))
        del columns[KEY_COLUMN]
        self.learned.report.warnings["seen", ""] += 1
        return Mapped(columns, ROWS, ROWS, ROWS)

    def finish(self) -> None:
        return None


def delivery(files: int = 1) -> Delivery:
    names = tuple(DataFile(f"{i}.csv", 10, "") for i in range(files))
    return Delivery("2026-01", "1", names, datetime(2026, 2, 1, tzinfo=UTC), False)


def settled(source: Source) -> int:
    """How much was read once reading has come to a rest."""
    before = -1
    while before != source.read_so_far:
        before = source.read_so_far
        time.sleep(0.05)
    return before


def mapping_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "map"]


@pytest.mark.parametrize("files", [1, 10])
def test_batches_are_mapped_while_parts_are_cut_and_only_a_few_of_them(files: int) -> None:
    source = Source(20 // files)
    steps = read_here(source, delivery(files), CUT)  # type: ignore[arg-type]
    assert isinstance(next(steps), BatchEnd)
    assert isinstance(next(steps), EncodedPart)
    assert settled(source) == 2 + AHEAD
    assert sum(step.mapped.rows for step in steps if isinstance(step, BatchEnd)) == 19 * ROWS
    assert source.read_so_far == 20


def test_what_a_step_reports_does_not_change_when_the_mapper_goes_on() -> None:
    source = Source(5)
    steps = read_here(source, delivery(), CUT)  # type: ignore[arg-type]
    first = next(steps)
    assert isinstance(first, BatchEnd)
    settled(source)
    assert first.report.warnings["seen", ""] == 1


def test_an_error_comes_after_all_that_was_found_before_it() -> None:
    def fail(number: int) -> None:
        if number == 3:
            raise BadDelivery("torn")

    steps = read_here(Source(5, fail), delivery(), CUT)  # type: ignore[arg-type]
    told: list[object] = []
    with pytest.raises(BadDelivery, match="torn"):
        told.extend(steps)
    assert [step.mapped.rows for step in told if isinstance(step, BatchEnd)] == [ROWS, ROWS, ROWS, 0]
    assert mapping_threads() == []


def test_a_mapper_that_cannot_be_made_is_an_error_and_no_endless_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    source, made = Source(1), [Maps()]
    monkeypatch.setattr(source, "mapper", lambda _: made.pop())
    steps = read_here(source, delivery(), CUT)  # type: ignore[arg-type]
    with pytest.raises(IndexError):
        list(steps)


def test_nothing_is_read_any_more_once_nobody_wants_it() -> None:
    source = Source(1000)
    steps = read_here(source, delivery(), CUT)  # type: ignore[arg-type]
    next(steps)
    assert mapping_threads()
    steps.close()
    assert mapping_threads() == []
    assert source.read_so_far <= 1 + AHEAD + 1
