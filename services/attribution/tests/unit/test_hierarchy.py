"""Dates, paths, differences and replacement of hierarchies."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.attribution.domain.hierarchy import BUSINESS_GROUP, BUSINESS_UNIT, TEAM, Hierarchy, Node, diff, merge
from fincc.attribution.domain.hierarchy_files import from_document
from fincc.common.yaml_files import DocumentError

DAY = date(2025, 9, 1)
BEFORE = DAY - timedelta(days=1)


def tree(*teams: Node) -> Hierarchy:
    group, unit = Node("g", "G", BUSINESS_GROUP), Node("u", "U", BUSINESS_UNIT, "g")
    return Hierarchy((group, unit, Node("v", "V", BUSINESS_UNIT, "g"), *teams))


def team(team_id: str, name: str = "T", unit: str = "u", start: date | None = None, end: date | None = None) -> Node:
    return Node(team_id, name, TEAM, unit, valid_from=start, valid_to=end)


def test_the_last_day_of_an_interval_is_excluded():
    hierarchy = tree(team("t", end=DAY))
    assert hierarchy.as_of(BEFORE).find("t") is not None
    assert hierarchy.as_of(DAY).find("t") is None


def test_a_path_leads_from_the_group_to_the_node():
    assert [n.id for n in tree(team("t")).path("t")] == ["g", "u", "t"]
    assert tree().path("nobody") == ()


def test_a_path_on_a_day_follows_the_parent_of_that_day():
    hierarchy = tree(team("t", unit="u", end=DAY), team("t", unit="v", start=DAY))
    assert [n.id for n in hierarchy.path("t", BEFORE)] == ["g", "u", "t"]
    assert [n.id for n in hierarchy.path("t", DAY)] == ["g", "v", "t"]


def test_teams_that_have_left_are_no_targets():
    hierarchy = tree(team("gone", end=DAY), team("here"))
    assert hierarchy.team_ids() == {"here"}
    assert hierarchy.team_ids(BEFORE) == {"here", "gone"}


def test_a_difference_names_what_is_added_changed_and_removed():
    found = diff(tree(team("a"), team("b", "Old")), tree(team("b", "New"), team("c")))
    assert [n.id for n in found.added] == ["c"]
    assert [n.id for n in found.removed] == ["a"]
    assert [(c.before.name, c.after.name, c.fields) for c in found.changed] == [("Old", "New", ("name",))]
    assert not diff(tree(team("a")), tree(team("a")))


def test_a_replacement_closes_old_intervals_on_its_date():
    merged = merge(tree(team("gone"), team("moved", unit="u")), tree(team("moved", unit="v"), team("new")), DAY)
    assert merged.find("gone").valid_to == DAY
    assert [(n.parent_id, n.valid_from, n.valid_to) for n in merged.nodes if n.id == "moved"] == [
        ("u", None, DAY),
        ("v", DAY, None),
    ]
    assert merged.find("new").valid_from == DAY


def test_a_node_that_stays_the_same_keeps_one_interval():
    merged = merge(tree(team("t")), tree(team("t")), DAY)
    assert merged == tree(team("t"))


def test_a_replacement_since_ever_forgets_the_old_hierarchy():
    assert merge(tree(team("a")), tree(team("b")), None) == tree(team("b"))


def test_what_was_planned_after_the_date_is_dropped():
    later = DAY + timedelta(days=30)
    merged = merge(tree(team("t"), team("planned", start=later)), tree(team("t")), DAY)
    assert merged.find("planned") is None


def test_an_id_cannot_change_its_level():
    with pytest.raises(DocumentError, match="was a team so far and cannot become a business_unit"):
        merge(tree(team("x")), tree(Node("x", "X", BUSINESS_UNIT, "g")), DAY)


days = st.dates(date(2025, 1, 1), date(2025, 1, 20))
teams = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.sampled_from("XY"), st.sampled_from("uv")), max_size=3
).map(lambda found: tree(*(team(i, name, unit) for i, (name, unit) in found.items())))


@given(st.lists(st.tuples(teams, days), min_size=1, max_size=4), days)
def test_after_replacements_each_day_shows_the_last_one_that_covers_it(imports, day):
    current = Hierarchy()
    for incoming, start in imports:
        current = merge(current, incoming, start)
    last = next((h for h, start in reversed(imports) if start <= day), Hierarchy())
    shown = {(n.id, n.name, n.parent_id) for n in current.as_of(day).nodes}
    assert shown == {(n.id, n.name, n.parent_id) for n in last.nodes}
    assert from_document(current.to_document()) == current
