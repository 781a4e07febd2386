"""A small company, and batches of attribution keys written as plain dicts."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from fincc.attribution.domain import catalog, hierarchy_files, rule_files
from fincc.attribution.domain.catalog import Catalog
from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.hierarchy import Hierarchy
from fincc.attribution.domain.resolve import Outcome
from fincc.attribution.domain.rule_set import RuleSet

HIERARCHY = """
business_groups:
  - id: retail
    name: Retail Banking
    business_units:
      - id: cards
        name: Cards
        teams:
          - {id: fraud-ml, name: Fraud ML, owner_email: a@b.example, cost_center: CC-1001}
          - {id: checkout, name: Checkout}
          - {id: platform-team, name: Platform}
"""

CATALOG = """
services:
  - id: checkout-api
    name: Checkout API
    team: checkout
    tier: 1
    components:
      - {column: Tags/application, equals: checkout-api}
      - all: [{column: ServiceName, equals: Amazon S3}, {column: ResourceId, prefix: checkout-}]
  - id: scoring
    name: Scoring
    team: fraud-ml
    components:
      - {column: ResourceId, contains: scoring}
  - {id: orphan, name: Orphan, team: gone}
"""

RULES = """
tag_keys:
  team: [squad, owner]
  application: [app, service-name]
values:
  team: {strip_affixes: [team]}
aliases:
  team: {fraud: fraud-ml, old: dissolved}
account_defaults: {"012345678901": checkout, "222222222222": dissolved}
rules:
  - id: support
    when: {any: [{column: ChargeCategory, equals: Tax}, {column: ServiceName, prefix: AWS Support}]}
    assign: {team: platform-team}
  - id: team-tag
    assign: {team_from_tag: team}
  - id: application-tag
    assign: {service_from_tag: application}
  - id: components
    assign: {service_from_components: true}
  - id: account
    assign: {team_from_account: true}
"""


@pytest.fixture
def company() -> Hierarchy:
    return hierarchy_files.from_yaml(HIERARCHY)


@pytest.fixture
def services() -> Catalog:
    return catalog.from_yaml(CATALOG)


@pytest.fixture
def rules() -> RuleSet:
    return rule_files.from_yaml(RULES)


@pytest.fixture
def evaluator(rules, services, company) -> Evaluator:
    return Evaluator(rules, services, company)


def keys(records: Sequence[dict[str, str | None]]) -> pa.RecordBatch:
    names = sorted({name for record in records for name in record})
    columns = [pa.array([r.get(name) for r in records], pa.string()).dictionary_encode() for name in names]
    if not names:
        return pa.RecordBatch.from_struct_array(pa.array([{}] * len(records), pa.struct([])))
    return pa.RecordBatch.from_arrays(columns, names=names)


@pytest.fixture
def owners_of():
    """The outcome of each record under an evaluator."""

    def evaluate(evaluator: Evaluator, *records: dict[str, str | None]) -> list[Outcome]:
        owners = evaluator.evaluate(keys(records))
        return [owners.outcomes[code] for code in owners.codes]

    return evaluate


@pytest.fixture
def owner_of(owners_of):
    """The outcome of one record under an evaluator."""
    return lambda evaluator, **record: owners_of(evaluator, _with_slashes(record))[0]


def _with_slashes(record: dict[str, str | None]) -> dict[str, str | None]:
    return {name.replace("Tags_", "Tags/"): value for name, value in record.items()}
