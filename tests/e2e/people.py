"""People who sign in, and one with a role at one unit: what she sees is asked whenever a bill must be whole, and all the
while a platform is broken on purpose."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import Any

import httpx
import yaml

from fincc.common.period import BillingPeriod, Days

from .conftest import Bill, import_documents
from .harness import Platform, wait_for

PASSWORD = "a password of one's own"
NAME, UNIT = "grace", "online-store"
LOOKS_EVERY_S = 0.25


def change_password(client: httpx.Client, initial: str) -> None:
    """Of who is signed in: to `PASSWORD`."""
    body = {"old_password": initial, "new_password": PASSWORD}
    client.post("/api/gateway/v1/password", json=body).raise_for_status()


def nodes_of(platform: Platform) -> list[dict[str, Any]]:
    """What the cockpit has of the hierarchy, once it answers: right after the start it may wait for others."""

    def hierarchy() -> dict[str, Any] | None:
        with platform.client() as client:
            answer = client.get("/api/cockpit/v1/hierarchy")
        return answer.json() if answer.is_success else None

    found = wait_for(hierarchy, 60)
    assert found is not None, platform.tail()
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


def hierarchy_is_known(platform: Platform, node: str) -> None:
    """The gateway has it from its topic."""
    asked = ("access", "list", "--node", node, "--json")
    assert wait_for(lambda: platform.fincc(*asked).code == 0, 60), platform.fincc(*asked).err


@dataclass(frozen=True)
class Look:
    """An answer, or the lack of one, and when it was asked for and over."""

    asked_at: float
    over_at: float
    status: int | None
    said: str
    total: Decimal | None = None


@dataclass
class Onlooker:
    """A viewer of one unit. Her session was made once, before anything broke, and has to last."""

    platform: Platform = field(repr=False)
    bill: Bill = field(repr=False)
    client: httpx.Client = field(repr=False)
    looks: list[Look] = field(default_factory=list)

    @classmethod
    def of(cls, platform: Platform, bill: Bill) -> Onlooker:
        """The one of this platform, who is added the first time, as are the company's documents."""
        if platform.onlooker is None:
            if UNIT not in {node["id"] for node in nodes_of(platform)}:
                import_documents(platform, bill.folder)
            hierarchy_is_known(platform, UNIT)
            initial = platform.ok("user", "add", NAME, "--json").json()["password"]
            with closing(platform.signed_in(NAME, initial)) as client:
                change_password(client, initial)
            platform.ok("access", "grant", "viewer", "--user", NAME, "--node", UNIT)
            platform.onlooker = cls(platform, bill, platform.signed_in(NAME, PASSWORD))
        return platform.onlooker

    @cached_property
    def parts(self) -> list[Decimal]:
        """What the bill holds of her unit, month by month: the teams' costs that it was generated with."""
        tree = yaml.safe_load((self.bill.folder / "hierarchy.yaml").read_text())
        units = [unit for group in tree["business_groups"] for unit in group["business_units"]]
        teams = {team["id"] for unit in units if unit["id"] == UNIT for team in unit["teams"]}
        return [
            sum((Decimal(cost) for team, cost in period["expected_by_team"].items() if team in teams), Decimal(0))
            for period in self.bill.totals["periods"]
        ]

    @cached_property
    def truths(self) -> set[Decimal]:
        """Every month is there as a whole, or not at all."""
        counts = range(len(self.parts) + 1)
        return {sum(months, Decimal(0)) for count in counts for months in combinations(self.parts, count)}

    @cached_property
    def question(self) -> dict[str, Any]:
        """All months of the bill."""
        months = [BillingPeriod.parse(p["billing_period"]) for p in self.bill.totals["periods"]]
        days = Days(months[0].start, months[-1].end)
        return {"as_of": days.last.isoformat(), "days": days.count}

    def costs(self, client: httpx.Client) -> httpx.Response:
        return client.get("/api/cockpit/v1/cost-by-team", params=self.question)

    def assert_sees_her_part(self) -> None:
        """She sees what the bill has of her unit and nothing else, and who sees everything sees the whole bill."""

        def hers() -> dict[str, Any] | None:
            found: dict[str, Any] = self.costs(self.client).raise_for_status().json()
            return found if Decimal(found["total"]["amount"]) == sum(self.parts) else None

        seen = wait_for(hers, 30)
        assert seen is not None, (self.costs(self.client).text, self.parts, self.platform.tail())
        assert {team["business_unit_id"] for team in seen["teams"]} == {UNIT}
        assert sum(Decimal(team["cost"]["amount"]) for team in seen["teams"]) == sum(self.parts) != 0
        with self.platform.client() as admin:
            everything = self.costs(admin).raise_for_status().json()
        assert Decimal(everything["total"]["amount"]) == sum(Decimal(p["billed"]) for p in self.bill.totals["periods"])
        [unit] = [unit for unit in everything["units"] if unit["id"] == UNIT]
        assert Decimal(unit["cost"]["amount"]) == sum(self.parts)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """She asks all the while, and afterwards nothing may have come but the truth, or a clear refusal while a part
        was gone."""
        self.looks.clear()
        is_over = threading.Event()
        thread = threading.Thread(target=self._look, args=[is_over])
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
        assert self.looks
        for look in self.looks:
            self._judge(look)

    def _look(self, is_over: threading.Event) -> None:
        with httpx.Client(base_url=self.platform.url, cookies=self.client.cookies, timeout=60) as client:
            while not is_over.wait(LOOKS_EVERY_S):
                self.looks.append(self._once(client))

    def _once(self, client: httpx.Client) -> Look:
        started = time.monotonic()
        try:
            answer = self.costs(client)
        except httpx.TransportError as error:
            return Look(started, time.monotonic(), None, repr(error))
        total = Decimal(answer.json()["total"]["amount"]) if answer.status_code == 200 else None
        return Look(started, time.monotonic(), answer.status_code, answer.text if total is None else "", total)

    def _judge(self, look: Look) -> None:
        if look.total is not None:
            assert look.total in self.truths, (look, self.parts)
            return
        assert look.status in (None, 503), look
        assert self.platform.lacked_a_part(look.asked_at, look.over_at), (look, self.platform.gone)
        if look.status == 503:
            assert "again shortly" in look.said, look


def assert_equals_the_bill(platform: Platform, few: Bill, timeout_s: float = 120) -> None:
    """Every month complete, 0, and the amount it was generated with; no dead letter; nothing that is not shown;
    and who may see one unit sees its part."""

    def all_there() -> list[dict[str, Any]] | None:
        answer = platform.fincc("reconcile", "--json")
        rows: list[dict[str, Any]] = answer.json() if answer.out.startswith("[") else []
        if answer.code == 0:
            assert all(r["status"] == "complete" for r in rows if r["counted"]), rows
        is_whole = len(rows) == len(few.totals["periods"]) and all(r["status"] == "complete" for r in rows)
        return rows if answer.code == 0 and is_whole else None

    rows = wait_for(all_there, timeout_s, every_s=0.5)
    assert rows, platform.fincc("reconcile").out + platform.fincc("runs").out + platform.tail()
    got = {r["billing_period"]: Decimal(r["cockpit_billed"]) for r in rows}
    assert got == {p["billing_period"]: Decimal(p["billed"]) for p in few.totals["periods"]}
    assert platform.ok("dlq", "list", "--json").json() == []
    Onlooker.of(platform, few).assert_sees_her_part()
