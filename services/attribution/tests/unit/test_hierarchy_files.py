"""Reading hierarchies, and what is refused with its line."""

from datetime import date

import pytest

from fincc.attribution.domain.hierarchy import TEAM
from fincc.attribution.domain.hierarchy_files import from_csv, from_document, from_yaml, to_yaml
from fincc.common.yaml_files import DocumentError

YAML = """\
effective_from: 2025-09-01
business_groups:
  - id: retail
    name: Retail Banking
    business_units:
      - id: cards
        name: Cards
        teams:
          - {id: fraud-ml, name: Fraud ML, owner_email: a@b.example, cost_center: CC-1001}
"""

HEADER = "id,name,type,parent_id,owner_email,cost_center,valid_from,valid_to"
CSV = f"""\
{HEADER}
fraud-ml,Fraud ML,team,cards,a@b.example,CC-1001,2025-09-01,
cards,Cards,business_unit,retail,,,2025-09-01,
retail,Retail Banking,business_group,,,,2025-09-01,
"""


def problems(read, text):
    with pytest.raises(DocumentError) as caught:
        read(text)
    return [(p.line, p.message) for p in caught.value.problems]


def only_problem(read, text):
    found = problems(read, text)
    assert len(found) == 1, found
    return found[0]


def csv(*lines):
    return "\n".join([HEADER, *lines])


def test_yaml_gives_every_node_its_level_parent_and_start():
    hierarchy = from_yaml(YAML)
    team = hierarchy.find("fraud-ml")
    assert (team.type, team.parent_id, team.owner_email, team.cost_center) == (TEAM, "cards", "a@b.example", "CC-1001")
    assert {n.valid_from for n in hierarchy.nodes} == {date(2025, 9, 1)}


def test_csv_yaml_and_its_own_document_give_the_same_hierarchy():
    hierarchy = from_yaml(YAML)
    assert from_csv(CSV) == hierarchy
    assert from_document(hierarchy.to_document()) == hierarchy


def test_a_spreadsheet_export_with_bom_and_crlf_is_read():
    data = b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode()
    assert from_csv(data) == from_yaml(YAML)


def test_a_csv_keeps_several_intervals_of_one_id():
    hierarchy = from_csv(
        csv(
            "g,G,business_group,,,,,",
            "u,U,business_unit,g,,,,",
            "t,Old name,team,u,,,,2025-01-01",
            "t,New name,team,u,,,2025-01-01,",
        )
    )
    assert hierarchy.find("t", date(2024, 12, 31)).name == "Old name"
    assert hierarchy.find("t", date(2025, 1, 1)).name == "New name"


def test_a_team_under_a_team_is_refused_in_yaml():
    text = (
        YAML
        + """\
          - id: lead
            name: Lead
            teams:
              - {id: below, name: Below}
"""
    )
    assert only_problem(from_yaml, text) == (
        12,
        "'teams' cannot stand under a team: a team is the lowest level and holds nothing",
    )


def test_a_team_directly_under_a_group_is_refused_in_yaml():
    line, message = only_problem(from_yaml, "business_groups:\n  - id: g\n    name: G\n    teams: []\n")
    assert (line, message) == (4, "'teams' cannot stand under a business group: a business group holds business_units")


def test_a_team_under_a_team_is_refused_in_csv():
    text = csv("g,G,business_group,,,,,", "u,U,business_unit,g,,,,", "t,T,team,u,,,,", "s,S,team,t,,,,")
    assert only_problem(from_csv, text) == (5, "the team 's' stands under the team 't': expected a business unit")


def test_a_cycle_is_refused_once_and_named():
    text = csv("g,G,business_group,,,,,", "a,A,business_unit,b,,,,", "b,B,business_unit,a,,,,", "t,T,team,a,,,,")
    line, message = only_problem(from_csv, text)
    assert line == 3
    assert message == "these nodes stand in a circle, so none has a root: a under b under a"


def test_an_orphan_is_refused():
    assert only_problem(from_csv, csv("g,G,business_group,,,,,", "u,U,business_unit,nobody,,,,")) == (
        3,
        "the business unit 'u' has the parent 'nobody', which is not in the file",
    )
    line, message = only_problem(from_csv, csv("u,U,business_unit,,,,,"))
    assert line == 2
    assert "needs a parent_id" in message


def test_a_group_with_a_parent_is_refused():
    text = csv("g,G,business_group,,,,,", "h,H,business_group,g,,,,")
    assert only_problem(from_csv, text) == (3, "the business group 'h' must have no parent, it has 'g'")


def test_an_id_given_twice_is_refused_with_both_lines():
    text = YAML + "          - {id: cards, name: Again}\n"
    line, message = only_problem(from_yaml, text)
    assert line == 10
    assert message == "the id 'cards' is a business unit in line 6"
    line, message = only_problem(from_csv, csv("g,G,business_group,,,,,", "g,G,business_group,,,,2025-01-01,"))
    assert line == 3
    assert "already given in line 2" in message


def test_a_child_that_outlives_its_parent_is_refused():
    text = csv("g,G,business_group,,,,,2025-01-01", "u,U,business_unit,g,,,,")
    line, message = only_problem(from_csv, text)
    assert line == 3
    assert "is valid from ever to ever" in message
    assert "'g' is not valid all that time" in message


def test_a_gap_between_the_intervals_of_a_parent_counts():
    text = csv(
        "g,G,business_group,,,,,2025-01-01", "g,G2,business_group,,,,2025-02-01,", "u,U,business_unit,g,,,2024-01-01,"
    )
    assert only_problem(from_csv, text)[0] == 4


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("g,G,business_group,,,,2025-13-01,", "valid_from '2025-13-01' is not a date: expected YYYY-MM-DD"),
        ("g,G,business_group,,,,2025-02-01,2025-02-01", "must be after valid_from"),
        ("g,G,group,,,,,", "the type 'group' does not exist: expected business_group, business_unit, team"),
        ("Big Group,G,business_group,,,,,", "must consist of small letters, digits and '-'"),
        ("unattributable,G,business_group,,,,,", "is reserved"),
        ("g,G,business_group,,nobody,,,", "owner_email 'nobody' is not an e-mail address"),
        ("g,,business_group,,,,,", "needs 'name'"),
        ("g,G,business_group", "expected 8 values as in the header, found 3"),
    ],
)
def test_a_bad_value_is_refused_with_its_line(row, message):
    line, found = problems(from_csv, csv("ok,Fine,business_group,,,,,", row))[0]
    assert line == 3
    assert message in found


def test_a_line_is_counted_where_its_record_starts():
    text = csv('g,"Two\nlines",business_group,,,,,', "", "u,U,business_unit,x,,,,")
    assert only_problem(from_csv, text)[0] == 5


def test_a_csv_without_the_columns_says_which_are_expected():
    line, message = only_problem(from_csv, "id;name;type;parent_id\n")
    assert line == 1
    assert HEADER in message
    assert "missing id, name, type, parent_id" in message


def test_all_problems_are_reported_at_once():
    text = YAML.replace("id: cards", "id: CARDS").replace("name: Fraud ML", "nam: Fraud ML")
    assert [line for line, _ in problems(from_yaml, text)] == [6, 9, 9]


def test_a_misspelt_key_is_refused_and_the_right_ones_are_named():
    line, message = problems(from_yaml, YAML.replace("business_units:", "bussiness_units:"))[0]
    assert line == 5
    assert message.startswith("a business group has no 'bussiness_units': expected id, name")


def test_an_empty_hierarchy_is_refused():
    assert only_problem(from_yaml, "business_groups: []") == (1, "the document names no node")
    assert only_problem(from_csv, "")[1] == "the file names no node"


def test_problems_of_a_json_body_name_the_path():
    with pytest.raises(DocumentError) as caught:
        from_document({"business_groups": [{"id": "g", "name": "G", "business_units": [{"id": "u"}]}]})
    assert str(caught.value) == "hierarchy, business_groups[0].business_units[0]: a business unit needs 'name'"


def test_what_is_downloaded_imports_to_the_same_hierarchy():
    intervals = f"{HEADER}\nno,No: a,business_group,,,,,2025-01-01\nno,Ärger,business_group,,,012,2025-01-01,\n"
    for hierarchy in (from_yaml(YAML), from_csv(CSV), from_csv(intervals)):
        assert from_yaml(to_yaml(hierarchy)) == hierarchy
