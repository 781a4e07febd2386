"""Aggregation on columns against plain Python Decimals."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fincc.cockpit.domain.columns import BASE_COLUMNS, METRICS
from fincc.cockpit.domain.rollup import derive, owners_differ
from fincc.cockpit.repository import facts_files
from fincc.cockpit.usecases.aggregation import CostAggregation
from fincc.common.days import to_date
from fincc.common.events.cost_pb2 import Snapshot
from fincc.common.focus import KEY_COLUMN, OWNER_COLUMNS
from fincc.common.objects import ObjectStore
from fincc.common.ownership import NOT_EVALUATED, OwnershipMap
from fincc.common.testing.factories import cost_columns, cost_rows, ownership_content, snapshot_messages

AMOUNT = st.decimals(min_value=-(10**14), max_value=10**14, places=12) | st.sampled_from(
    [Decimal(0), Decimal("0.000000000001"), Decimal("-0.000000000001"), Decimal(10**12)]
)
RECORD = st.fixed_dictionaries(
    {
        "BilledCost": AMOUNT,
        "EffectiveCost": AMOUNT,
        "ListCost": AMOUNT | st.none(),
        "BillingCurrency": st.sampled_from(["USD", "EUR", "JPY"]),
        "ChargePeriodStart": st.integers(-400 * 24, 60 * 24).map(
            lambda h: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=h)
        ),
        "SubAccountId": st.sampled_from(["1", "2", None]),
        "RegionId": st.sampled_from(["eu", "us", None]),
        "ResourceId": st.sampled_from(["r1", "r2", "r3", None]),
        "ResourceType": st.sampled_from(["vm", None]),
        "ChargeCategory": st.sampled_from(["Usage", "Tax", "Credit"]),
        "Tags/env": st.sampled_from(["prod", "test", None]),
    }
)
TEAM_OF_RESOURCE = {"r1": "cards", "r2": "loans", "r3": None, None: None}


def as_rows(records):
    n = len(records)
    return cost_rows(n, **{name: [r[name] for r in records] for name in records[0]})


def owner_of(rows):
    teams = [TEAM_OF_RESOURCE[r] for r in rows["ResourceId"]]
    return {"x_TeamId": teams, "x_AttributionRuleId": ["r" if t else None for t in teams]}


def oracle(rows, owners):
    """(group, day, currency) → (rows, sums of the metrics)."""
    counts: dict[object, int] = defaultdict(int)
    sums: dict[object, list[Decimal]] = defaultdict(lambda: [Decimal(0) for _ in METRICS])
    for i in range(len(rows["BilledCost"])):
        group = (*(rows[c][i] for c in BASE_COLUMNS), *owners[i])
        cell = (group, rows["ChargePeriodStart"][i].date(), rows["BillingCurrency"][i])
        counts[cell] += 1
        for m, metric in enumerate(METRICS):
            sums[cell][m] += Decimal(rows[metric][i] or 0)
    return {cell: [n, *sums[cell]] for cell, n in counts.items()}


def cells(rollup):
    facts = rollup.facts
    sums = [facts.amounts[m].decimals() for m in METRICS]
    return {
        (rollup.groups[g], to_date(d), rollup.currencies[c]): [n, *(s[i] for s in sums)]
        for i, (g, d, c, n) in enumerate(
            zip(facts.key.tolist(), facts.day.tolist(), facts.currency.tolist(), facts.rows.tolist(), strict=True)
        )
    }


def aggregate(tmp_path, messages, document=None, room=100_000):
    """Feeds the parts, as the collector would; returns the aggregation and its roll-up."""
    snapshot = Snapshot(source_id="s", billing_period="2026-11", version=1)
    aggregation = CostAggregation(ObjectStore(str(tmp_path), "cockpit"), snapshot, document or OwnershipMap(), room)
    for message in messages:
        if message.cost.HasField("part"):
            aggregation.add(message.cost.part)
    return aggregation, aggregation.finish()


@given(st.lists(RECORD, min_size=1, max_size=60), st.integers(1, 4))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_roll_ups_equal_the_sums_of_plain_decimals(tmp_path, records, parts):
    rows = as_rows(records)
    owner = owner_of(rows)
    messages = snapshot_messages("s", "2026-11", 1, rows, parts=min(parts, len(records)), owner=owner)
    owners = list(zip(owner["x_TeamId"], [None] * len(records), owner["x_AttributionRuleId"], strict=True))
    aggregation, rollup = aggregate(tmp_path, messages)
    assert cells(rollup) == oracle(rows, owners)
    assert aggregation.rows_without_list_cost == sum(v is None for v in rows["ListCost"])
    keys, currencies = facts_files.read_keys(ObjectStore(str(tmp_path), "cockpit"), aggregation.folder)
    facts = facts_files.read_facts(ObjectStore(str(tmp_path), "cockpit"), aggregation.folder)
    assert cells(derive(keys, facts, currencies, OwnershipMap())) == cells(rollup)


@given(st.lists(RECORD, min_size=1, max_size=30), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_parts_does_not_matter(tmp_path, records, random):
    rows = as_rows(records)
    parts = snapshot_messages("s", "2026-11", 1, rows, parts=min(3, len(records)), owner=owner_of(rows))[:-1]
    _, straight = aggregate(tmp_path / "a", parts)
    random.shuffle(parts)
    _, shuffled = aggregate(tmp_path / "b", parts)
    assert cells(straight) == cells(shuffled)


def small(tmp_path, owner, document=None, **columns):
    rows = cost_rows(3, ResourceId=["r1", "r2", None], **columns)
    return aggregate(tmp_path, snapshot_messages("s", "2026-11", 1, rows, owner=owner), document)


def test_the_document_decides_before_the_part(tmp_path):
    rows = cost_rows(3, ResourceId=["r1", "r2", None])
    keys = cost_columns(rows)[KEY_COLUMN].to_pylist()
    from pyarrow import ipc

    table = ipc.open_stream(ownership_content({keys[1]: ("wires", "swift", "r9")})).read_all()
    document = OwnershipMap.from_table(4, table)
    aggregation, rollup = small(tmp_path, {"x_TeamId": ["a", "b", None]}, document)
    assert sorted(str(g[-3:]) for g in rollup.groups) == [
        "('a', None, None)",
        "('wires', 'swift', 'r9')",
        "(None, None, None)",
    ]
    stored, _ = facts_files.read_keys(ObjectStore(str(tmp_path), "cockpit"), aggregation.folder)
    assert owners_differ(stored, OwnershipMap(), document)
    assert not owners_differ(stored, document, document)


def test_a_key_without_any_owner_waits_as_not_evaluated(tmp_path):
    _, rollup = small(tmp_path, None)
    assert {g[-3:] for g in rollup.groups} == {(None, None, NOT_EVALUATED)}


def test_facts_are_spilled_in_several_files_and_nothing_is_lost(tmp_path):
    rows = cost_rows(2000, ResourceId=[f"i-{i}" for i in range(2000)], BilledCost=[f"{i}.1" for i in range(2000)])
    messages = snapshot_messages("s", "2026-11", 1, rows, parts=20, owner={})
    objects = ObjectStore(str(tmp_path), "cockpit")
    aggregation, rollup = aggregate(tmp_path, messages, room=300)
    assert sum("facts-" in p for p in objects.list(aggregation.folder)) > 4
    keys, currencies = facts_files.read_keys(objects, aggregation.folder)
    again = derive(keys, facts_files.read_facts(objects, aggregation.folder), currencies, OwnershipMap())
    assert cells(again) == cells(rollup)
    aggregation.discard()
    assert objects.list("cockpit/facts") == []


def test_a_part_that_lies_about_its_rows_or_lacks_a_column_is_named(tmp_path):
    part = snapshot_messages("s", "2026-11", 1, cost_rows(3), owner={})[0].cost.part
    snapshot = Snapshot(source_id="s", billing_period="2026-11", version=1)
    aggregation = CostAggregation(ObjectStore(str(tmp_path), "cockpit"), snapshot, OwnershipMap(), 300)
    part.rows = 4
    with pytest.raises(ValueError, match="its header says 4 rows, the batch has 3"):
        aggregation.add(part)
    part.rows = 3
    part.batch.owner_ipc = snapshot_messages("s", "2026-11", 1, cost_rows(2), owner={})[0].cost.part.batch.owner_ipc
    with pytest.raises(ValueError, match="3 rows have 2 owners"):
        aggregation.add(part)


def test_a_document_without_its_columns_is_refused():
    import pyarrow as pa

    with pytest.raises(ValueError, match="lacks the columns"):
        OwnershipMap.from_table(1, pa.table({"key": pa.array([b"0" * 16], pa.binary(16))}))
    empty = pa.table({"key": pa.array([], pa.binary(16)), **{c: pa.array([], pa.string()) for c in OWNER_COLUMNS}})
    assert len(OwnershipMap.from_table(1, empty)) == 0
