"""What the app asks the server for on each of its pages, in the order and with the parameters it does, and who opens which.

What the app keeps it does not ask for again while it is fresh, and what it has it asks for by ETag, as a browser does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

COCKPIT, COMPLIANCE, GATEWAY, INGESTION = (
    f"/api/{service}/v1" for service in ("cockpit", "compliance", "gateway", "ingestion")
)
DIMENSIONS = ("ServiceName", "x_TeamId", "SubAccountId", "RegionId", "x_ServiceId", "ChargeCategory")
SERVICES = ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service", "AWS Lambda")
FIVE_MINUTES_S, FRESH_S = 300.0, 30.0
HEALTH = ("admin", "auditor", "finance", "engineer")


@dataclass(frozen=True)
class Ask:
    """One request. `fresh_s` is how long the app keeps the answer."""

    kind: str
    path: str
    fresh_s: float = FRESH_S


class Visit(Protocol):
    """Somebody who looks at pages."""

    async def ask(self, *asks: Ask) -> list[bytes]:
        """All at once; the bodies, those the app has kept included."""
        ...

    def poll(self, ask: Ask, every_s: float) -> None:
        """Ask again and again while the page is open."""
        ...


@dataclass(frozen=True)
class Looker:
    """Whom the pages are for. `limited`: may see a part of the hierarchy only."""

    role: str
    teams: tuple[str, ...]
    units: tuple[str, ...]
    groups: tuple[str, ...]
    limited: bool
    first: str
    last: str
    quarter: str
    """First day of the 90 that end with `last`."""
    rng: random.Random = field(default_factory=random.Random)

    def may(self, *roles: str) -> bool:
        """What is about the whole installation the app asks for these roles alone, where they hold everywhere."""
        return not self.limited and self.role in roles


Page = Callable[[Visit, Looker], Awaitable[None]]


def costs(kind: str, first: str, last: str, **parameters: object) -> Ask:
    given = {name: value for name, value in parameters.items() if value is not None}
    return Ask(kind, f"{COCKPIT}/costs?{urlencode({'from': first, 'to': last, **given})}")


async def open_app(visit: Visit, who: Looker) -> None:
    """What every page needs once in a while."""
    await visit.ask(Ask("session", f"{GATEWAY}/session", FIVE_MINUTES_S))
    await visit.ask(
        Ask("views", f"{GATEWAY}/views", FIVE_MINUTES_S),
        Ask("hierarchy", f"{COCKPIT}/hierarchy", FIVE_MINUTES_S),
        Ask("freshness", f"{COCKPIT}/cost-by-team?days=1", 60.0),
    )


async def overview(visit: Visit, who: Looker) -> None:
    movers = {"group_by": "x_TeamId", "grain": "none", "compare": "previous", "top": 8, "sort": "-movement"}
    health = [Ask("reconciliation", f"{COCKPIT}/reconciliation")] if who.may(*HEALTH) else []
    sources = [Ask("sources", f"{INGESTION}/sources")] if who.may("admin", "auditor", "finance") else []
    await visit.ask(costs("movers", who.first, who.last, **movers), *health, *sources)
    for shown in sources:
        visit.poll(shown, 2.0)  # as long as something is being read
    daily = {"grain": "day", "compare": "none"}
    await visit.ask(
        costs("daily cost", who.quarter, who.last, **daily), Ask("periods", f"{COCKPIT}/periods", FIVE_MINUTES_S)
    )


async def cost_by_team(visit: Visit, who: Looker) -> None:
    """Of all that one sees, or of one node of it."""
    await _team_page(visit, who, who.rng.choice((None, None, *who.groups, *who.units)))


async def _team_page(visit: Visit, who: Looker, scope: str | None, days: int = 30) -> None:
    parameters: dict[str, object] = {"days": days, "comparison": "days"}
    if scope is not None:
        parameters["scope"] = scope
    await visit.ask(Ask("cost by team", f"{COCKPIT}/cost-by-team?{urlencode(parameters)}"))
    # The chart of up to six members comes with the table.
    level = "x_ServiceId" if scope in who.teams else "x_BusinessGroupId" if scope is None and not who.limited else None
    if level is not None:
        by = {"group_by": level, "grain": "day", "compare": "none", "top": 6, "sort": "-cost", "scope": scope}
        await visit.ask(costs("chart of teams", who.first, who.last, **by))


async def drill_down(visit: Visit, who: Looker) -> None:
    """A team, its services, the resources of one, the records of one of these."""
    team = who.rng.choice(who.teams)
    await _team_page(visit, who, team)
    base = {"from": who.first, "to": who.last, "scope": team}
    narrowed = {**base, "filter": f"ServiceName:in:{who.rng.choice(SERVICES)}"}
    by = {"group_by": "ServiceName", "grain": "none", "compare": "previous", "top": 20, "sort": "-cost", "scope": team}
    await visit.ask(costs("services of a team", who.first, who.last, **by))
    (resources,) = await visit.ask(Ask("resources", f"{COCKPIT}/resources?{urlencode({**narrowed, 'limit': 200})}"))
    found = re.findall(rb'"ResourceId":"([^"]+)"', resources[:20_000])
    if found and who.rng.random() < 0.25:
        of = {"ResourceId": who.rng.choice(found).decode(), "limit": 20}
        await visit.ask(Ask("records", f"{COCKPIT}/records?{urlencode({**narrowed, **of})}"))


async def explore(visit: Visit, who: Looker) -> None:
    by = who.rng.choice(DIMENSIONS)
    scope = who.rng.choice((None, None, *who.units, *who.teams[:20]))
    table = {"group_by": by, "grain": "none", "compare": "previous", "top": 20, "sort": "-cost", "scope": scope}
    await visit.ask(
        costs("explore, table", who.first, who.last, **table),
        Ask("dimensions", f"{COCKPIT}/dimensions", FIVE_MINUTES_S),
    )
    chart = {"group_by": by, "grain": "day", "compare": "none", "top": 6, "sort": "-cost", "scope": scope}
    await visit.ask(costs("explore, chart", who.first, who.last, **chart))
    if who.rng.random() < 0.2:  # a filter is being chosen
        chosen = {"dimension": by, "q": "", "limit": 20}
        await visit.ask(Ask("values of a dimension", f"{COCKPIT}/dimensions/values?{urlencode(chosen)}", 60.0))


async def untagged(visit: Visit, who: Looker) -> None:
    scan = Ask("scan", f"{COMPLIANCE}/scan")
    asks = [scan, Ask("tag policy", f"{COMPLIANCE}/policies/active")]
    if not who.limited:
        asks.append(Ask("coverage", f"{COMPLIANCE}/coverage"))
    await visit.ask(*asks)
    visit.poll(scan, 10.0)
    asked = {"state": "open", "sort": "-cost", "limit": 100}
    if who.rng.random() < 0.5:
        asked["service"] = who.rng.choice(SERVICES)
    await visit.ask(Ask("findings", f"{COMPLIANCE}/findings?{urlencode(asked)}"))


async def data_health(visit: Visit, who: Looker) -> None:
    await visit.ask(Ask("reconciliation", f"{COCKPIT}/reconciliation"), Ask("runs", f"{INGESTION}/runs?limit=100"))


async def status(visit: Visit, who: Looker) -> None:
    shown = Ask("status", f"{GATEWAY}/status")
    await visit.ask(shown)
    visit.poll(shown, 10.0)


async def access(visit: Visit, who: Looker) -> None:
    await visit.ask(
        Ask("roles", f"{GATEWAY}/access/roles"),
        Ask("bindings", f"{GATEWAY}/access/bindings"),
        Ask("users", f"{GATEWAY}/users"),
    )


def pages_of(who: Looker) -> dict[Page, int]:
    """How often somebody opens which; only pages that are in their menu, but for the overview, which is everybody's."""
    found: dict[Page, int] = {overview: 25, cost_by_team: 30, drill_down: 15, explore: 15, untagged: 10}
    if who.may(*HEALTH):
        found[data_health] = 10
    if who.may("admin", "auditor"):
        found[status] = 10
    if who.role in ("admin", "auditor", "team_lead"):
        found[access] = 3
    return found
