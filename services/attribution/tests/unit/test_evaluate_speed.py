"""200,000 new keys under 10 and under 1,000 rules. CPU seconds, the better of interleaved runs; ids are new in each run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fincc.attribution.domain import catalog, hierarchy_files, rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.hierarchy import Hierarchy

KEYS, TEAMS, SERVICES = 200_000, 300, 60
ACCOUNTS = [f"{100_000_000_000 + 7_654_321 * i}" for i in range(50)]
SPELLINGS = ["team-{}", "team_team_{}", "team-{}-team", "Team: Team {}", "TEAM-{}"]
TAG_RULES = [
    {"id": "team-tag", "assign": {"team_from_tag": "team"}},
    {"id": "application-tag", "assign": {"service_from_tag": "application"}},
    {"id": "components", "assign": {"service_from_components": True}},
    {"id": "account", "assign": {"team_from_account": True}},
]


def condition(i: int) -> dict[str, Any]:
    """Rules of ten kinds, one after the other."""
    kinds: list[dict[str, Any]] = [
        {
            "all": [
                {"column": "SubAccountId", "equals": ACCOUNTS[i % 50]},
                {"column": "ServiceName", "prefix": f"Svc {i} "},
            ]
        },
        {"column": "ServiceName", "in": [f"Service {i}", f"Service {i + 1}"]},
        {"column": "ResourceId", "prefix": f"arn:aws:s3:::bucket-{i}-"},
        {"column": "ResourceId", "contains": f"cluster-{i}/"},
        {"column": "Tags/application", "equals": f"legacy-{i}"},
        {"column": "Tags/Name", "suffix": f"-node-{i}"},
        {"all": [{"column": "ServiceName", "prefix": "Svc"}, {"column": "Tags/env", "in": [f"e{i}", f"f{i}"]}]},
        {"column": "Tags/team", "regex": f"^old-{i}[a-z]+$"},
        {"any": [{"column": "RegionId", "equals": f"region-{i}"}, {"column": "ResourceType", "equals": f"type-{i}"}]},
        {
            "all": [
                {"not": {"column": "ChargeCategory", "equals": "Tax"}},
                {"column": "SubAccountId", "in": [str(i), "x"]},
            ]
        },
    ]
    return kinds[i % 10]


def rules(count: int):
    own = [{"id": f"r{i}", "when": condition(i), "assign": {"team": f"team-{i % TEAMS}"}} for i in range(count)]
    return rule_files.from_document(
        {
            "tag_keys": {"team": ["squad", "owner"], "application": ["app"]},
            "values": {"team": {"strip_affixes": ["team"]}},
            "account_defaults": {account: f"team-{i}" for i, account in enumerate(ACCOUNTS[:30])},
            "rules": own + TAG_RULES,
        }
    )


def company() -> Hierarchy:
    unit = {"id": "unit", "name": "Unit", "teams": [{"id": f"team-{i}", "name": f"Team {i}"} for i in range(TEAMS)]}
    return hierarchy_files.from_document(
        {"business_groups": [{"id": "group", "name": "Group", "business_units": [unit]}]}
    )


def services() -> Catalog:
    return catalog.from_document(
        {
            "services": [
                {
                    "id": f"svc-{i}",
                    "name": f"Svc {i}",
                    "team": f"team-{i * 5}",
                    "components": [{"column": "ResourceId", "prefix": f"arn:aws:s3:::svc-{i}-"}],
                }
                for i in range(SERVICES)
            ]
        }
    )


@dataclass
class Keys:
    """Keys of one seed: messy team tags under four keys, distinct resource ids, mostly distinct names."""

    seed: int
    columns: dict[str, pa.Array] = field(default_factory=dict)

    def add(self, name: str, values: list[str], codes: np.ndarray, missing: np.ndarray | None = None) -> None:
        indices = pa.array(codes.astype(np.int32), mask=missing)
        self.columns[name] = pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))

    def rule_numbers(self, random: np.random.Generator, kind: int) -> np.ndarray:
        """Numbers of rules of one kind: half of them of the rule that both rule sets have."""
        numbers = kind + 10 * random.integers(0, 100, KEYS)
        return np.where(random.random(KEYS) < 0.5, kind, numbers)

    def batch(self) -> pa.RecordBatch:
        random = np.random.default_rng(self.seed)
        team = (TEAMS * random.random(KEYS) ** 3).astype(int)
        rows = np.arange(KEYS)
        self.add("SubAccountId", ACCOUNTS, (team * 7 + random.integers(0, 3, KEYS)) % 50)
        self.add("ServiceName", [f"Svc {i} prod" for i in range(40)], random.integers(0, 40, KEYS))
        self.add("RegionId", ["eu-west-1", "us-east-1", "region-8"], random.integers(0, 3, KEYS))
        self.add("ResourceType", ["instance", "bucket", "type-18"], random.integers(0, 3, KEYS))
        self.add("ChargeCategory", ["Usage", "Tax", "Credit"], random.choice(3, KEYS, p=[0.94, 0.03, 0.03]))
        kinds = ["arn:aws:ec2:eu-west-1:1:i-", "arn:aws:s3:::svc-7-", "arn:aws:s3:::bucket-{}-", "x/cluster-{}/"]
        kind = random.choice(4, KEYS, p=[0.8, 0.1, 0.05, 0.05]).tolist()
        rule = self.rule_numbers(random, 0).tolist()
        ids = [f"{kinds[k].format(n + k)}{self.seed}-{i:010x}" for i, (k, n) in enumerate(zip(kind, rule, strict=True))]
        self.add("ResourceId", ids, rows)
        rule = self.rule_numbers(random, 5).tolist()
        names = [f"host-{self.seed}-{i}-node-{n if i % 10 == 0 else 'x'}" for i, n in enumerate(rule)]
        self.add("Tags/Name", names, rows, random.random(KEYS) < 0.3)
        self.add("Tags/env", ["prod", "Prod", "e6", "dev"], random.integers(0, 4, KEYS), random.random(KEYS) < 0.2)
        values = [spelling.format(i) for i in range(TEAMS) for spelling in SPELLINGS] + [f"odd-{i}" for i in range(500)]
        spelt = np.where(
            random.random(KEYS) < 0.05, len(values) - 1 - random.integers(0, 500, KEYS), team * 5 + rows % 5
        )
        key = random.integers(0, 5, KEYS)
        for number, name in enumerate(["team", "Team", "owner", "squad"]):
            self.add(f"Tags/{name}", values, spelt, key != number)
        applications = [f"svc-{i}" for i in range(SERVICES)] + [f"App Nr {i}" for i in range(3000)]
        named = np.where(random.random(KEYS) < 0.5, team % SERVICES, random.integers(0, len(applications), KEYS))
        self.add("Tags/app", applications, named, random.random(KEYS) < 0.4)
        return pa.record_batch(self.columns)


@pytest.mark.slow
def test_new_keys_cost_little_and_a_thousand_rules_hardly_more_than_ten(record_property):
    seconds: dict[int, list[float]] = {10: [], 1000: []}
    evaluators = {count: Evaluator(rules(count), services(), company()) for count in seconds}
    for seed in range(5):
        batch = Keys(seed).batch()
        for count, evaluator in evaluators.items():
            start = time.process_time()
            owners = evaluator.evaluate(batch)
            seconds[count].append(time.process_time() - start)
            assert len({outcome.rule_id for outcome in owners.outcomes}) > 4
    ten, thousand = min(seconds[10]), min(seconds[1000])
    record_property("cpu_s_10_rules", round(ten, 3))
    record_property("cpu_s_1000_rules", round(thousand, 3))
    assert thousand < 1.0, f"{KEYS} new keys took {thousand:.2f} s CPU"
    assert thousand / ten <= 1.3, (
        f"1,000 rules took {thousand / ten:.2f} times as long as 10 ({thousand:.3f} : {ten:.3f} s)"
    )
