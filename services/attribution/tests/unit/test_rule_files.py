"""Reading rule sets: what is accepted, and what is refused with its line and the fix."""

import pytest

from fincc.attribution.domain.conditions import AllOf, AnyOf, Comparison, NotOf
from fincc.attribution.domain.rule_files import from_document, from_yaml, starter_rule_set
from fincc.attribution.domain.rule_set import check_references
from fincc.common.rules.tags import ValueStyle
from fincc.common.yaml_files import DocumentError

FULL = """\
tag_keys:
  team: [squad, owner]
  app:
values:
  team: {case: keep, separators: _, strip_affixes: [Team]}
aliases:
  team: {C Cards: cards-core}
account_defaults: {"012345678901": platform}
rules:
  - id: first
    name: The first
    when:
      all:
        - any: [{column: ChargeCategory, in: [Tax, Credit]}, {column: RegionId, regex: "^eu-"}]
        - not: {column: Tags/team, exists: true}
        - {column: Tags/x, exists: false}
        - {column: ServiceName, prefix: "AWS "}
    assign: {team: shared}
  - id: second
    assign: {service: api}
  - id: third
    assign: {team_from_tag: team}
"""


def refused(text):
    with pytest.raises(DocumentError) as caught:
        from_yaml(text)
    return [(p.line, p.message) for p in caught.value.problems]


def test_a_full_rule_set_is_read():
    rule_set = from_yaml(FULL)
    assert rule_set.tag_keys == {"team": ("squad", "owner"), "app": ()}
    assert rule_set.styles == {"team": ValueStyle(fold=False, separator="_", affixes=("team",))}
    assert rule_set.aliases == {"team": {"C_Cards": "cards-core"}}
    assert rule_set.account_defaults == {"012345678901": "platform"}
    assert [(r.id, r.name, r.assign, r.target) for r in rule_set.rules] == [
        ("first", "The first", "team", "shared"),
        ("second", "second", "service", "api"),
        ("third", "third", "team_from_tag", "team"),
    ]
    assert rule_set.rules[0].when == AllOf(
        (
            AnyOf((Comparison("ChargeCategory", "in", ("Tax", "Credit")), Comparison("RegionId", "regex", ("^eu-",)))),
            NotOf(Comparison("Tags/team", "exists")),
            NotOf(Comparison("Tags/x", "exists")),
            Comparison("ServiceName", "prefix", ("AWS ",)),
        )
    )


def test_a_rule_set_survives_its_json_document():
    for rule_set in (from_yaml(FULL), starter_rule_set()):
        assert from_document(rule_set.to_document()) == rule_set


def test_the_starter_rules_name_no_team_and_no_service():
    assert check_references(starter_rule_set(), [], []) == []


def test_unknown_teams_and_services_are_named_with_their_lines():
    found = check_references(from_yaml(FULL), ["platform", "cards-core"], ["apis"])
    assert [(p.line, p.message) for p in found] == [
        (18, "rule 'first': the team 'shared' is not in the hierarchy"),
        (20, "rule 'second': the service 'api' is not in the catalog; did you mean 'apis'?"),
    ]
    lines = {p.line for p in check_references(from_yaml(FULL), [], [])}
    assert lines == {7, 8, 18, 20}


def rule(when="", assign="{team: x}"):
    condition = f"    when: {when}\n" if when else ""
    return f"tag_keys: {{team: [squad]}}\nrules:\n  - id: r\n{condition}    assign: {assign}\n"


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("{column: Servicename, equals: x}", "rule 'r': the column 'Servicename' does not exist: use BillingAccountId"),
        ("{column: Servicename, equals: x}", "did you mean 'ServiceName'?"),
        (
            "{column: ServiceName, startswith: x}",
            "rule 'r': the operator 'startswith' does not exist: use one of equals",
        ),
        ("{column: ServiceName}", "expected one operator on ServiceName, found 0"),
        ("{column: ServiceName, equals: a, prefix: b}", "expected one operator on ServiceName, found 2"),
        ("{column: Tags/, equals: a}", "the column 'Tags/' does not exist"),
        ("{equals: a}", "a condition needs 'column' and an operator, or one of all, any, not"),
        ("{all: []}", "'all' needs at least one condition"),
        ("{all: [{column: ServiceName, equals: a}], not: {}}", "'all' must stand alone"),
        ("{column: ServiceName, in: []}", "'in' needs at least one value"),
        ("{column: ServiceName, equals: ''}", "'equals' must be text, not nothing"),
        ("{column: ServiceName, exists: maybe}", "exists must be true or false, not 'maybe'"),
        ("{column: ServiceName, regex: '(?=x)'}", "rule 'r': RE2 refuses the regular expression '(?=x)'"),
        ("{column: ServiceName, regex: '(a{1000}){1000}'}", "RE2 refuses"),
        ("[]", "a condition must be a mapping, not a list"),
        ("~", "rule 'r': a condition is empty"),
        ("{not: }", "rule 'r': a condition is empty"),
        ("{any: [{column: ServiceName, equals: a}, ~]}", "rule 'r': a condition is empty"),
    ],
)
def test_a_bad_condition_is_refused_with_rule_and_line(when, message):
    ((line, found),) = refused(rule(when))
    assert line == 4
    assert message in found


@pytest.mark.parametrize(
    ("assign", "message"),
    [
        ("{tem: x}", "rule 'r': assign has no 'tem': use one of team, service"),
        ("{team: x, service: y}", "assign needs exactly one of"),
        ("{team_from_tag: app}", "'app' is no canonical tag key: tag_keys names team"),
        ("{service_from_components: false}", "can only be true"),
        ("x", "assign must be a mapping, not 'x'"),
    ],
)
def test_a_bad_assignment_is_refused_with_rule_and_line(assign, message):
    ((line, found),) = refused(rule(assign=assign))
    assert line == 4
    assert message in found


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("tag_keys: {team: [Owner], app: [user:owner]}\nrules: []", 1, "'user:owner' is already a spelling of 'team'"),
        ("tag_keys: {team: ['--']}\nrules: []", 1, "consists of separators only"),
        ("tag_keys: {team: x}\nrules: []", 1, "the other spellings of 'team' must be a list, not 'x'"),
        ("values: {team: {}}\nrules: []", 1, "values: 'team' is no canonical tag key: tag_keys names nothing yet"),
        ("tag_keys: {team: }\nvalues: {team: {case: upper}}\nrules: []", 2, "case must be fold or keep, not 'upper'"),
        (
            "tag_keys: {team: }\nvalues: {team: {separators: '--'}}\nrules: []",
            2,
            "separators must be the one character",
        ),
        ("tag_keys: {team: }\nvalues: {team: {strip_affixes: [a-b]}}\nrules: []", 2, "must be one word"),
        ("tag_keys: {team: }\naliases: {team: {a b: x, A_B: y}}\nrules: []", 2, "equals another alias"),
        ("rules:\n  - {id: a, assign: {team: x}}\n  - {id: a, assign: {team: y}}\n", 3, "the rule 'a' is given twice"),
        ("rules:\n  - {id: a}\n", 2, "a rule needs 'assign'"),
        ("tags: {}\nrules: []", 1, "the document has no 'tags'"),
        ("- a", 1, "the document must be a mapping"),
    ],
)
def test_a_bad_section_is_refused_with_its_line(text, line, message):
    ((found_line, found),) = refused(text)
    assert found_line == line
    assert message in found
