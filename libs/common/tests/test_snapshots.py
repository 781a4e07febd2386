"""The snapshot protocol, with a reader that only remembers: nobody sees half a month, a doubled month, or a lost one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from fincc.common import tracing
from fincc.common.batches import decode
from fincc.common.bus.base import Done
from fincc.common.clock import FrozenClock
from fincc.common.events.cost_pb2 import Part, Seal, Snapshot
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.snapshots import ControlMismatch, SnapshotCollector, Sums, add_totals, totals_of
from fincc.common.testing.factories import (
    abort_message,
    cost_rows,
    count_message,
    message,
    purge_message,
    snapshot_messages,
)

ROWS = cost_rows(40, BilledCost=[f"{i}.5" for i in range(40)])
TOTAL = sum(Decimal(f"{i}.5") for i in range(40))


@dataclass
class Memory:
    """An aggregation that keeps totals."""

    totals: dict[str, Sums] = field(default_factory=dict)
    is_discarded: bool = False

    def add(self, part: Part) -> dict[str, Sums]:
        found = totals_of(decode(part.batch.focus_ipc))
        add_totals(self.totals, found)
        return found

    def discard(self) -> None:
        self.is_discarded = True


@dataclass
class Reader:
    """`stored` outlives the collector, as a database would."""

    stored: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    counted: list[bool] = field(default_factory=list)
    begun: list[Memory] = field(default_factory=list)
    fail: Exception | None = None

    async def newest_applied(self, source_id: str, billing_period: str) -> int:
        return self.stored.get(f"{source_id}|{billing_period}", (0, Decimal(0)))[0]

    def begin(self, snapshot: Snapshot) -> Memory:
        self.begun.append(Memory())
        return self.begun[-1]

    async def swap(self, aggregation: Memory, snapshot: Snapshot, seal: Seal) -> None:
        if self.fail is not None:
            failure, self.fail = self.fail, None
            raise failure
        billed = aggregation.totals.get("USD", Sums()).billed
        self.stored[f"{snapshot.source_id}|{snapshot.billing_period}"] = (snapshot.version, billed)

    async def count(self, snapshot: Snapshot, counted: bool) -> None:
        self.counted.append(counted)


CLOCK = FrozenClock(datetime(2026, 11, 24, tzinfo=UTC))
KEY = "src_a|2026-11"


def collector(reader: Reader) -> SnapshotCollector:
    return SnapshotCollector(reader, CLOCK)  # type: ignore[arg-type]


def messages(version: int = 1, parts: int = 4) -> list[Envelope]:
    return snapshot_messages("src_a", "2026-11", version, ROWS, parts=parts)


async def deliver(to: SnapshotCollector, envelopes: list[Envelope]) -> list[Done]:
    return [await to.on_message(message("enriched-cost", e)) for e in envelopes]


async def test_parts_are_held_and_the_seal_commits() -> None:
    reader = Reader()
    assert await deliver(collector(reader), messages()) == [Done.HOLD] * 4 + [Done.COMMIT]
    assert reader.stored[KEY] == (1, TOTAL)


async def test_the_span_that_swaps_in_is_linked_to_each_trace_that_brought_parts(
    ended_spans: Callable[[str], list[ReadableSpan]],
) -> None:
    reader = Reader(fail=ConnectionError("for a moment"))
    to, (*parts, seal) = collector(reader), messages()
    firsts = []
    for two in (parts[:2], parts[2:]):
        with tracing.span("job"):
            for part in two:
                with tracing.span("part"):
                    await deliver(to, [part])
        firsts.append(ended_spans("part")[-2].context)
    with tracing.span("seal"):
        with pytest.raises(ConnectionError):
            await deliver(to, [seal])
        await deliver(to, [seal])
    (span,) = ended_spans("seal")
    assert reader.stored[KEY] == (1, TOTAL)
    assert [link.context for link in span.links] == firsts
    assert len({span.context.trace_id, *(context.trace_id for context in firsts)}) == 3


async def test_a_part_seen_twice_counts_once() -> None:
    reader = Reader()
    first, *rest = messages()
    await deliver(collector(reader), [first, first, *rest[:2], *rest])
    assert reader.stored[KEY] == (1, TOTAL)


async def test_a_seal_without_all_parts_swaps_nothing_in() -> None:
    reader = Reader()
    envelopes = messages()
    with pytest.raises(ControlMismatch, match="1 of 4 parts are missing"):
        await deliver(collector(reader), [*envelopes[:3], envelopes[4]])
    assert reader.stored == {}
    assert reader.begun[0].is_discarded


async def test_a_part_that_does_not_sum_to_its_header_is_refused() -> None:
    envelopes = messages()
    envelopes[0].cost.part.totals[0].billed = "0.01"
    with pytest.raises(ControlMismatch, match="part 0"):
        await deliver(collector(Reader()), envelopes[:1])


async def test_a_seal_with_other_totals_is_refused() -> None:
    reader = Reader()
    envelopes = messages()
    envelopes[-1].cost.seal.totals[0].billed = "1"
    with pytest.raises(ControlMismatch, match="the seal says 1 USD"):
        await deliver(collector(reader), envelopes)
    assert reader.stored == {}


async def test_an_older_version_is_dropped_without_releasing_the_open_one() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, messages(version=5)[:2])
    assert await deliver(to, messages(version=3)) == [Done.HOLD] * 5
    assert to.open_keys() == [KEY]
    assert reader.stored == {}


async def test_an_applied_version_is_not_opened_again() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, messages())
    assert await deliver(to, messages()) == [Done.COMMIT] * 5
    assert len(reader.begun) == 1


async def test_a_newer_version_replaces_the_open_one() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, [*messages(version=1)[:2], *messages(version=2)])
    assert reader.begun[0].is_discarded
    assert reader.stored[KEY] == (2, TOTAL)


async def test_an_abort_forgets_the_open_version_and_keeps_the_applied_one() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, messages(version=1))
    done = await deliver(to, [*messages(version=2)[:2], abort_message("src_a", "2026-11", 2)])
    assert done == [Done.HOLD, Done.HOLD, Done.COMMIT]
    assert reader.stored[KEY] == (1, TOTAL)
    assert to.open_keys() == []


async def test_a_store_that_fails_at_the_swap_can_be_tried_again() -> None:
    reader = Reader(fail=ConnectionError("gone"))
    to = collector(reader)
    envelopes = messages()
    with pytest.raises(ConnectionError):
        await deliver(to, envelopes)
    assert await deliver(to, envelopes[-1:]) == [Done.COMMIT]
    assert reader.stored[KEY] == (1, TOTAL)


async def test_a_purge_is_an_empty_snapshot() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, [*messages(version=1), purge_message("src_a", "2026-11", 2)])
    assert reader.stored[KEY] == (2, Decimal(0))


async def test_a_count_does_not_release_an_open_snapshot() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, messages(version=1))
    await deliver(to, messages(version=2)[:1])
    assert await deliver(to, [count_message("src_a", "2026-11", 1, False)]) == [Done.HOLD]
    assert reader.counted == [False]


async def test_after_a_revoke_the_replayed_parts_make_the_same_snapshot() -> None:
    reader = Reader()
    to = collector(reader)
    await deliver(to, messages()[:3])
    await to.on_revoked()
    assert reader.begun[0].is_discarded
    await deliver(to, messages())
    assert reader.stored[KEY] == (1, TOTAL)


async def test_a_snapshot_open_for_a_day_is_dropped() -> None:
    clock = FrozenClock(datetime(2026, 11, 24, tzinfo=UTC))
    to = SnapshotCollector(Reader(), clock)  # type: ignore[arg-type]
    await deliver(to, messages()[:1])
    assert to.expire() == []
    clock.advance(timedelta(hours=25))
    assert to.expire() == [KEY]
    assert to.open_keys() == []


@pytest.mark.parametrize("seed", range(30))
async def test_any_order_duplicates_and_a_killed_reader_give_the_same_total(seed: int) -> None:
    dice = random.Random(seed)
    reader = Reader()
    *parts, seal = messages(version=7, parts=6)
    sent = [p for p in parts for _ in range(dice.randint(1, 3))]
    dice.shuffle(sent)
    killed_at = dice.randrange(len(sent))
    to = collector(reader)
    await deliver(to, sent[:killed_at])
    to = collector(reader)  # a new process: its memory is empty, the log starts again at the first held part
    await deliver(to, [*sent, seal])
    assert reader.stored[KEY] == (7, TOTAL)
