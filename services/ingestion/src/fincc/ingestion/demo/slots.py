"""What runs at Alderway: each slot is a place that one resource after the other fills: a machine, a bucket, a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fincc.ingestion.demo.company import ACCOUNT_NUMBER, ACCOUNTS, SERVICES, TEAM_IDS, Service
from fincc.ingestion.demo.draws import choose_weighted, draw
from fincc.ingestion.demo.price_list import (
    ALL_SKUS,
    COST_DECIMALS,
    DATABASES,
    MACHINES,
    PROFILES,
    REGION_WEIGHTS,
    REGIONS,
    Sku,
)
from fincc.ingestion.demo.seasons import opening_day
from fincc.ingestion.demo.story import NEW_TEAM, PERIODS, SHRINKING_TEAM, SPIKE_SERVICE, SPIKE_TEAM, Story

SKU_NUMBER = {sku.key: number for number, sku in enumerate(ALL_SKUS)}
REGION_NUMBER = {region: number for number, region in enumerate(REGIONS)}
TEAM_NUMBER = {team: number for number, team in enumerate(TEAM_IDS)}
SERVICE_BY_ID = {service.id: service for service in SERVICES}
FOREVER = date.max.toordinal()
DAY_HOURS, OFFICE_HOURS = 24_0000, 12_0000  # with the four decimals of an hourly quantity
COMPUTE_PLAN, MACHINE_PLAN, NO_PLAN = 0, 1, -1
RESERVED_SIZES = ("rds:db.r6g.8xlarge", "rds:db.r6g.16xlarge")
_STORY_TEAMS = (NEW_TEAM, SHRINKING_TEAM)  # bought no commitments: they come and go with as_of


@dataclass(frozen=True)
class Slot:
    identity: str  # decides ids and tags; slots of one identity are one resource billed twice
    sku: Sku
    service: Service
    account: int
    region: str
    base: int  # quantity a day in January 2026, at the decimals of the sku
    grows: bool = True  # follows growth and week; a machine runs its hours instead
    opens: int = 0  # ordinals of days, half-open
    closes: int = FOREVER
    weekdays_only: bool = False
    plan: int = NO_PLAN
    reservation: int = -1  # number in RESERVED_SIZES

    @property
    def life(self) -> int:
        """Days that one resource lives in this slot; 0 for ever."""
        low, high = self.sku.life
        return low + draw(self.identity, "life") % (high - low + 1) if high else 0


def all_slots(story: Story) -> list[Slot]:
    slots = [slot for service in SERVICES for slot in _slots_of(service)]
    return [_with_story(slot, story) for slot in slots] + _spike(story)


def _slots_of(service: Service) -> Iterator[Slot]:
    region = choose_weighted(REGION_WEIGHTS, service.id, "region")
    for key, percent in PROFILES[service.profile]:
        budget = service.spend * percent * 120 * 10**COST_DECIMALS // 365  # a day, at the bill's decimals
        if key == "ec2":
            yield from _machines(service, region, budget)
        elif key == "rds":
            yield from _databases(service, region, budget)
        elif key == "spot":
            yield from _spot_fleet(service, region, budget)
        else:
            sku = ALL_SKUS[SKU_NUMBER[key]]
            plan = COMPUTE_PLAN if key == "fargate" and service.team not in _STORY_TEAMS else NO_PLAN
            yield Slot(
                f"{service.id}:{sku.resource}",
                sku,
                service,
                ACCOUNT_NUMBER[service.account],
                region,
                budget // sku.rate,
                plan=plan,
            )


def _machines(service: Service, region: str, budget: int) -> Iterator[Slot]:
    count = max(1, budget // (140 * 10**COST_DECIMALS))
    home = ACCOUNTS[ACCOUNT_NUMBER[service.account]]
    for rank in range(count * 13 // 10 + 1):
        identity = f"{service.id}:machine:{rank}"
        kind = _nearest(MACHINES, budget // count * (60 + draw(identity) % 90) // 100)
        tests = home.nonprod is not None and rank % 5 == 4
        plan = MACHINE_PLAN if kind.startswith("m6i") and region == "us-east-1" else COMPUTE_PLAN
        yield Slot(
            identity,
            ALL_SKUS[SKU_NUMBER[f"ec2:{kind}"]],
            service,
            ACCOUNT_NUMBER[home.nonprod if tests and home.nonprod else service.account],
            region,
            OFFICE_HOURS if tests else DAY_HOURS,
            grows=False,
            opens=opening_day(rank, count, draw(service.id, "opening") % 1000),
            weekdays_only=tests,
            plan=NO_PLAN if tests or service.team in _STORY_TEAMS else plan,
        )


def _databases(service: Service, region: str, budget: int) -> Iterator[Slot]:
    count = max(1, (budget + 90 * 10**COST_DECIMALS) // (200 * 10**COST_DECIMALS))
    for rank in range(count):
        key = "rds:" + _nearest(DATABASES, budget // count)
        reserved = key in RESERVED_SIZES and region == "us-east-1" and service.team not in _STORY_TEAMS
        yield Slot(
            f"{service.id}:database:{rank}",
            ALL_SKUS[SKU_NUMBER[key]],
            service,
            ACCOUNT_NUMBER[service.account],
            region,
            DAY_HOURS,
            grows=False,
            reservation=RESERVED_SIZES.index(key) if reserved else -1,
        )


def _spot_fleet(service: Service, region: str, budget: int) -> Iterator[Slot]:
    sku = ALL_SKUS[SKU_NUMBER["spot"]]
    account = ACCOUNT_NUMBER[service.account]
    count = max(1, budget // (sku.rate * DAY_HOURS))
    for rank in range(count * 13 // 10 + 1):
        opens = opening_day(rank, count, draw(service.id, "spot") % 1000)
        yield Slot(f"{service.id}:spot:{rank}", sku, service, account, region, DAY_HOURS, grows=False, opens=opens)


def _nearest(ladder: tuple[tuple[str, str], ...], budget: int) -> str:
    """The size whose day costs nearest to `budget` (at the bill's decimals)."""
    return min(ladder, key=lambda size: abs(int(Decimal(size[1]) * 24 * 10**COST_DECIMALS) - budget))[0]


def _with_story(slot: Slot, story: Story) -> Slot:
    """The new team opens late; the shrinking team closes one machine after the other."""
    if slot.service.team == NEW_TEAM:
        return replace(slot, opens=max(slot.opens, story.new_team_start.toordinal()))
    if slot.service.team == SHRINKING_TEAM and not slot.grows and slot.identity.split(":")[1] == "machine":
        rank = int(slot.identity.split(":")[2])
        month = PERIODS - 2 - 2 * rank
        if month > 0:
            return replace(slot, closes=story.periods[month].start.toordinal() + 10)
    return slot


def _spike(story: Story) -> list[Slot]:
    first, last = story.spike
    service = SERVICE_BY_ID[SPIKE_SERVICE]
    assert service.team == SPIKE_TEAM
    return [
        Slot(
            f"{SPIKE_SERVICE}:backfill",
            ALL_SKUS[SKU_NUMBER[key]],
            service,
            ACCOUNT_NUMBER[service.account],
            "us-east-1",
            quantity,
            opens=first.toordinal(),
            closes=last.toordinal() + 1,
        )
        for key, quantity in (("emr-cpu", 168_000_0000), ("emr-memory", 672_000_00))
    ]
