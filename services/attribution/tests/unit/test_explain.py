"""The words of an explanation."""

from fincc.attribution.domain import rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.explain import ADDED_SERVICE, MATCHED, NO_MATCH, NOT_REACHED, explain
from fincc.attribution.domain.hierarchy import Hierarchy


def steps(evaluator, **record):
    attributes = {name.replace("Tags_", "Tags/"): value for name, value in record.items()}
    return [(s.verdict, s.text) for s in explain(evaluator, attributes).steps]


def test_every_rule_has_a_step_and_the_winner_ends_the_search(evaluator):
    found = steps(evaluator, ChargeCategory="Usage", ServiceName="Amazon EC2", SubAccountId="012345678901")
    assert found == [
        (
            NO_MATCH,
            "ChargeCategory is 'Usage', not 'Tax'; ServiceName 'Amazon EC2' does not start with 'AWS Support'",
        ),
        (NO_MATCH, "there is no tag 'team' (nor 'squad', 'owner')"),
        (NO_MATCH, "there is no tag 'application' (nor 'app', 'service-name')"),
        (NO_MATCH, "no service of the catalog has a component that fits"),
        (MATCHED, "the account '012345678901' has the default team checkout; gives team checkout"),
    ]


def test_an_unknown_tag_value_is_named_with_its_tag_and_how_it_was_read(evaluator):
    assert steps(evaluator, Tags_Owner="Team: No One")[1] == (
        NO_MATCH,
        "the tag 'Owner' has the value 'Team: No One', read as 'no-one', which is no team of the hierarchy",
    )


def test_a_service_that_is_added_is_a_step_of_its_own(evaluator):
    found = steps(evaluator, Tags_team="checkout", Tags_app="checkout-api", SubAccountId="1")
    assert [verdict for verdict, _ in found] == [NO_MATCH, MATCHED, ADDED_SERVICE, NOT_REACHED, NOT_REACHED]
    assert found[2][1] == "the tag 'app' has the value 'checkout-api'; gives service checkout-api of team checkout"
    assert found[4][1] == "rule team-tag has already decided"


def test_a_service_of_another_team_says_why_it_is_not_added(evaluator):
    assert steps(evaluator, Tags_team="fraud-ml", Tags_app="checkout-api")[2] == (
        NO_MATCH,
        "the tag 'app' has the value 'checkout-api'; gives service checkout-api of team checkout; "
        "that is another team than fraud-ml, which rule team-tag gave",
    )


def test_a_team_that_is_gone_is_named(evaluator):
    assert steps(evaluator, Tags_app="orphan")[2][1].endswith(
        "service orphan belongs to team gone, which is not in the hierarchy"
    )
    assert steps(evaluator, SubAccountId="222222222222")[4][1].endswith("team dissolved is not in the hierarchy")


def test_a_negation_says_what_it_excludes(company):
    rules = rule_files.from_yaml(
        """
rules:
  - id: r
    when: {all: [{not: {column: RegionId, in: [a, b, c, d]}}, {column: ResourceType, exists: true}]}
    assign: {team: checkout}
"""
    )
    evaluator = Evaluator(rules, Catalog(), company)
    assert steps(evaluator, RegionId="b") == [
        (NO_MATCH, "RegionId is 'b', which the rule excludes; ResourceType is empty")
    ]
    assert steps(evaluator, RegionId="z", ResourceType="db") == [
        (MATCHED, "RegionId is 'z', not 'a', 'b', 'c' or 1 more; ResourceType is 'db'; gives team checkout")
    ]


def test_without_a_hierarchy_every_step_says_so(services):
    evaluator = Evaluator(rule_files.starter_rule_set(), services, Hierarchy())
    explanation = explain(evaluator, {"Tags/team": "checkout"})
    assert explanation.outcome.reason == "no hierarchy has been imported"
    assert {s.text for s in explanation.steps} == {"no hierarchy has been imported"}
