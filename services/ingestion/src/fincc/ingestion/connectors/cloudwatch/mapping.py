"""From a resource of the bill to the series to ask for, how they are grouped into calls, and what a call may ask. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from fincc.ingestion.connectors.cloudwatch.table import ACCOUNT, TYPES, ResourceType
from fincc.ingestion.connectors.metrics import BilledResource, Series

QUERIES_PER_CALL = 500
POINTS_PER_CALL = 100_800
KEPT_DAYS = 455  # AWS keeps hourly values so long

_ARN = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:(.+)")
_KNOWN = "|".join(
    f"arn:aws[a-z-]*:{t.service}:[a-z0-9-]*:(?:[0-9]{{12}})?:(?:{t.pattern.pattern})"
    if t.service
    else t.pattern.pattern
    for t in TYPES
)
_ACCOUNT_ID = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@dataclass(frozen=True)
class Target:
    """What a ResourceId of the bill is. Region and account are None where the id does not say them."""

    type: ResourceType
    values: tuple[str, ...]
    region: str | None
    account: str | None


def target_of(resource_id: str) -> Target | None:
    """The kind of resource and its place; None for what there is no row for.

    >>> target_of("i-0123456789abcdef0").type.name
    'EC2 instance'
    """
    arn = _ARN.fullmatch(resource_id)
    service, region, account, rest = arn.groups() if arn else (None, None, None, resource_id)
    for candidate in TYPES:
        if candidate.service == service and (found := candidate.pattern.fullmatch(rest)):
            return Target(candidate, found.groups(), region or None, account)
    return None


def are_known(resource_ids: pa.Array) -> pa.Array:
    """Which of them have a target; the same question for millions of ids, in one expression."""
    return pc.match_substring_regex(resource_ids, f"^(?:{_KNOWN})$")


def place_of(resource: BilledResource) -> tuple[str, str] | None:
    """(account, region) to ask in; None when the bill does not tell both."""
    target = target_of(resource.resource_id)
    if target is None:
        return None
    account, region = target.account or resource.sub_account_id, target.region or resource.region_id
    return (account, region) if _ACCOUNT_ID.fullmatch(account) and _REGION.fullmatch(region) else None


def series_of(resource: BilledResource) -> list[Series]:
    """The series of a resource, under the account and region that its id names; empty when there is nothing to ask."""
    target, place = target_of(resource.resource_id), place_of(resource)
    if target is None or place is None:
        return []
    account, region = place
    placed = BilledResource(resource.resource_id, account, region, resource.cost)
    values = iter(target.values)
    dimensions = tuple((name, account if name == ACCOUNT else next(values)) for name in target.type.dimensions)
    return [Series(placed, target.type.namespace, m.name, m.statistic, m.unit, dimensions) for m in target.type.metrics]


def legal_period(age: timedelta, wanted_s: int) -> int:
    """The shortest period of at least `wanted_s` seconds for which values of this age exist; asked for a shorter one,
    CloudWatch answers nothing and no error. Values are kept by the minute for 15 days, by 5 minutes for 63, by the hour
    for 455. Raises ValueError for what is older, and for a period below a minute."""
    if wanted_s < 60:
        raise ValueError(f"a period of {wanted_s} s: expected at least 60 s")
    if age > timedelta(days=KEPT_DAYS):
        raise ValueError(f"values {age.days} days old: CloudWatch keeps none beyond {KEPT_DAYS} days")
    unit = 60 if age <= timedelta(days=15) else 300 if age <= timedelta(days=63) else 3600
    return -(-wanted_s // unit) * unit


def calls(wanted: Sequence[Series], start: datetime, end: datetime, period_s: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of `wanted` that one call each may ask for. Raises ValueError when one series alone is too much."""
    points = int((end - start).total_seconds()) // period_s
    size = min(QUERIES_PER_CALL, POINTS_PER_CALL // max(1, points))
    if not size:
        raise ValueError(f"{points} values of one series: a call gives at most {POINTS_PER_CALL}")
    for first in range(0, len(wanted), size):
        yield first, min(first + size, len(wanted))
