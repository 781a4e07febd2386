"""What roles at places add up to."""

from datetime import date

import pytest

from fincc.common.hierarchy import Hierarchy, Node
from fincc.common.permissions import ALL_PERMISSIONS, OWN, PLACED
from fincc.gateway.domain.access import is_as_strong
from fincc.gateway.domain.roles import ROLES, Binding, grants_of, standing


def test_who_has_no_role_may_do_nothing_and_sees_nothing():
    grants = grants_of([])
    assert grants.permissions == frozenset()
    assert grants.scope == frozenset()


def test_an_admin_of_everything_may_do_everything_everywhere():
    grants = grants_of([Binding("admin", None)])
    assert (grants.permissions, grants.scope, grants.elsewhere) == (ALL_PERMISSIONS, None, ())


def test_a_viewer_of_two_places_sees_both_and_changes_the_own_account():
    grants = grants_of([Binding("viewer", "bu-a"), Binding("viewer", "team-b")])
    assert grants.scope == {"bu-a", "team-b"}
    assert dict(grants.elsewhere) == {"account:write": None, "views:write": None}


def test_each_permission_holds_where_a_role_gives_it():
    grants = grants_of([Binding("viewer", None), Binding("team_lead", "team-b")])
    assert grants.scope is None
    assert dict(grants.elsewhere)["findings:write"] == {"team-b"}


def test_a_role_of_a_later_version_allows_nothing():
    assert grants_of([Binding("emperor", None)]).permissions == frozenset()


def test_only_the_admin_may_do_everything():
    assert [name for name, role in ROLES.items() if role.permissions == ALL_PERMISSIONS] == ["admin"]


def tree() -> Hierarchy:
    nodes = [("bg", None, "business_group"), ("bu-a", "bg", "business_unit"), ("bu-b", "bg", "business_unit")]
    nodes += [("team-a", "bu-a", "team"), ("team-b", "bu-b", "team")]
    made = [Node(id_, id_, type_, parent, None, None, None, None) for id_, parent, type_ in nodes]
    return Hierarchy(1, date(2026, 1, 1), made, {})


def test_what_is_about_the_whole_holds_at_no_node():
    grants = grants_of([Binding("admin", "bu-a")])
    assert grants.permissions == PLACED | OWN
    assert grants.scope == {"bu-a"}


def test_a_binding_at_a_node_that_is_gone_gives_nothing():
    assert standing([Binding("viewer", "bu-x"), Binding("viewer", "bu-a")], tree()) == [Binding("viewer", "bu-a")]


@pytest.mark.parametrize(
    ("held", "asked", "left"),
    [
        (None, "bu-a", {"bu-a"}),
        ("bg", "bu-a", {"bu-a"}),
        ("bu-a", "bu-a", {"bu-a"}),
        ("team-a", "bg", {"team-a"}),
        ("bu-b", "bu-a", set()),
        ("bu-a", "bu-x", set()),
        (None, "bu-x", set()),
    ],
)
def test_a_token_holds_where_its_node_and_its_owner_meet(held: str | None, asked: str, left: set[str]):
    grants = grants_of([Binding("viewer", held)]).narrowed(None, asked, tree())
    assert grants.scope == left
    assert "account:write" in grants.permissions


def test_a_token_has_no_permission_that_its_owner_lost():
    narrowed = grants_of([Binding("viewer", None)]).narrowed({"costs:read", "sources:write"}, None, tree())
    assert narrowed.permissions == {"costs:read"}


@pytest.mark.parametrize(
    ("own", "other", "is_stronger"),
    [
        ([Binding("admin", None)], [Binding("admin", None)], True),
        ([Binding("viewer", None)], [Binding("viewer", "bu-a")], True),
        ([Binding("viewer", "bu-a")], [Binding("viewer", None)], False),
        ([Binding("viewer", "bu-a")], [Binding("viewer", "bu-a"), Binding("viewer", "bu-b")], False),
        ([Binding("viewer", None)], [Binding("auditor", None)], False),
        ([], [], True),
    ],
)
def test_who_acts_for_another_may_do_all_that_the_other_may(own, other, is_stronger):
    assert is_as_strong(grants_of(own), grants_of(other), tree()) is is_stronger
