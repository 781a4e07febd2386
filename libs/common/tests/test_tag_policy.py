"""What a tag policy asks for, and what is wrong with a resource."""

from __future__ import annotations

import pytest

from fincc.common.rules.tag_policy import Judge, Violation, read_policy
from fincc.common.yaml_files import DocumentError

POLICY = read_policy(
    """
required:
  - {key: team, also: [squad, owner-team], values: teams}
  - {key: env, values: [prod, dev], where: {ResourceType: ["ec2:instance"]}}
  - {key: ticket, pattern: "[A-Z]+-[0-9]+", where: {SubAccountId: ["111111111111"]}}
"""
)
JUDGE = Judge(POLICY, ["cards", "Cards & Loans", "ledger"])
INSTANCE = {"SubAccountId": "222222222222", "ResourceType": "ec2:instance"}
BUCKET = {"SubAccountId": "111111111111", "ResourceType": "s3:bucket"}


@pytest.mark.parametrize("key", ["team", "Team", "user:Team", "TEAM", "squad", "Owner_Team"])
@pytest.mark.parametrize("value", ["cards", "Team: Cards", "team_cards", "CARDS", "cards-team", "Cards & Loans"])
def test_spellings_count_as_the_attribution_rules_count_them(key: str, value: str) -> None:
    assert JUDGE.judge(INSTANCE, {key: value, "Env": "PROD"}) == ()


def test_every_kind_of_mistake_is_named_with_what_was_found() -> None:
    assert JUDGE.judge(INSTANCE, {}) == (Violation("team", "missing"), Violation("env", "missing"))
    assert JUDGE.judge(INSTANCE, {"squad": " ", "env": ""}) == (
        Violation("team", "empty", "squad", " "),
        Violation("env", "empty", "env", ""),
    )
    assert JUDGE.judge(INSTANCE, {"Team": "crads", "env": "live"}) == (
        Violation("team", "not allowed", "Team", "crads"),
        Violation("env", "not allowed", "env", "live"),
    )


def test_the_first_key_that_says_something_counts() -> None:
    assert JUDGE.judge(INSTANCE, {"team": "", "squad": "ledger", "env": "dev"}) == ()
    assert JUDGE.judge(INSTANCE, {"team": "nobody", "squad": "ledger", "env": "dev"}) == (
        Violation("team", "not allowed", "team", "nobody"),
    )


def test_a_tag_is_asked_of_its_scope_alone() -> None:
    assert JUDGE.judge(BUCKET, {"team": "cards", "ticket": "FIN-1"}) == ()
    assert JUDGE.judge(BUCKET, {"team": "cards", "ticket": "FIN-1x"}) == (
        Violation("ticket", "not allowed", "ticket", "FIN-1x"),
    )


def test_keys_that_differ_by_case_only_are_one_and_the_exact_one_comes_first() -> None:
    assert JUDGE.judge(INSTANCE, {"Team": "nobody", "team": "cards", "env": "dev"}) == ()


def test_four_hundred_tags_and_long_values_are_judged() -> None:
    tags = {f"key-{i}": "x" * 20_000 for i in range(400)}
    assert [v.key for v in JUDGE.judge(INSTANCE, dict(tags))] == ["team", "env"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("required: []", "at least one tag"),
        ("required: [{also: [x]}]", "needs 'key'"),
        ("required: [{key: a}, {key: A}]", "counts as 'a' already"),
        ("required: [{key: a}, {key: a}]", "counts as 'a' already"),
        ("required:\n- {also: [x]}\n- {key: a}\n- {key: A}", "line 4: the key 'A' counts as 'a' already"),
        ("required: [{key: a, values: prod}]", "must be a list"),
        ("required: [{key: a, values: []}]", "at least one"),
        ("required: [{key: a, pattern: '('}]", "no regular expression"),
        ("required: [{key: a, where: {Cloud: [x]}}]", "has no 'Cloud': expected SubAccountId, ServiceName, RegionId"),
        ("required: [{key: a}]\nuntaggable: {kinds: [x]}", "has no 'kinds'"),
    ],
)
def test_mistakes_in_a_policy_are_named(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_policy(text)
    assert said in str(caught.value)
