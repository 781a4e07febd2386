"""The 200 people who use a platform at once: real users with roles at different places, by session or by API token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from bench.platforms import Server
from bench.world import GROUPS, TEAMS, UNITS

from fincc.common.db import Database
from fincc.common.ids import new_id
from fincc.gateway.repository.users import insert_user_once
from fincc.gateway.usecases.passwords import hash_password

PASSWORD = "a password of the benchmark"
AT_ONCE = 8  # people who sign in at the same time
GATEWAY = "/api/gateway/v1"


@dataclass(frozen=True)
class Person:
    """`places`: nodes of the hierarchy; none is everything. `teams`: those below them."""

    name: str
    role: str
    places: tuple[str, ...]
    teams: tuple[str, ...]
    by_token: bool

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(unit for i, unit in enumerate(UNITS) if any(t in self.teams for t in TEAMS[i :: len(UNITS)]))

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(g for i, g in enumerate(GROUPS) if any(u in self.units for u in UNITS[i :: len(GROUPS)]))


def below(place: str) -> tuple[str, ...]:
    """The teams of a group, of a unit, or the team itself."""
    if place in TEAMS:
        return (place,)
    if place in UNITS:
        return tuple(TEAMS[UNITS.index(place) :: len(UNITS)])
    return tuple(team for unit in UNITS[GROUPS.index(place) :: len(GROUPS)] for team in below(unit))


def everybody() -> list[Person]:
    """Every fifth asks by token, as scripts do."""
    return [
        Person(f"person-{n:03d}", role, places, tuple(t for p in places for t in below(p)) or tuple(TEAMS), n % 5 == 4)
        for n, (role, places) in enumerate(_roles())
    ]


def _roles() -> Iterator[tuple[str, tuple[str, ...]]]:
    everywhere = {"admin": 5, "auditor": 3, "finance": 12, "engineer": 10}
    yield from ((role, ()) for role, count in everywhere.items() for _ in range(count))
    yield from (("finance", (group,)) for group in GROUPS for _ in range(2))
    yield from (("team_lead", (unit,)) for unit in UNITS)
    yield from ((("viewer", "engineer", "team_lead")[n % 3], (TEAMS[n * 3],)) for n in range(80))
    # In two places: a unit, and a team of another group.
    yield from (("viewer", (UNITS[n], TEAMS[(n + 7) * 3 + 1])) for n in range(10))


async def sign_in(server: Server, people: list[Person]) -> tuple[dict[str, dict[str, str]], list[float]]:
    """The headers each person sends, and the seconds that signing in took each.

    The users are put into the database, all with one password: adding them one by one would take a minute of hashing.
    """
    assert server.dsn is not None
    database, password_hash = Database(server.dsn, "gateway", 1), await hash_password(PASSWORD)
    async with database.write() as session:
        for person in people:
            await insert_user_once(session, new_id("usr"), person.name, password_hash)
    await database.close()
    slots, took = asyncio.Semaphore(AT_ONCE), list[float]()
    platform = server.platform
    admin_headers = {"Authorization": f"Bearer {platform.token}"}
    async with httpx.AsyncClient(base_url=platform.url, headers=admin_headers, timeout=60) as admin:

        async def one(person: Person) -> dict[str, str]:
            async with slots, httpx.AsyncClient(base_url=platform.url, timeout=60) as client:
                for place in person.places or (None,):
                    binding = {"user": person.name, "role": person.role, "node": place}
                    (await admin.post(f"{GATEWAY}/access/bindings", json=binding)).raise_for_status()
                return await _sign_in(client, person, took)

        headers = await asyncio.gather(*map(one, people))
    return {p.name: h for p, h in zip(people, headers, strict=True)}, took


async def _sign_in(client: httpx.AsyncClient, person: Person, took: list[float]) -> dict[str, str]:
    """What proves who they are: the cookie of a session, or a token made in one."""
    begun = time.perf_counter()
    answer = await client.post(f"{GATEWAY}/session", json={"username": person.name, "password": PASSWORD})
    csrf = {"X-CSRF-Token": answer.raise_for_status().json()["csrf_token"]}
    took.append(time.perf_counter() - begun)
    if person.by_token:
        made = await client.post(f"{GATEWAY}/tokens", json={"name": "script"}, headers=csrf)
        return {"Authorization": f"Bearer {made.raise_for_status().json()['token']}"}
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)}
