"""Who may see a node of the hierarchy, and what shows the way to it."""

from __future__ import annotations

from datetime import date

import pytest

from fincc.common.hierarchy import parse_catalog
from fincc.common.permissions import Scope
from fincc.common.rules.places import covers

NODES = [("retail", None), ("cards", "retail"), ("fraud", "cards"), ("bank", None), ("loans", "bank")]
HIERARCHY = parse_catalog(
    1,
    {"nodes": [{"id": id_, "type": "team", "parent_id": parent} for id_, parent in NODES]},
).as_of(date(2026, 11, 1))
EVERYTHING = {id_ for id_, _ in NODES}


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (None, {*EVERYTHING, None, "unknown"}),
        (frozenset(), set()),
        ({"cards"}, {"cards", "fraud"}),
        ({"fraud", "bank"}, {"fraud", "bank", "loans"}),
        ({"unknown"}, set()),
    ],
)
def test_a_place_covers_its_node_and_all_below_and_no_node_is_covered_by_everything_alone(
    scope: Scope, covered: set[str | None]
) -> None:
    asked = [*EVERYTHING, None, "unknown"]
    assert {node for node in asked if covers(scope, HIERARCHY.path(node))} == covered


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        (None, EVERYTHING),
        (frozenset(), set()),
        ({"fraud"}, {"retail", "cards", "fraud"}),
        ({"cards"}, {"retail", "cards", "fraud"}),
        ({"bank", "unknown"}, {"bank", "loans"}),
    ],
)
def test_what_is_on_the_way_to_a_place_is_shown_and_what_is_beside_it_is_not(scope: Scope, shown: set[str]) -> None:
    assert {node.id for node in HIERARCHY.visible(scope)} == shown
