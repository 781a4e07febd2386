"""What roles at places add up to."""

from fincc.common.auth import ALL_PERMISSIONS, OWN, PLACED
from fincc.gateway.domain.roles import ROLES, Binding, grants_of


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


def test_at_a_node_a_role_gives_nothing_that_is_about_the_whole_installation():
    grants = grants_of([Binding("admin", "bu-a")])
    assert grants.permissions == PLACED | OWN
    assert not any(scope is None for name, scope in grants.elsewhere if name not in OWN)
