"""Who owns a record, and why nobody does."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from fincc.attribution.domain import hierarchy_files, plan, rule_files, value_classes
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.resolve import Outcome


def test_the_first_rule_that_gives_an_owner_wins(evaluator, owner_of):
    assert owner_of(evaluator, ChargeCategory="Tax", Tags_team="checkout").team_id == "platform-team"
    assert owner_of(evaluator, ChargeCategory="Usage", Tags_team="checkout").team_id == "checkout"


@pytest.mark.parametrize("value", ["fraud-ml", "Fraud_ML", "Team: fraud.ml", "fraud ml team", "FRAUD", "team-fraud"])
def test_spellings_and_aliases_of_a_team_are_that_team(evaluator, owner_of, value):
    assert owner_of(evaluator, Tags_team=value) == Outcome("fraud-ml", None, "team-tag", None)


@pytest.mark.parametrize("value", ["platform-team", "Platform_Team", "platform", "team: platform"])
def test_a_team_id_that_ends_in_an_affix_is_found(evaluator, owner_of, value):
    assert owner_of(evaluator, Tags_team=value).team_id == "platform-team"


def test_the_team_of_a_service_comes_from_the_catalog(evaluator, owner_of):
    assert owner_of(evaluator, Tags_app="Checkout_API") == Outcome("checkout", "checkout-api", "application-tag", None)


def test_a_component_makes_a_record_part_of_its_service(evaluator, owner_of):
    owner = owner_of(evaluator, ServiceName="Amazon S3", ResourceId="checkout-logs")
    assert owner == Outcome("checkout", "checkout-api", "components", None)
    assert owner_of(evaluator, ServiceName="Amazon S3", ResourceId="logs-checkout-").team_id is None


def test_an_account_can_have_a_default_team(evaluator, owner_of):
    assert owner_of(evaluator, SubAccountId="012345678901") == Outcome("checkout", None, "account", None)


def test_a_later_rule_adds_the_service_of_the_same_team(evaluator, owner_of):
    owner = owner_of(evaluator, Tags_team="checkout", Tags_application="checkout-api")
    assert owner == Outcome("checkout", "checkout-api", "team-tag", None)


def test_a_later_rule_never_changes_the_team(evaluator, owner_of):
    owner = owner_of(evaluator, Tags_team="fraud-ml", Tags_application="checkout-api")
    assert owner == Outcome("fraud-ml", None, "team-tag", None)
    owner = owner_of(evaluator, Tags_team="fraud-ml", Tags_application="orphan", ResourceId="x/scoring")
    assert owner == Outcome("fraud-ml", "scoring", "team-tag", None)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "no rule matched: no team or application tag"),
        ({"Tags/env": "prod"}, "no rule matched: no team or application tag"),
        ({"Tags/team": " - "}, "no rule matched: no team or application tag"),
        ({"Tags/team": "nobody"}, "tag team has a value that is no team"),
        ({"Tags/team": "old"}, "tag team has a value that is no team"),
        ({"Tags/app": "nothing"}, "tag application has a value that is no service"),
        ({"Tags/team": "nobody", "Tags/app": "nothing"}, "tag team has a value that is no team"),
        ({"Tags/app": "orphan"}, "the service belongs to a team that is not in the hierarchy"),
        ({"SubAccountId": "222222222222"}, "the default of the account is a team that is not in the hierarchy"),
        ({"SubAccountId": "999"}, "no rule matched: no team or application tag"),
    ],
)
def test_a_record_without_owner_has_a_reason(evaluator, owners_of, record, reason):
    assert owners_of(evaluator, record) == [Outcome(None, None, None, reason)]


def test_an_unknown_tag_value_leaves_the_record_to_later_rules(evaluator, owner_of):
    assert owner_of(evaluator, Tags_team="nobody", SubAccountId="012345678901").rule_id == "account"


def test_the_canonical_key_goes_before_synonyms_and_exact_before_other_spellings(evaluator, owners_of):
    found = owners_of(
        evaluator,
        {"Tags/Team": "checkout", "Tags/squad": "fraud-ml"},
        {"Tags/Team": "checkout", "Tags/team": "fraud-ml"},
        {"Tags/user:team": "checkout", "Tags/Team": "fraud-ml"},
        {"Tags/owner": "checkout", "Tags/squad": "fraud-ml"},
        {"Tags/team": "  ", "Tags/owner": "checkout"},
        {"Tags/team": "nobody", "Tags/owner": "checkout"},
    )
    assert [o.team_id for o in found] == ["checkout", "fraud-ml", "fraud-ml", "fraud-ml", "checkout", None]


def test_a_condition_on_a_canonical_key_sees_the_normalised_value_and_a_literal_key_the_text(company, owners_of):
    rules = rule_files.from_yaml(
        """
tag_keys: {env: [Environment]}
rules:
  - {id: canonical, when: {column: Tags/env, equals: Pre_Prod}, assign: {team: checkout}}
  - {id: literal, when: {column: Tags/Environment, equals: Prod}, assign: {team: fraud-ml}}
  - {id: piece, when: {column: Tags/env, prefix: "Dev "}, assign: {team: platform-team}}
"""
    )
    found = owners_of(
        Evaluator(rules, Catalog(), company),
        {"Tags/environment": "pre-prod"},
        {"Tags/Environment": "Prod"},
        {"Tags/Environment": "prod"},
        {"Tags/environment": "Prod"},
        {"Tags/env": "DEV-7"},
    )
    assert [o.rule_id for o in found] == ["canonical", "literal", None, None, "piece"]


def test_without_a_hierarchy_nothing_is_attributed(services, owner_of):
    evaluator = Evaluator(rule_files.starter_rule_set(), services, Hierarchy())
    assert owner_of(evaluator, Tags_team="checkout").reason == "no hierarchy has been imported"


def test_a_team_that_has_left_the_hierarchy_owns_nothing_any_more(owner_of):
    left = hierarchy_files.from_csv(
        "id,name,type,parent_id,valid_to\ng,G,business_group,,\nu,U,business_unit,g,\nt,T,team,u,2025-09-01\n"
    )
    rules = rule_files.from_yaml("rules: [{id: r, assign: {team: t}}]")
    before = Evaluator(rules, Catalog(), left, as_of=date(2025, 8, 31))
    after = Evaluator(rules, Catalog(), left, as_of=date(2025, 9, 1))
    assert owner_of(before, ServiceName="x").team_id == "t"
    assert owner_of(after, ServiceName="x").reason == "a rule assigns a team that is not in the hierarchy"


def test_codes_stay_the_same_over_batches(evaluator):
    batch = pa.record_batch({"Tags/team": pa.array(["checkout", "fraud", "x"]).dictionary_encode()})
    first, second = evaluator.evaluate(batch), evaluator.evaluate(batch.slice(1))
    assert second.codes.tolist() == first.codes.tolist()[1:]
    assert second.outcomes[: len(first.outcomes)] == first.outcomes
    assert first.codes.dtype == np.int32


def test_an_empty_batch_and_a_batch_without_columns_are_fine(evaluator):
    column = pa.array([], pa.string()).dictionary_encode()
    assert evaluator.evaluate(pa.record_batch({"Tags/team": column})).codes.tolist() == []
    unread = pa.record_batch({"SkuId": pa.array(["a", "b"]).dictionary_encode()})
    owners = evaluator.evaluate(unread)
    assert [owners.outcomes[c].team_id for c in owners.codes] == [None, None]


def test_rules_that_read_nothing_own_every_record(company):
    evaluator = Evaluator(rule_files.from_yaml("rules: [{id: r, assign: {team: checkout}}]"), Catalog(), company)
    owners = evaluator.evaluate(pa.record_batch({"SkuId": pa.array(["a", "b"]).dictionary_encode()}))
    assert [owners.outcomes[c].team_id for c in owners.codes] == ["checkout", "checkout"]


def test_only_columns_that_matter_are_read(evaluator):
    names = ["ServiceName", "RegionId", "SubAccountId", "Tags/Team", "Tags/env", "Tags/user:App", "SkuId"]
    assert evaluator.columns_read(names) == ["ServiceName", "SubAccountId", "Tags/Team", "Tags/user:App"]


def test_full_memories_start_afresh_and_change_no_answer(evaluator, rules, services, company, owners_of, monkeypatch):
    records = [{"Tags/team": f"{team}{'-' * i}", "ResourceId": f"checkout-{i}"} for i in range(40) for team in "xy"]
    records += [{"Tags/team": value} for value in ("checkout", "Team Fraud", "nobody")]
    expected = owners_of(evaluator, *records)
    monkeypatch.setattr(value_classes, "MEMO_VALUES", 3)
    monkeypatch.setattr(value_classes, "MEMO_CHARACTERS", 10)
    monkeypatch.setattr(plan, "MEMO_PLANS", 1)
    fresh = Evaluator(rules, services, company)
    assert owners_of(fresh, *records) == expected
    assert owners_of(fresh, *reversed(records)) == expected[::-1]


def test_a_service_of_another_team_does_not_hide_a_later_one_of_the_same_team(services, company, owner_of):
    rules = rule_files.from_yaml(
        """
rules:
  - {id: team, when: {column: RegionId, equals: x}, assign: {team: fraud-ml}}
  - {id: other, assign: {service: checkout-api}}
  - {id: own, assign: {service: scoring}}
"""
    )
    evaluator = Evaluator(rules, services, company)
    assert owner_of(evaluator, RegionId="x") == Outcome("fraud-ml", "scoring", "team", None)
    assert owner_of(evaluator, RegionId="y") == Outcome("checkout", "checkout-api", "other", None)


def test_a_rule_on_one_column_keeps_its_place_among_the_others(services, company, owners_of):
    rules = rule_files.from_yaml(
        """
tag_keys: {team: []}
rules:
  - {id: joint, when: {all: [{column: RegionId, equals: x}, {column: ServiceName, equals: x}]}, assign: {team: checkout}}
  - {id: region, when: {column: RegionId, equals: x}, assign: {team: fraud-ml}}
  - {id: tag, assign: {team_from_tag: team}}
  - {id: kind, when: {not: {column: ResourceType, exists: true}}, assign: {team: platform-team}}
"""
    )
    found = owners_of(
        Evaluator(rules, services, company),
        {"RegionId": "x", "ServiceName": "x", "Tags/team": "checkout"},
        {"RegionId": "x", "ServiceName": "y", "Tags/team": "checkout"},
        {"RegionId": "y", "Tags/team": "checkout"},
        {"RegionId": "y", "Tags/team": "nobody"},
        {"RegionId": "y", "Tags/team": "nobody", "ResourceType": "db"},
    )
    assert [o.rule_id for o in found] == ["joint", "region", "tag", "kind", None]
    assert found[4].reason == "tag team has a value that is no team"
