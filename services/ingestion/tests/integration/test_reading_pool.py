"""A delivery of several files gives the same steps in the same order, however many processes read it."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fincc.common.snapshots import Sums, add_totals
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import BadDelivery, Connector, Delivery, SourceUnavailable
from fincc.ingestion.domain.parts import EncodedPart
from fincc.ingestion.reading import apart
from fincc.ingestion.reading.apart import read_apart
from fincc.ingestion.reading.steps import BatchEnd, Cut, read_here

from ..unit.connectors import trees
from ..unit.connectors.bills import PLAN, Row, as_csv, dates, gz, legacy_manifest, month, row
from .processes import children

pytestmark = pytest.mark.usefixtures("nobody_is_left")

CUT = Cut(part_bytes=20_000, part_rows=150, part_window_rows=400, share_bytes=1)  # a share is a file
Steps = Sequence[EncodedPart | BatchEnd]
Bill = tuple[Connector, Delivery]
INVOICED: dict[str, Any] = {"bill/InvoiceId": "1"}


def covered(amount: str) -> Row:
    return row("2026-01", 3, LineItemType="SavingsPlanCoveredUsage", UnblendedCost=amount, SavingsPlanARN=PLAN)


def negated(amount: str) -> Row:
    return row("2026-01", 3, LineItemType="SavingsPlanNegation", UnblendedCost=amount, SavingsPlanARN=PLAN)


def usage(file: int, lines: int) -> list[Row]:
    # Every other resource is in all files, so keys are met again.
    return [
        row(day=i % 28 + 1, ResourceId=f"i-{i if i % 2 else f'{file}-{i}'}", UnblendedCost=f"{i}.25")
        for i in range(lines)
    ]


def bill(folder: Path, files: Sequence[Sequence[Row]], spoil: Callable[[list[bytes]], None] | None = None) -> Bill:
    contents = [gz(as_csv(rows)) for rows in files]
    if spoil:
        spoil(contents)
    keys = [f"P/R/{dates('2026-01')}/R-{i:05d}.csv.gz" for i in range(len(files))]
    manifest = f"P/R/{dates('2026-01')}/R-Manifest.json"
    trees.write({**dict(zip(keys, contents, strict=True)), manifest: legacy_manifest("2026-01", keys)}, folder)
    connector = connectors.create("aws_cur", str(folder), {})
    return connector, connector.deliveries()[-1]


def several(folder: Path) -> Bill:
    """Five files of different sizes with bad rows, a plan whose lines cancel over two files, and one that leaves a rest."""
    return bill(
        folder,
        [
            [*usage(0, 900), covered("0.50"), covered("7"), row(UnblendedCost="many")],
            [*usage(1, 1700), negated("-0.50")],
            [*month("2026-01"), row(UnblendedCost="few")],
            [*usage(3, 500), negated("-6.75")],
            [row(UnblendedCost="none", **INVOICED)],
        ],
    )


def ends(steps: Steps) -> list[BatchEnd]:
    return [step for step in steps if isinstance(step, BatchEnd)]


def parts(steps: Steps) -> list[bytes]:
    return [step.data for step in steps if isinstance(step, EncodedPart)]


def billed(steps: Steps) -> Decimal:
    totals: dict[str, Sums] = {}
    for step in steps:
        if isinstance(step, EncodedPart):
            add_totals(totals, step.totals)
    return totals["USD"].billed


def bad(steps: Steps) -> list[tuple[str, int, str]]:
    return [(Path(b.file).name, b.line, b.reason) for end in ends(steps) for b in end.mapped.bad]


@pytest.mark.parametrize("readers", [1, 2, 3])
def test_the_steps_are_the_same_with_any_number_of_readers(readers: int, tmp_path: Path) -> None:
    connector, delivery = several(tmp_path)
    here, pool = list(read_here(connector, delivery, CUT)), list(read_apart(connector, delivery, CUT, readers))
    assert parts(pool) == parts(here)
    assert ends(pool) == ends(here)
    assert [type(step) for step in pool] == [type(step) for step in here]


def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    steps = list(read_apart(*several(tmp_path), CUT, 3))
    source = sum((end.mapped.source_billed.get("USD", Decimal(0)) for end in ends(steps)), Decimal(0))
    assert billed(steps) == source
    assert sum(end.mapped.rows_read for end in ends(steps)) == 900 + 1700 + 500 + len(month("2026-01")) + 7
    rows = Counter[str]()
    for end in ends(steps):
        rows.update(mapped=end.mapped.rows_mapped, added=end.mapped.rows_added)
    assert sum(s.contents.rows for s in steps if isinstance(s, EncodedPart)) == rows.total()


def test_bad_rows_keep_their_file_and_line_in_the_order_of_the_files(tmp_path: Path) -> None:
    found = bad(list(read_apart(*several(tmp_path), CUT, 3)))
    assert [(file, line) for file, line, _ in found] == [
        ("R-00000.csv.gz", 904),
        ("R-00002.csv.gz", len(month("2026-01")) + 3),  # a cell of a line before has a line break
        ("R-00004.csv.gz", 2),
    ]
    assert [reason.split()[2].strip(";'") for _, _, reason in found] == ["many", "few", "none"]


def test_what_is_known_of_a_delivery_is_known_of_all_its_files(tmp_path: Path) -> None:
    files = [
        [row(Novelty="x"), row(LineItemType="Quantum")],
        [row(Novelty="y"), row(), row(LineItemType="Quantum")],
        [row(NetUnblendedCost="0.1", **INVOICED)],
    ]
    *_, last = ends(list(read_apart(*bill(tmp_path, files), CUT, 3)))
    assert last.report.unknown_columns == {"Novelty": 2}
    assert last.report.unknown_line_item_types == {"Quantum": 2}
    assert last.report.billed_basis == "net unblended"
    assert not last.report.is_closed


def test_a_period_is_closed_when_all_its_files_say_so(tmp_path: Path) -> None:
    *_, last = ends(list(read_apart(*bill(tmp_path, [[row(**INVOICED)], [row(day=2, **INVOICED)]]), CUT, 2)))
    assert last.report.is_closed


def test_progress_only_grows_and_ends_with_the_whole(tmp_path: Path) -> None:
    connector, delivery = several(tmp_path)
    seen = [(end.files_done, end.bytes_done) for end in ends(list(read_apart(connector, delivery, CUT, 3)))]
    assert all(a <= b and x <= y for (a, x), (b, y) in pairwise(seen))
    assert seen[-1] == (5, delivery.size_bytes)


@pytest.mark.parametrize("readers", [1, 2, 3])
def test_the_first_error_in_the_order_of_the_files_is_the_one_that_is_told(readers: int, tmp_path: Path) -> None:
    def cut_off(files: list[bytes]) -> None:
        files[2] = files[2][: len(files[2]) // 2]
        files[3] = b"PAR1 and no more"

    connector, delivery = bill(tmp_path, [usage(i, 2000) for i in range(4)], cut_off)
    told: list[EncodedPart | BatchEnd] = []
    with pytest.raises(BadDelivery, match=r"R-00002\.csv\.gz: ends in the middle"):
        told.extend(read_apart(connector, delivery, CUT, readers))
    assert sum(end.mapped.rows_read for end in ends(told)) >= 4000, "what came before is told"


def readers_of(steps: Iterator[EncodedPart | BatchEnd], before: set[int]) -> list[int]:
    next(steps)
    return sorted(children() - before)


def test_a_killed_reader_ends_the_reading_and_the_others(tmp_path: Path) -> None:
    before = children()
    steps = read_apart(*bill(tmp_path, [usage(i, 20_000 if i else 3000) for i in range(3)]), CUT, 3)
    pool = readers_of(steps, before)
    assert len(pool) == 3
    os.kill(pool[1], signal.SIGKILL)
    with pytest.raises(SourceUnavailable, match="SIGKILL, perhaps for want of memory"):
        list(steps)
    assert children() == before


def test_nobody_goes_on_when_no_more_is_wanted(tmp_path: Path) -> None:
    before = children()
    steps = read_apart(*bill(tmp_path, [usage(i, 2000) for i in range(3)]), CUT, 3)
    assert len(readers_of(steps, before)) == 3
    steps.close()
    assert children() == before


def test_there_are_no_more_readers_than_shares(tmp_path: Path) -> None:
    before, (connector, delivery) = children(), several(tmp_path)
    one_share = Cut(CUT.part_bytes, CUT.part_rows, CUT.part_window_rows, delivery.size_bytes)
    for cut, expected in ((CUT, 5), (one_share, 1)):
        steps = read_apart(connector, delivery, cut, 8)
        assert len(readers_of(steps, before)) == expected
        steps.close()


@pytest.mark.parametrize(("cores", "readers"), [(1, 1), (2, 1), (3, 2), (64, 2)])
def test_a_core_is_left_to_others_unless_the_setting_says_how_many_read(
    cores: int, readers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert apart.usual_readers() == readers


def test_a_reader_waits_when_too_much_is_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "AHEAD", 100_000)
    monkeypatch.setattr(apart, "_PIPE", 1 << 16)
    before, (connector, delivery) = children(), bill(tmp_path, [usage(i, 8000) for i in range(2)])
    steps = read_apart(connector, delivery, CUT, 2)
    _, second = readers_of(steps, before)

    def state() -> list[str]:
        return Path(f"/proc/{second}/stat").read_text().rpartition(") ")[2].split()

    deadline, used = time.monotonic() + 60, ["-1"]
    while used != (used := state()[11:13]):  # its CPU time
        assert time.monotonic() < deadline, "it still works"
        time.sleep(1)
    assert state()[0] == "S", "it is not at its end"
    assert parts([*steps]) == parts([*read_here(connector, delivery, CUT)])[1:]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_readers_change_nothing_whatever_the_files_hold(data: st.DataObject, tmp_path_factory: Any) -> None:
    lines = st.lists(st.sampled_from(month("2026-01")), max_size=30)
    more = st.integers(0, 700)
    files = [
        [row(), *data.draw(lines), *usage(i, data.draw(more)), *([negated("-1")] if i % 2 else [covered("1")])]
        for i in range(data.draw(st.integers(1, 5)))
    ]
    connector, delivery = bill(tmp_path_factory.mktemp("bill"), files)
    cut = Cut(20_000, 150, data.draw(st.integers(1, 900)), data.draw(st.integers(0, delivery.size_bytes)))
    here, pool = list(read_here(connector, delivery, cut)), list(read_apart(connector, delivery, cut, 3))
    assert parts(pool) == parts(here)
    assert ends(pool) == ends(here)
    source = sum((end.mapped.source_billed["USD"] for end in ends(pool) if end.mapped.source_billed), Decimal(0))
    assert billed(pool) == source
