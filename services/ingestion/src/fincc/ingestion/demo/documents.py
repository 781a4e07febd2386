"""hierarchy.yaml, catalog.yaml, rules.yaml and policy.yaml of Alderway: what a FinOps team would write for this bill."""

from __future__ import annotations

from typing import Any

import yaml

from fincc.ingestion.demo.company import (
    ACCOUNTS,
    COMMITMENT_TEAM,
    GROUPS,
    NETWORK_TEAM,
    OVERHEAD_TEAM,
    PAYER,
    SELLER_TEAM,
    SERVICE_ALIASES,
    SERVICES,
    TEAMS,
    Service,
    titled,
)
from fincc.ingestion.demo.tagging import mailbox
from fincc.ingestion.demo.world import COST_CENTERS

Document = dict[str, Any]
_STORAGE = "Amazon Simple Storage Service"


def to_yaml(document: Document) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def hierarchy() -> Document:
    return {
        "business_groups": [
            {
                "id": group.id,
                "name": group.name,
                "business_units": [
                    {
                        "id": unit.id,
                        "name": unit.name,
                        "teams": [
                            {
                                "id": team.id,
                                "name": titled(team.id),
                                "owner_email": mailbox(team.owner),
                                "cost_center": COST_CENTERS[team.id],
                            }
                            for team in unit.teams
                        ],
                    }
                    for unit in group.units
                ],
            }
            for group in GROUPS
        ]
    }


def catalog() -> Document:
    return {"services": [_service(service) for service in SERVICES]}


def _service(service: Service) -> Document:
    document: Document = {"id": service.id, "name": titled(service.id), "team": service.team, "tier": service.tier}
    components: dict[str, list[Document]] = {
        "bucket": [
            {
                "all": [
                    {"column": "ServiceName", "equals": _STORAGE},
                    {"column": "ResourceId", "prefix": f"alderway-{service.id}-"},
                ]
            }
        ],
        "function": [{"column": "ResourceId", "contains": f":function:{service.id}-"}],
        "database": [{"column": "ResourceId", "regex": f"^arn:aws:rds:[a-z0-9-]+:[0-9]+:db:{service.id}-"}],
    }
    if service.component:
        document["components"] = components[service.component]
    return document


def rules() -> Document:
    tag_value = {"case": "fold", "separators": "-"}
    return {
        "tag_keys": {"team": ["squad", "owner-team", "team_name"], "application": ["app", "service"]},
        "values": {"team": tag_value | {"strip_affixes": ["team"]}, "application": dict(tag_value)},
        "aliases": {
            "team": {alias: team.id for team in TEAMS for alias in team.aliases},
            "application": dict(SERVICE_ALIASES),
        },
        "account_defaults": {account.id: account.default_team for account in ACCOUNTS if account.default_team},
        "rules": [*_outright_rules(), *_lookup_rules()],
    }


def policy() -> Document:
    """Every resource has a team, and what is not for customers says so."""
    keys = rules()["tag_keys"]
    return {
        "required": [
            {"key": "team", "also": keys["team"]},
            {"key": "environment", "values": ["prod", "production", "staging", "dev", "test", "nonprod"]},
        ],
        "untaggable": {"types": ["ec2:network-interface", "savingsplans:savingsplan", "rds:ri"]},
    }


def _outright_rules() -> list[Document]:
    """What no tag can explain."""
    overhead = [{"column": "ChargeCategory", "equals": "Tax"}, {"column": "ServiceName", "prefix": "AWS Support"}]
    purchase = [{"column": "ChargeCategory", "equals": "Purchase"}, {"column": "SubAccountId", "equals": PAYER.id}]
    commitments = [{"column": "ServiceName", "prefix": "Savings Plans for"}, {"all": purchase}]
    network = [{"column": "ServiceName", "equals": "AWS Data Transfer"}, {"column": "ResourceId", "exists": False}]
    return [
        {
            "id": "overhead",
            "name": "Tax and support are overhead",
            "when": {"any": overhead},
            "assign": {"team": OVERHEAD_TEAM},
        },
        {
            "id": "commitments",
            "name": "Savings plans and reservations are bought for everybody",
            "when": {"any": commitments},
            "assign": {"team": COMMITMENT_TEAM},
        },
        *(
            {
                "id": f"marketplace-{team}",
                "name": f"{seller} is bought by {titled(team)}",
                "when": {"column": "ServiceProviderName", "equals": seller},
                "assign": {"team": team},
            }
            for seller, team in SELLER_TEAM.items()
        ),
        {
            "id": "network",
            "name": "Data transfer names no resource; the platform owns the network",
            "when": {"all": network},
            "assign": {"team": NETWORK_TEAM},
        },
    ]


def _lookup_rules() -> list[Document]:
    return [
        {"id": "team-tag", "name": "The team tag", "assign": {"team_from_tag": "team"}},
        {
            "id": "application-tag",
            "name": "The application tag, by the service catalog",
            "assign": {"service_from_tag": "application"},
        },
        {
            "id": "components",
            "name": "Resources the service catalog knows by name",
            "assign": {"service_from_components": True},
        },
        {"id": "account", "name": "The account's default team", "assign": {"team_from_account": True}},
    ]
