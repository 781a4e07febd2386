"""The bill depends on its date alone, and the lines of a day on the day."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from isal import igzip

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.columns import ResourceColumns, report
from fincc.ingestion.demo.commitments import Term, terms_between
from fincc.ingestion.demo.deliveries import deliveries
from fincc.ingestion.demo.layout import schedule, write_assembly
from fincc.ingestion.demo.lines import CREDIT, REFUND, Lines
from fincc.ingestion.demo.slots import TEAM_NUMBER
from fincc.ingestion.demo.statement import statement
from fincc.ingestion.demo.story import NEW_TEAM, SHRINKING_TEAM, Story
from fincc.ingestion.demo.world import World, build_world

pytestmark = pytest.mark.slow

AS_OF = date(2026, 11, 24)


@cache
def world_of(as_of: date) -> tuple[World, tuple[Term, ...]]:
    world = build_world(Story(as_of))
    return world, terms_between(world.story.periods[0].start, world.story.last_day, world.slots)


def content(path: Path) -> bytes:
    """Unpacked: igzip finds one match more or less from time to time."""
    packed = path.read_bytes()
    return igzip.decompress(packed) if path.suffix == ".gz" else packed


def test_two_processes_write_the_same_bytes(bill, tmp_path):
    world, terms = world_of(AS_OF)
    resources = ResourceColumns.of(world)
    for number in (0, 9, 13, 16):  # an old month, a half delivery among them
        made = schedule(world.story)[number]
        lines = statement(world, terms, made.period, made.until, made.is_restated)
        write_assembly(tmp_path, made, report(lines, resources, terms, made.period, made.invoice))
    written = deliveries(tmp_path)
    assert len(written) == 4
    for delivery in written:
        names = sorted(path.name for path in (bill.root / delivery.folder).iterdir())
        assert names == sorted(path.name for path in (tmp_path / delivery.folder).iterdir())
        differing = [
            n for n in names if content(tmp_path / delivery.folder / n) != content(bill.root / delivery.folder / n)
        ]
        assert differing == []


def test_writing_takes_less_than_six_seconds_of_one_core(bill):
    assert bill.run["seconds"] < 6


def test_importing_the_package_does_not_load_numpy(bill):
    assert bill.run["light"]


def test_progress_counts_every_delivery_once(bill):
    assert bill.run["steps"] == [[done, 17] for done in range(1, 18)]


def test_an_earlier_bill_in_the_folder_is_replaced(bill):
    assert bill.folders()[0].name == "20251001-20251101"
    assert len(bill.folders()) == 14


def lines_of(as_of: date, period: str) -> tuple[World, Lines]:
    world, terms = world_of(as_of)
    return world, statement(world, terms, BillingPeriod.parse(period), world.story.last_day, restated=False)


def in_words(as_of: date, period: str, until: date) -> set[tuple[object, ...]]:
    """What was metered up to a day, without what the story places: spike, new and shrinking team, month-to-date lines."""
    world, lines = lines_of(as_of, period)
    story = np.isin(lines["team"], (TEAM_NUMBER[NEW_TEAM], TEAM_NUMBER[SHRINKING_TEAM]))
    daily = (
        (lines["end"] - lines["start"] == 1)
        & (lines["start"] <= until.toordinal())
        & ~np.isin(lines["kind"], (CREDIT, REFUND))
    )
    texts = [(each.id, *sorted(each.tags.items())) for each in world.resources]
    spike = {
        number
        for number, each in enumerate(world.resources)
        if each.tags.get("user:Name") == "clickstream-backfill-retry"
    }
    names = [
        "resource",
        "key",
        "kind",
        "item",
        "account",
        "start",
        "quantity",
        "cost",
        "effective",
        "used",
        "team",
        "owner",
    ]
    metered = lines[daily & ~story & ~np.isin(lines["resource"], list(spike))][names].tolist()
    return {(texts[number] if number >= 0 else (), *rest) for number, *rest in metered}


@pytest.mark.parametrize("later", [date(2026, 11, 27), date(2027, 9, 3)])
def test_past_days_stay_as_they_were_when_the_date_moves_on(later):
    before = in_words(AS_OF, "2026-10", until=date(2026, 10, 31))
    assert len(before) > 10_000
    assert before == in_words(later, "2026-10", until=date(2026, 10, 31))


def test_days_of_the_running_month_stay_when_it_grows():
    before = in_words(date(2026, 11, 10), "2026-11", until=date(2026, 11, 9))
    assert len(before) > 3_000
    assert before == in_words(AS_OF, "2026-11", until=date(2026, 11, 9))


def test_a_date_outside_the_company_s_life_is_refused_with_the_range():
    with pytest.raises(ValueError, match="2022-01-01 to 2035-12-31"):
        Story(date(2021, 12, 31))
