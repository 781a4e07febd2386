"""The world as columns: slots as numpy arrays, and the resources that fill them while the bill runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fincc.ingestion.demo.company import (
    ACCOUNTS,
    NETWORK_TEAM,
    SELLER_TEAM,
    SHAPE_OF_TEAM,
    TEAM_IDS,
    TEAMS,
    UNATTRIBUTABLE,
)
from fincc.ingestion.demo.draws import choose, draw, hexadecimal, letters
from fincc.ingestion.demo.price_list import AMAZON, REGIONS, WEEK, WORDS
from fincc.ingestion.demo.slots import REGION_NUMBER, SKU_NUMBER, TEAM_NUMBER, Slot, all_slots
from fincc.ingestion.demo.story import SPIKE_SERVICE, Story
from fincc.ingestion.demo.tagging import Tagging, tag_resource

Integers = npt.NDArray[np.int64]
OWNERS = (*TEAM_IDS, UNATTRIBUTABLE)
OWNER_NUMBER = {owner: number for number, owner in enumerate(OWNERS)}
COST_CENTERS = {team: f"CC-{1010 + 10 * number}" for number, team in enumerate(TEAM_IDS)}
SHAPES = tuple(WEEK)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Resource:
    id: str | None
    key: int  # 64 bits of its own
    tags: dict[str, str]
    zone: str
    owner: int  # in OWNERS, as the rules should find it
    owner_before_squads: int  # the same while the squad tag was not in the bill


@dataclass(frozen=True)
class World:
    """Columns have one entry per slot; a slot's resources lie one after the other from its `first_resource`."""

    story: Story
    slots: tuple[Slot, ...]
    resources: tuple[Resource, ...]
    columns: dict[str, Integers]

    def __getitem__(self, name: str) -> Integers:
        return self.columns[name]


def build_world(story: Story) -> World:
    slots = tuple(all_slots(story))
    first, last = story.periods[0].start.toordinal(), story.last_day.toordinal()
    resources: list[Resource] = []
    rows: list[dict[str, int]] = []
    for slot in slots:
        life = slot.life or 10**7
        phase = draw(slot.identity, "phase") % life if slot.life else 0
        start = max(first, slot.opens)
        generation = (start + phase) // life
        rows.append(
            _columns(slot) | {"life": life, "phase": phase, "generation": generation, "first_resource": len(resources)}
        )
        until = min(last, slot.closes - 1)
        while generation <= (until + phase) // life and start <= until:
            resources.append(_resource(slot, generation))
            generation += 1
    columns = {name: np.array([row[name] for row in rows], np.int64) for name in rows[0]}
    return World(story, slots, tuple(resources), columns)


def _columns(slot: Slot) -> dict[str, int]:
    return {
        "item": SKU_NUMBER[slot.sku.key] * len(REGIONS) + REGION_NUMBER[slot.region],
        "account": slot.account,
        "team": TEAM_NUMBER[slot.service.team],
        "base": slot.base,
        "grows": slot.grows,
        "shape": SHAPES.index("steady" if slot.sku.steady else SHAPE_OF_TEAM[slot.service.team]),
        "opens": slot.opens,
        "closes": slot.closes,
        "weekdays_only": slot.weekdays_only,
        "plan": slot.plan,
        "reservation": slot.reservation,
        "rate": slot.sku.rate,
        "on_demand_rate": slot.sku.on_demand_rate,
        "noise": draw(slot.identity, slot.sku.key) >> 1,
    }


def _resource(slot: Slot, generation: int) -> Resource:
    what = (slot.identity, generation)
    # Most resources of a slot come out of one template and are tagged alike; some are made by hand.
    by_hand = draw(*what, "by hand") % 8 == 0
    tagging = _tagging(slot, draw(*what) if by_hand else draw(slot.identity, "template"))
    identifier = _identifier(slot, generation)
    name = f"{slot.service.id}-{choose(WORDS, slot.identity, 'word')}"
    if identifier and "user:Name" not in tagging.tags and draw(*what, "name") % 100 < 65:
        tagging.tags["user:Name"] = name
    return Resource(
        identifier,
        draw(*what, "key"),
        tagging.tags,
        slot.region + choose("abc", *what, "zone"),
        OWNER_NUMBER[_owner(slot, tagging, squads=True)],
        OWNER_NUMBER[_owner(slot, tagging, squads=False)],
    )


def _tagging(slot: Slot, seed: int) -> Tagging:
    if not slot.sku.resource:
        return Tagging({}, False, False, False)
    if slot.identity == f"{SPIKE_SERVICE}:backfill":
        tags = {
            "user:team": slot.service.team,
            "user:application": SPIKE_SERVICE,
            "user:Name": "clickstream-backfill-retry",
        }
        return Tagging(tags, True, False, True)
    team = TEAMS[TEAM_NUMBER[slot.service.team]]
    environment = "nonprod" if slot.weekdays_only else "prod"
    return tag_resource(
        seed, team, slot.service.id, environment, COST_CENTERS[team.id], SHAPE_OF_TEAM[team.id] == "shopper"
    )


def _owner(slot: Slot, tagging: Tagging, squads: bool) -> str:
    """Who the rules should find: an outright rule, the team tag, the service tag, a component, the account, nobody."""
    if slot.sku.seller != AMAZON:
        return SELLER_TEAM[slot.sku.seller]
    if slot.sku.key == "transfer":
        return NETWORK_TEAM
    tagged = (tagging.names_team and (squads or not tagging.by_squad)) or tagging.names_service
    if tagged or is_component(slot):
        return slot.service.team
    return ACCOUNTS[slot.account].default_team or UNATTRIBUTABLE


def is_component(slot: Slot) -> bool:
    """Whether the service catalog knows this resource by its name."""
    kind = {"s3": "bucket", "s3-requests": "bucket", "lambda": "function"}.get(slot.sku.key)
    return slot.service.component is not None and slot.service.component == (
        "database" if slot.sku.key.startswith("rds:") else kind
    )


def _identifier(slot: Slot, generation: int) -> str | None:
    if not slot.sku.resource:
        return None
    what = (slot.identity, generation, "id")
    text = hexadecimal(32, *what)
    capitals = letters(13, _LETTERS, *what)
    return slot.sku.resource.format(
        region=slot.region,
        account=ACCOUNTS[slot.account].id,
        service=slot.service.id,
        word=choose(WORDS, slot.identity, "word"),
        h4=text[:4],
        h8=text[:8],
        h16=text[:16],
        h32=text,
        uuid=f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}",
        u10=capitals[:10].lower(),
        u12=capitals[:12].lower(),
        u13=capitals,
    )
