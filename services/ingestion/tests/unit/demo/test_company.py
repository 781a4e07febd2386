"""hierarchy.yaml, catalog.yaml and rules.yaml refer only to what exists."""

from __future__ import annotations

import itertools

import pytest
import yaml

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def documents(bill):
    return {
        name: yaml.safe_load((bill.root / f"{name}.yaml").read_text()) for name in ("hierarchy", "catalog", "rules")
    }


def nodes(hierarchy):
    groups = hierarchy["business_groups"]
    units = [unit for group in groups for unit in group["business_units"]]
    return groups, units, [team for unit in units for team in unit["teams"]]


def test_three_groups_hold_eight_units_and_thirty_teams_with_unique_ids(documents):
    groups, units, teams = nodes(documents["hierarchy"])
    assert (len(groups), len(units), len(teams)) == (3, 8, 30)
    ids = [node["id"] for node in (*groups, *units, *teams)]
    assert len(set(ids)) == len(ids)
    assert all(team["owner_email"].endswith("@alderway.example") and team["cost_center"] for team in teams)


def test_about_sixty_services_belong_to_teams_of_the_hierarchy(documents):
    teams = {team["id"] for team in nodes(documents["hierarchy"])[2]}
    services = documents["catalog"]["services"]
    assert 55 <= len(services) <= 65
    assert len({service["id"] for service in services}) == len(services)
    assert {service["team"] for service in services} == teams


def test_no_service_is_the_prefix_of_another_so_that_names_tell_components_apart(documents):
    ids = [service["id"] for service in documents["catalog"]["services"]]
    assert not [pair for pair in itertools.permutations(ids, 2) if pair[0].startswith(pair[1] + "-")]


def test_rules_name_existing_teams_services_and_accounts(documents, recent):
    rules = documents["rules"]
    teams = {team["id"] for team in nodes(documents["hierarchy"])[2]}
    services = {service["id"] for service in documents["catalog"]["services"]}
    accounts = {row["lineItem/UsageAccountId"] for row in recent["2026-10"]}
    assert len(accounts) == 12
    assert set(rules["aliases"]["team"].values()) <= teams
    assert set(rules["aliases"]["application"].values()) <= services
    assert set(rules["account_defaults"].values()) <= teams
    assert set(rules["account_defaults"]) <= accounts
    assert {rule["assign"]["team"] for rule in rules["rules"] if "team" in rule["assign"]} <= teams
    assert not teams & set(rules["aliases"]["team"]), "an alias must not hide a team"


def test_every_synonym_of_a_tag_key_is_used_in_the_bill(documents, recent):
    used = {
        name.split(":")[-1].lower().replace(" ", "_")
        for row in recent["2026-10"]
        for name in row
        if name.startswith("resourceTags/")
    }
    for key, synonyms in documents["rules"]["tag_keys"].items():
        assert {key, *synonyms} <= used
