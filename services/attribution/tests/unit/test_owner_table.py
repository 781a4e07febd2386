"""Each key is decided and numbered once, whatever batches it stands in."""

from __future__ import annotations

import pyarrow as pa

from fincc.attribution.domain import hierarchy_files, rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.owner_table import OwnerTable
from fincc.common.batches import encode_text
from fincc.common.key_attributes import KEY

TEAMS = "[{id: a, name: A}, {id: b, name: B}]"
HIERARCHY = hierarchy_files.from_yaml(
    f"business_groups: [{{id: g, name: G, business_units: [{{id: u, name: U, teams: {TEAMS}}}]}}]"
)
RULES = rule_files.from_yaml("tag_keys: {team: []}\nrules: [{id: t, assign: {team_from_tag: team}}]")


def key(n: int) -> bytes:
    return n.to_bytes(16, "little")


def keys(*numbers: int) -> pa.Array:
    return pa.array([key(n) for n in numbers], pa.binary(16))


def batch(**teams: str) -> pa.RecordBatch:
    """`k1="a"`: key 1 with the tag team a."""
    tags = encode_text(pa.array(list(teams.values()), pa.string()))
    return pa.record_batch({KEY: keys(*(int(name[1:]) for name in teams)), "Tags/team": tags})


def table(*batches: pa.RecordBatch) -> OwnerTable:
    return OwnerTable(Evaluator(RULES, Catalog(), HIERARCHY), batches)


def teams(found: OwnerTable, *numbers: int) -> list[str | None]:
    return [found.owners().outcomes[code].team_id for code in found.find(keys(*numbers)).tolist()]


def test_every_key_is_found_in_any_order() -> None:
    assert teams(table(batch(k1="a", k2="b"), batch(k9="a")), 9, 2, 1) == ["a", "b", "a"]


def test_a_key_that_stands_in_two_batches_counts_once() -> None:
    found = table(batch(k1="a", k2="b"), batch(k2="b", k3="a"))
    assert len(found) == len(found.owners().codes) == 3
    assert found.keys().to_pylist() == [key(1), key(2), key(3)]


def test_an_unknown_key_is_minus_one() -> None:
    assert table(batch(k1="a")).find(keys(7, 1)).tolist()[0] == -1
    assert table().find(keys(7)).tolist() == [-1]


def test_a_table_without_keys_has_no_owners() -> None:
    assert len(table()) == len(table().keys()) == len(table().owners().codes) == 0
