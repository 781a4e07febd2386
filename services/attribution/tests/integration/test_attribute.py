"""A raw part on its way through, and what changed documents do to the owners of what was seen before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from fincc.attribution.consumers import on_raw_cost, on_revoked
from fincc.attribution.usecases import publish
from fincc.attribution.usecases.book import OwnerBook
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.explain import explain_key
from fincc.attribution.usecases.moves import matched
from fincc.attribution.usecases.publish import Upload
from fincc.common import batches, tracing
from fincc.common.archive import ArchiveWriter
from fincc.common.auth import Subject
from fincc.common.bus.base import Done
from fincc.common.contents import Contents
from fincc.common.focus import KEY_COLUMN
from fincc.common.objects import ObjectStore
from fincc.common.outbox import relay
from fincc.common.problem import BadDocument, Outdated
from fincc.common.snapshots import ControlMismatch, totals_from_wire
from fincc.common.testing.factories import Columns, cost_rows, count_message, message, snapshot_messages

from ..conftest import Reader

HIERARCHY = b"""
business_groups:
  - id: retail
    name: Retail
    business_units:
      - id: cards
        name: Cards
        teams:
          - {id: fraud, name: Fraud}
          - {id: ledger, name: Ledger}
"""
CATALOG = b"services: [{id: scoring, name: Scoring, team: fraud}]"
BY_TEAM = b"tag_keys: {team: [squad]}\nrules: [{id: team, assign: {team_from_tag: team}}]"
ALL_TO_LEDGER = b"rules: [{id: everything, assign: {team: ledger}}]"
ROWS = cost_rows(4, BilledCost=["1.00", "2.00", "4.00", "8.00"], **{"Tags/team": ["fraud", "Ledger", "nobody", None]})


def upload(content: bytes) -> Upload:
    return Upload(content, "application/yaml", Subject("usr_t", "tester"))


async def import_all(context: Context, rules: bytes = BY_TEAM) -> None:
    await publish.change_hierarchy(context, upload(HIERARCHY), dry_run=False)
    await publish.change_catalog(context, upload(CATALOG))
    await publish.publish_rules(context, upload(rules), 3)


async def send(context: Context, rows: Columns, version: int = 1, parts: int = 1, source: str = "src_a") -> None:
    handle = on_raw_cost(context)
    for wrapped in snapshot_messages(source, "2026-11", version, rows, parts=parts):
        done = await handle(message("raw-cost", wrapped))
    assert done is Done.COMMIT
    await context.bus.flush(f"{source}|2026-11")


def owners(reader: Reader, part: int = 0) -> list[tuple[str | None, str | None]]:
    batch = batches.decode(reader.enriched[part].part.batch.owner_ipc)
    return list(zip(batch.column("x_TeamId").to_pylist(), batch.column("x_AttributionRuleId").to_pylist(), strict=True))


async def test_a_part_passes_through_untouched_with_an_owner_for_each_record(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    raw = next(iter(snapshot_messages("src_a", "2026-11", 1, ROWS, parts=1))).cost.part
    assert reader.enriched[0].part.batch.focus_ipc == raw.batch.focus_ipc
    assert owners(reader) == [("fraud", "team"), ("ledger", "team"), (None, None), (None, None)]


async def test_the_ledger_row_is_the_sum_of_the_decoded_parts(context: Context, reader: Reader) -> None:
    await send(context, ROWS, parts=2)
    await relay(context.database, context.bus)
    ledger = next(m.envelope.ledger for m in reader.others if m.topic == "cost-ledger")
    assert (ledger.hop, ledger.rows) == ("enriched", 4)
    assert totals_from_wire(list(ledger.totals))["USD"].billed == Decimal(15)


async def test_the_same_message_twice_is_counted_once(context: Context, reader: Reader) -> None:
    handle = on_raw_cost(context)
    for wrapped in snapshot_messages("src_a", "2026-11", 1, ROWS, parts=2):
        for _ in range(2):
            await handle(message("raw-cost", wrapped))
    await context.bus.flush("src_a|2026-11")
    await relay(context.database, context.bus)
    assert [m.part.seq for m in reader.enriched if m.HasField("part")] == [0, 1]
    ledgers = [m.envelope.ledger for m in reader.others if m.topic == "cost-ledger"]
    assert {(item.rows, totals_from_wire(list(item.totals))["USD"].billed) for item in ledgers} == {(4, Decimal(15))}


async def test_a_part_is_held_until_something_else_of_its_month_comes(context: Context, reader: Reader) -> None:
    handle = on_raw_cost(context)
    part, seal = snapshot_messages("src_a", "2026-11", 1, ROWS, parts=1)
    assert await handle(message("raw-cost", part)) is Done.HOLD
    assert reader.enriched == []
    assert await handle(message("raw-cost", seal)) is Done.COMMIT
    await context.bus.flush("src_a|2026-11")
    assert [m.WhichOneof("body") for m in reader.enriched] == ["part", "seal"]


async def test_held_parts_are_taken_again_by_the_next_worker(context: Context, reader: Reader) -> None:
    part, _ = snapshot_messages("src_a", "2026-11", 1, ROWS, parts=1)
    await on_raw_cost(context)(message("raw-cost", part))
    await on_revoked(context)()
    await send(context, ROWS)
    assert [m.WhichOneof("body") for m in reader.enriched] == ["part", "seal"]


async def test_an_older_version_is_dropped(context: Context, reader: Reader) -> None:
    await send(context, ROWS, version=5)
    before = len(reader.enriched)
    await send(context, ROWS, version=4)
    assert len(reader.enriched) == before


async def test_a_part_whose_sums_are_not_what_it_says_is_an_error(context: Context) -> None:
    wrapped = next(iter(snapshot_messages("src_a", "2026-11", 1, ROWS, parts=1)))
    wrapped.cost.part.totals[0].billed = "15.01"
    with pytest.raises(ControlMismatch):
        await on_raw_cost(context)(message("raw-cost", wrapped))


async def test_without_hierarchy_everything_is_unattributable(context: Context, reader: Reader) -> None:
    await send(context, ROWS)
    assert owners(reader) == [(None, None)] * 4
    key = batches.decode(reader.enriched[0].part.batch.focus_ipc).column(KEY_COLUMN)[0].as_py()
    _, explanation = await explain_key(context, key.hex(), None)
    assert explanation.outcome.reason == "no hierarchy has been imported"


async def test_publishing_rules_decides_known_keys_anew(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    await publish.publish_rules(context, upload(ALL_TO_LEDGER), 3)
    while await relay(context.database, context.bus):
        pass
    document = [m.envelope.document for m in reader.others if m.topic == "ownership"][-1]
    table = batches.decode(document.inline)
    assert table.column("x_TeamId").to_pylist() == ["ledger"] * 4
    assert document.rows == 4


async def test_a_part_after_publishing_is_decided_under_the_new_rules(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    version, _ = await publish.publish_rules(context, upload(ALL_TO_LEDGER), 3)
    await send(context, ROWS, version=2)
    newest = [m for m in reader.enriched if m.snapshot.version == 2 and m.HasField("part")]
    assert newest[0].part.ownership_version == version
    assert {o for o, _ in owners(reader, reader.enriched.index(newest[0]))} == {"ledger"}


async def test_a_restarted_worker_knows_the_keys_it_stored(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    restarted = Context(context.database, context.bus, context.objects, context.clock, context.settings, OwnerBook())
    await send(restarted, ROWS, version=2)
    async with context.database.read() as session:
        from fincc.attribution.repository import costs

        assert len(await costs.key_batches(session)) == 1
    assert owners(reader, -2) == owners(reader, 0)


async def test_what_moved_is_exact_and_weighted_with_the_archive(context: Context, reader: Reader) -> None:
    await import_all(context)
    await send(context, ROWS)
    archive = ArchiveWriter(ObjectStore(str(context.objects.local_path("")), "ingestion"), "src_a", "2026-11", 1)
    for sent in reader.enriched:
        if sent.HasField("part"):
            data = sent.part.batch.focus_ipc
            archive.append(sent.part.seq, data, Contents.of(batches.decode(data)))
    archive.close()
    kept = await publish.test_rules(context, upload(ALL_TO_LEDGER), 3)
    context.objects.delete("attribution/sums/src_a/2026-11/1.arrow")
    moved = await publish.test_rules(context, upload(ALL_TO_LEDGER), 3)
    assert kept == moved
    assert sorted((c, m.team_from or "-", m.team_to, m.amount, m.keys) for c, m in moved.moves) == [
        ("USD", "-", "ledger", Decimal(12), 2),
        ("USD", "fraud", "ledger", Decimal(1), 1),
    ]
    assert (moved.before, moved.after) == ({"USD": Decimal(12)}, {"USD": Decimal(0)})
    assert (await publish.active(context)).rules.rules[0].id == "team"


async def test_each_rule_says_what_it_decides_and_the_sum_is_the_bill(context: Context) -> None:
    await import_all(context)
    await send(context, ROWS)
    found = await matched(context, await publish.active(context), 3)
    assert [(c, r.rule_id, r.amount, r.keys) for c, r in found.rules] == [
        ("USD", None, Decimal(12), 2),
        ("USD", "team", Decimal(3), 2),
    ]
    assert (found.periods, found.missing) == (["2026-11"], [])


async def test_what_builds_on_an_older_version_is_refused_and_names_who_published(context: Context) -> None:
    await import_all(context)
    seen = (await publish.active(context)).versions
    version, _ = await publish.publish_rules(context, replace(upload(ALL_TO_LEDGER), replaces=seen[2]), 3)
    with pytest.raises(Outdated, match="tester published another version on") as refused:
        await publish.publish_rules(context, replace(upload(BY_TEAM), replaces=seen[2]), 3)
    assert refused.value.extra == {"version": version}
    changed = replace(upload(HIERARCHY.replace(b"Fraud}", b"Frauds}")), replaces=seen[0] - 1)
    with pytest.raises(Outdated):
        await publish.change_hierarchy(context, changed, dry_run=False)
    assert (await publish.active(context)).versions == (seen[0], seen[1], version)


async def test_periods_whose_archive_is_gone_are_named_and_not_counted_as_zero(context: Context) -> None:
    await import_all(context)
    await send(context, ROWS)
    context.objects.delete("attribution/sums/src_a/2026-11/1.arrow")
    moved = await publish.test_rules(context, upload(ALL_TO_LEDGER), 3)
    assert (moved.missing, moved.moves) == (["2026-11"], [])


async def test_a_count_message_is_forwarded_and_remembered(context: Context, reader: Reader) -> None:
    await send(context, ROWS)
    await on_raw_cost(context)(message("raw-cost", count_message("src_a", "2026-11", 1, False)))
    await context.bus.flush("src_a|2026-11")
    assert reader.enriched[-1].WhichOneof("body") == "count"
    async with context.database.read() as session:
        from fincc.attribution.repository import costs

        assert await costs.counted_snapshots(session, 3) == []


async def test_rules_that_name_an_unknown_team_are_refused_with_the_line(context: Context) -> None:
    await import_all(context)
    with pytest.raises(BadDocument) as refused:
        await publish.publish_rules(context, upload(b"rules:\n  - id: a\n    assign: {team: frauds}\n"), 3)
    assert refused.value.errors[0]["field"] == "line 3"


async def test_an_explanation_names_the_rule_and_why_the_earlier_ones_did_not_match(
    context: Context, reader: Reader
) -> None:
    await import_all(
        context,
        BY_TEAM.replace(
            b"rules: [", b"rules: [{id: tax, when: {column: ChargeCategory, equals: Tax}, assign: {team: ledger}}, "
        ),
    )
    await send(context, ROWS)
    key = batches.decode(reader.enriched[0].part.batch.focus_ipc).column(KEY_COLUMN)[0].as_py()
    attributes, explanation = await explain_key(context, key.hex(), None)
    assert attributes["Tags/team"] == "fraud"
    assert (explanation.outcome.team_id, explanation.outcome.rule_id) == ("fraud", "team")
    assert [(s.rule_id, s.verdict) for s in explanation.steps] == [("tax", "did not match"), ("team", "matched")]


async def test_what_forwards_held_parts_is_linked_to_the_trace_of_each(
    context: Context, reader: Reader, ended_spans: Callable[[str], list[ReadableSpan]]
) -> None:
    await import_all(context)
    handle = on_raw_cost(context)
    *parts, seal = snapshot_messages("src_a", "2026-11", 1, ROWS, parts=2)
    for wrapped in parts:
        with tracing.span("part"):
            assert await handle(message("raw-cost", wrapped)) is Done.HOLD
    with tracing.span("seal"):
        await handle(message("raw-cost", seal))
    await context.bus.flush("src_a|2026-11")
    (forwarding,) = ended_spans("seal")
    assert [link.context for link in forwarding.links] == [span.context for span in ended_spans("part")]
    assert len({link.context.trace_id for link in forwarding.links}) == 2
    published = ended_spans("attribution.publish_enriched_cost")
    assert len(published) == 3
    assert {span.parent.span_id for span in published if span.parent} == {forwarding.context.span_id}


async def test_publishing_waits_for_parts_and_parts_for_publishing(context: Context, reader: Reader) -> None:
    await import_all(context)
    many = [cost_rows(50, ResourceId=[f"i-{v}-{i}" for i in range(50)], **{"Tags/team": "fraud"}) for v in range(6)]
    sends = [send(context, rows, source=f"src_{i}") for i, rows in enumerate(many)]
    await asyncio.gather(*sends, publish.publish_rules(context, upload(ALL_TO_LEDGER), 1))
    while await relay(context.database, context.bus):
        pass
    document = [m.envelope.document for m in reader.others if m.topic == "ownership"][-1]
    covered = set(batches.decode(document.inline).column("key").to_pylist())
    for sent in reader.enriched:
        if sent.HasField("part") and sent.part.ownership_version < document.version:
            keys = batches.decode(sent.part.batch.focus_ipc, [KEY_COLUMN]).column(KEY_COLUMN)
            assert set(keys.dictionary.to_pylist()) <= covered
