"""Whose costs without owner may be: what speaks for a team, how much, and the rule that an accepted suggestion becomes."""

from __future__ import annotations

import time
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
import yaml

from fincc.attribution.domain import catalog, hierarchy_files, rule_files
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.rule_set import starter_document
from fincc.attribution.domain.suggestions import (
    list_unmatched,
    rule_for,
)
from fincc.common.key_attributes import Attributes
from fincc.common.money import from_lanes
from fincc.common.rules.guess import ACCOUNT, RESOURCE, SURE, TAG
from fincc.common.rules.likeness import most_alike

from .conftest import CATALOG, HIERARCHY, RULES

Row = tuple[str, dict[str, str | None]]


def evaluator(rules=RULES, hierarchy=HIERARCHY):
    return Evaluator(rule_files.from_yaml(rules), catalog.from_yaml(CATALOG), hierarchy_files.from_yaml(hierarchy))


def unmatched(rows: list[Row], rules=RULES, limit=100):
    """The groups of keys, each with its cost."""
    made, names = evaluator(rules), list(dict.fromkeys(name for _, attributes in rows for name in attributes))
    batch = pa.record_batch({name: pa.array([a.get(name) for _, a in rows], pa.string()) for name in names})
    costs = from_lanes([Decimal(cost) for cost, _ in rows])
    owners = made.evaluate(batch)
    return list_unmatched(
        Attributes([batch]), owners, costs, made.resolver, hierarchy_files.from_yaml(HIERARCHY), limit
    )


def one(rows: list[Row]):
    (found,) = unmatched(rows)
    return found


def amounts(found):
    return {(u.column, u.value): u.amount for u in found}


def kinds(candidate):
    return [e.kind for e in candidate.evidence]


def test_a_misspelled_team_is_suggested_with_the_name_it_looks_like():
    found = one([("5", {"Tags/Team": "Team: Chekout"})])
    assert (found.column, found.value, found.amount, found.keys) == ("Tags/team", "chekout", Decimal(5), 1)
    assert found.team == "checkout"
    assert found.candidates[0].evidence[0].text == "chekout looks like checkout (93%)"


def test_words_in_another_order_and_words_besides_are_seen():
    assert one([("1", {"Tags/owner": "ml_fraud"})]).team == "fraud-ml"
    assert one([("1", {"Tags/owner": "checkout-backend-eu"})]).team == "checkout"


def test_what_looks_like_nothing_is_suggested_to_nobody():
    found = one([("1", {"Tags/team": "zzz-qqq"})])
    assert (found.team, found.candidates) == (None, ())


def test_a_name_that_two_teams_have_as_much_is_not_sure_enough():
    teams = {"blue-web": 0, "blue-app": 1}
    (alike,) = most_alike(["blue"], teams)
    assert alike is not None
    assert alike.also is not None
    assert alike.likeness < 0.6


def test_an_account_whose_other_costs_belong_to_one_team_speaks_for_it_but_not_alone():
    rows: list[Row] = [
        ("90", {"SubAccountId": "1", "Tags/team": "checkout"}),
        ("10", {"SubAccountId": "1", "Tags/team": "fraud-ml"}),
        ("7", {"SubAccountId": "1"}),
    ]
    found = one(rows)
    assert (found.column, found.value) == ("SubAccountId", "1")
    (candidate,) = found.candidates
    assert (candidate.team, kinds(candidate)) == ("checkout", [ACCOUNT])
    assert candidate.evidence[0].text == "90% of what account 1 costs belongs to checkout"
    assert candidate.confidence < SURE
    assert found.team is None


def test_evidence_adds_up():
    rows: list[Row] = [
        ("90", {"SubAccountId": "1", "Tags/team": "checkout", "Tags/stack": "web"}),
        ("7", {"SubAccountId": "1", "Tags/stack": "web"}),
    ]
    found = one(rows)
    assert found.team == "checkout"
    assert sorted(kinds(found.candidates[0])) == [ACCOUNT, TAG]


def test_the_same_resource_with_an_owner_elsewhere_is_strong_evidence():
    rows: list[Row] = [("3", {"ResourceId": "i-1", "Tags/team": "fraud-ml"}), ("3", {"ResourceId": "i-1"})]
    found = one(rows)
    assert (found.team, kinds(found.candidates[0])) == ("fraud-ml", [RESOURCE])
    assert (found.column, found.value) == ("", "")


def test_a_value_of_a_team_tag_is_no_neighbour_of_others():
    """Else `dissolved`, which two records share, would speak for itself."""
    found = one([("3", {"Tags/team": "dissolved-once"}), ("9", {"Tags/team": "dissolved-once"})])
    assert (found.amount, found.candidates) == (Decimal(12), ())


def test_each_cost_is_in_one_group_and_the_largest_come_first():
    rows: list[Row] = [
        ("1", {"Tags/team": "alpha", "Tags/app": "x", "SubAccountId": "1"}),
        ("4", {"Tags/squad": "ALPHA", "SubAccountId": "2"}),
        ("9", {"Tags/app": "unheard", "SubAccountId": "1"}),
        ("-20", {"SubAccountId": "1"}),
        ("2", {"Tags/team": " "}),
        ("0", {"Tags/team": "costs-nothing"}),
        ("100", {"Tags/team": "checkout"}),
    ]
    found = unmatched(rows)
    assert [(u.column, u.value, u.amount) for u in found] == [
        ("SubAccountId", "1", Decimal(-20)),
        ("Tags/application", "unheard", Decimal(9)),
        ("Tags/team", "alpha", Decimal(5)),
        ("", "", Decimal(2)),
    ]
    assert [u.value for u in unmatched(rows, limit=2)] == ["1", "unheard"]


@pytest.mark.parametrize(
    "document",
    [RULES, starter_document(), "rules: [{id: a, assign: {team: checkout}, when: {column: RegionId, equals: x}}]"],
)
def test_an_accepted_suggestion_takes_its_group_and_nothing_else(document: str):
    rows: list[Row] = [
        ("1", {"Tags/team": "alpha", "Tags/application": "x", "SubAccountId": "012"}),
        ("4", {"Tags/application": "x", "SubAccountId": "012"}),
        ("9", {"SubAccountId": "012"}),
        ("16", {"SubAccountId": "013"}),
        ("32", {"RegionId": "x", "SubAccountId": "012"}),
    ]
    before = unmatched(rows, document)
    for group in before:
        rule = rule_for(group.column, group.value, "fraud-ml", evaluator(document).resolver)
        after = unmatched(rows, rule_files.with_rule(document, rule))
        assert amounts(after) == {k: v for k, v in amounts(before).items() if k != (group.column, group.value)}


def test_the_rule_is_added_below_the_others_and_comments_stay():
    document = starter_document()
    rule = rule_for("Tags/team", "chekout", "checkout", evaluator(document).resolver)
    text = rule_files.with_rule(document, rule)
    assert text.startswith(document.rstrip("\n"))
    assert yaml.safe_load(text)["rules"][-1] == rule
    again = rule_for("Tags/team", "chekout", "checkout", evaluator(text).resolver)
    assert again["id"] == "accepted-team-chekout-2"


@pytest.mark.parametrize(
    "document",
    [
        "rules: []\ntag_keys: {team: []}\n",
        '{"tag_keys": {"team": []}, "rules": [{"id": "a", "assign": {"team_from_tag": "team"}}]}',
        "tag_keys:\n  team: []\nrules:\n- id: a\n  assign: {team_from_tag: team}\naliases: {team: {x: checkout}}\n# the end",
        "tag_keys: {team: []}\nrules:\n    - id: a\n      assign: {team_from_tag: team}",
    ],
)
def test_a_rule_is_added_however_the_document_is_written(document: str):
    rule = {
        "id": "new",
        "name": "012",
        "when": {"column": "Tags/team", "equals": "012"},
        "assign": {"team": "checkout"},
    }
    before, after = rule_files.from_yaml(document), rule_files.from_yaml(rule_files.with_rule(document, rule))
    assert after.rules[:-1] == before.rules
    assert (after.rules[-1].id, after.rules[-1].name) == ("new", "012")
    assert (after.tag_keys, after.aliases) == (before.tag_keys, before.aliases)


def test_no_rule_is_made_for_costs_that_say_nothing():
    with pytest.raises(ValueError, match="no rule can be made for costs that say nothing"):
        rule_for("", "", "checkout", evaluator().resolver)


def test_five_thousand_values_against_three_hundred_teams_take_seconds():
    rng = np.random.default_rng(7)
    words = ["ledger", "fraud", "cards", "search", "data", "mobile", "risk", "core", "sales", "growth", "infra", "pay"]
    names = list(dict.fromkeys("-".join(rng.choice(words, 3)) + f"-{i}" for i in range(300)))
    values = ["".join(rng.permutation(list(names[i % 300]))[:4]) + names[i % 300] for i in range(5000)]
    begun = time.process_time()
    found = most_alike(values, {name: i for i, name in enumerate(names)})
    assert time.process_time() - begun < 5
    assert len(found) == 5000
