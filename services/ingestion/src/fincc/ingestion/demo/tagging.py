"""How Alderway tags: well, badly, or not at all. Each style knows whether the rules of `documents.py` can read it.

That knowledge is written down here, never computed by applying rules, so that expected owners are an independent truth.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from fincc.ingestion.demo.company import SERVICE_ALIASES, Team, titled
from fincc.ingestion.demo.draws import choose, choose_weighted, draw

# Keys as they were activated for cost allocation, in the order of the bill. Nobody ever cleaned them up.
TAG_KEYS = (
    "aws:createdBy",
    "user:App",
    "user:Environment",
    "user:Name",
    "user:Team",
    "user:Team Name",
    "user:application",
    "user:campaign",
    "user:cost-center",
    "user:data-class",
    "user:owner",
    "user:owner-team",
    "user:service",
    "user:squad",
    "user:team",
    "user:tema",
)
SQUAD_ACTIVE_FROM = date(2026, 2, 1)  # tags are not retroactive: before that the bill has no such column
DATA_CLASS_ACTIVE_FROM = date(2026, 3, 1)

_ALIAS_OF_SERVICE = {service: alias for alias, service in SERVICE_ALIASES.items()}


def misspelt(identifier: str) -> str:
    """`identifier` without the letter in the middle: no alias knows it."""
    middle = len(identifier) // 2
    return (
        identifier[: middle - 1] + identifier[middle:]
        if identifier[middle - 1] != "-"
        else identifier[:middle] + identifier[middle + 1 :]
    )


def _junk(identifier: str) -> str:
    return choose(("tbd", "unknown", "n/a", "digital", "retail-it", "vendor-managed", "none"), "junk", identifier)


class Style(NamedTuple):
    key: str
    value: Callable[[str], str]
    readable: bool


TEAM_STYLES: dict[str, Style] = {
    "canonical": Style("user:team", str, True),
    "capital key": Style("user:Team", str, True),
    "snake": Style("user:team", lambda team: "team_" + team.replace("-", "_"), True),
    "suffix": Style("user:Team", lambda team: f"{team}-team", True),
    "sentence": Style("user:Team", lambda team: f"Team: {titled(team)}", True),
    "words": Style("user:Team Name", lambda team: f"{titled(team)} Team", True),
    "squad": Style("user:squad", titled, True),
    "shouted": Style("user:owner-team", lambda team: team.upper().replace("-", "_"), True),
    "misspelt": Style("user:team", misspelt, False),
    "wrong key": Style("user:tema", str, False),
    "junk": Style("user:Team", _junk, False),
}
SERVICE_STYLES: dict[str, Style] = {
    "canonical": Style("user:application", str, True),
    "words": Style("user:App", titled, True),
    "snake": Style("user:service", lambda service: service.replace("-", "_"), True),
    "misspelt": Style("user:application", misspelt, False),
    "versioned": Style("user:App", lambda service: f"{service}-v2", False),
}
# Weights of the styles by a team's discipline; `alias` is another name of the team that the alias table knows.
TEAM_WEIGHTS: dict[str, tuple[tuple[str | None, int], ...]] = {
    "tidy": (
        ("canonical", 54),
        ("capital key", 18),
        ("snake", 6),
        ("suffix", 6),
        ("squad", 4),
        ("alias", 4),
        (None, 6),
        ("misspelt", 2),
    ),
    "mixed": (
        ("canonical", 20),
        ("capital key", 12),
        ("snake", 8),
        ("suffix", 7),
        ("sentence", 7),
        ("words", 5),
        ("squad", 7),
        ("shouted", 5),
        ("alias", 5),
        (None, 13),
        ("misspelt", 5),
        ("wrong key", 3),
        ("junk", 3),
    ),
    "messy": (
        ("canonical", 10),
        ("capital key", 7),
        ("snake", 9),
        ("suffix", 7),
        ("sentence", 8),
        ("words", 5),
        ("squad", 4),
        ("shouted", 4),
        ("alias", 7),
        (None, 22),
        ("misspelt", 8),
        ("wrong key", 5),
        ("junk", 4),
    ),
}
SERVICE_WEIGHTS: dict[str, tuple[tuple[str | None, int], ...]] = {
    "tidy": (("canonical", 58), ("words", 12), ("snake", 9), ("alias", 3), (None, 15), ("versioned", 3)),
    "mixed": (
        ("canonical", 22),
        ("words", 9),
        ("snake", 8),
        ("alias", 4),
        (None, 46),
        ("misspelt", 6),
        ("versioned", 5),
    ),
    "messy": (
        ("canonical", 12),
        ("words", 7),
        ("snake", 6),
        ("alias", 3),
        (None, 58),
        ("misspelt", 7),
        ("versioned", 7),
    ),
}


class Tagging(NamedTuple):
    """The tags of one resource, by physical key, and what the rules can make of them."""

    tags: dict[str, str]
    names_team: bool
    by_squad: bool  # the team is in a column that the bill lacks before SQUAD_ACTIVE_FROM
    names_service: bool


def tag_resource(seed: int, team: Team, service: str, environment: str, cost_center: str, campaigns: bool) -> Tagging:
    """Draw the tags of a resource of `team` and `service`; `seed` decides, so equal seeds are tagged alike."""
    tags: dict[str, str] = {}
    team_style = choose_weighted(TEAM_WEIGHTS[team.discipline], seed, "team")
    service_style = choose_weighted(SERVICE_WEIGHTS[team.discipline], seed, "service")
    names_team = _apply(tags, TEAM_STYLES, team_style, team.id, team.aliases)
    alias = _ALIAS_OF_SERVICE.get(service)
    names_service = _apply(tags, SERVICE_STYLES, service_style, service, (alias,) if alias else ())
    spellings = {"prod": ("prod", "production", "Prod", "PROD"), "nonprod": ("staging", "dev", "Test", "nonprod")}
    campaign = choose(("always-on", "spring-sale", "back-to-school", "peak"), seed, "campaign")
    extras = (
        ("user:Environment", choose(spellings[environment], seed, "environment"), 80),
        ("user:cost-center", cost_center, 55),
        ("user:owner", mailbox(team.owner), 35),
        ("user:data-class", choose(("public", "internal", "confidential"), seed, "class"), 45),
        ("user:campaign", campaign, 30 if campaigns else 0),
        ("aws:createdBy", f"AssumedRole:AROA{seed % 10**16:016d}:deploy-{team.id}", 40),
    )
    tags |= {key: value for key, value, percent in extras if draw(seed, key) % 100 < percent}
    return Tagging(tags, names_team, team_style == "squad", names_service)


def _apply(
    tags: dict[str, str], styles: dict[str, Style], style: str | None, identifier: str, aliases: tuple[str, ...]
) -> bool:
    if style == "alias" and aliases:
        tags[styles["canonical"].key] = choose(aliases, identifier, "alias")
        return True
    if style is None:
        return False
    chosen = styles["canonical" if style == "alias" else style]
    tags[chosen.key] = chosen.value(identifier)
    return chosen.readable


def mailbox(owner: str) -> str:
    return owner.lower().replace(" ", ".").replace("-", "") + "@alderway.example"


def column_of(key: str, first_day: date) -> str | None:
    """The header of a tag key in the bill of the month that starts on `first_day`, or None where it was not active."""
    if key == "user:squad" and first_day < SQUAD_ACTIVE_FROM:
        return None
    if key == "user:data-class" and first_day < DATA_CLASS_ACTIVE_FROM:
        return None
    name = f"user:campaign-{first_day.year}" if key == "user:campaign" else key
    return f"resourceTags/{name}"
