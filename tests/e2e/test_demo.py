"""`fincc demo`: a company's bill as it grew, with a closed month that was restated."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.ports import free_port

from .browser import Browser
from .harness import FINCC, OneProcess, wait_for

ELSEWHERE = {
    "FINCC_DATABASE_URL": "postgresql://production@127.0.0.1:9/fincc",
    "FINCC_KAFKA_BOOTSTRAP": "127.0.0.1:9",
    "FINCC_OBJECT_STORE": "s3://production",
    "FINCC_URL": "http://127.0.0.1:9",
    "FINCC_TOKEN": "of production",
}
"""What somebody's terminal may have of another installation, which a demo does not touch."""


class Demo(OneProcess):
    """`fincc demo`, until its numbers are there."""

    command = "demo"

    def run(self, name: str) -> None:
        self.settings = ELSEWHERE
        try:
            super().run(name)
        finally:
            self.settings = {}

    def start(self) -> None:
        super().start()
        assert wait_for(lambda: "signs you in once" in self.log("demo"), 120), self.tail()

    @property
    def totals(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "data" / "demo-bill" / "expected-totals.json").read_text())
        return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def test_one_closed_month_of_the_demo_was_restated_and_its_run_says_by_how_much(demo: Demo) -> None:
    runs = demo.ok("runs", "--limit", "100", "--json").json()
    restated = [r for r in runs if r["restated"]]
    assert [r["billing_period"] for r in restated] == [demo.totals["periods"][-4]["billing_period"]]
    assert Decimal(restated[0]["restated"]["difference"]["USD"]) < 0
    assert "restated by" in demo.ok("runs", "--limit", "100").out


def test_an_answer_over_the_restated_month_says_so(demo: Demo) -> None:
    period = demo.totals["periods"][-4]["billing_period"]
    with demo.client() as client:
        answer = client.get("/api/cockpit/v1/cost-by-team", params={"as_of": f"{period}-28"})
    assert [r["billing_period"] for r in answer.json()["meta"]["restated"]] == [period]


def test_what_people_do_on_the_pages_works_on_the_demo(browser: Browser, demo: Demo) -> None:
    """The journeys that also run against the fixture server, signed in with the one-time link."""
    assert browser.walk(demo, "--grep", "@quick", timeout_s=600) >= 10


def test_accepting_what_is_suggested_lowers_unattributable_by_exactly_what_moved(demo: Demo) -> None:
    suggested = demo.ok("rules", "suggest", "--json").json()
    periods = suggested["periods"]
    before = Decimal(suggested["unattributable"]["USD"])
    assert sum(Decimal(i["amount"]) for i in suggested["items"]) == before == unattributable(demo, periods)
    misspelled = [i for i in suggested["items"] if i["team"] and i["column"] == "Tags/team"][:3]
    assert len(misspelled) == 3
    for item in misspelled:
        done = demo.ok("rules", "accept", item["column"], item["value"], item["team"], "--json").json()
        moved = sum(Decimal(m["amount"]) for m in done["moved"])
        assert {(m["team_from"], m["team_to"]) for m in done["moved"]} == {("Unattributable", item["team"])}
        assert moved == Decimal(item["amount"])
        before -= moved
    assert wait_for(lambda: unattributable(demo, periods) == before, 30), unattributable(demo, periods)
    demo.ok("reconcile")


def unattributable(demo: Demo, periods: list[str]) -> Decimal:
    """What the cockpit shows without a team over whole billing periods."""
    last = date.fromisoformat(f"{max(periods)}-01") + timedelta(days=31)
    span = {"from": f"{min(periods)}-01", "to": (last.replace(day=1) - timedelta(days=1)).isoformat()}
    with demo.client() as client:
        answer = client.get("/api/cockpit/v1/costs", params={"group_by": "x_TeamId", **span}).json()
    return Decimal(next(r["cost"]["amount"] for r in answer["rows"] if r["keys"]["x_TeamId"] is None))


def test_the_demo_ends_with_the_totals_of_its_company_and_starts_again_with_them_and_no_more_runs(demo: Demo) -> None:
    expected = {p["billing_period"]: Decimal(p["billed"]) for p in demo.totals["periods"]}

    def shown() -> dict[str, Decimal]:
        return {r["billing_period"]: Decimal(r["cockpit_billed"]) for r in demo.reconciled()}

    def history() -> list[str]:
        return [f"{r['billing_period']} {r['state']}" for r in demo.ok("runs", "--limit", "100", "--json").json()]

    assert shown() == expected
    known = history()
    assert {line.split()[1] for line in known} == {"complete"}
    demo.stop()
    (demo.folder / "demo.log").unlink()
    demo.start()
    assert shown() == expected
    assert history() == known


def test_ctrl_c_while_the_bill_comes_in_stops_everything_and_the_next_start_goes_on(tmp_path: Path) -> None:
    platform = OneProcess(tmp_path)
    command = [str(FINCC), "demo", "--data", str(tmp_path / "data"), "--port", str(free_port())]
    log = tmp_path / "demo.log"
    with log.open("wb") as out:
        # A terminal tells all processes of a group.
        process = subprocess.Popen(
            command, env=platform.environment(), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        assert wait_for(lambda: "looking for deliveries" in log.read_text(), 120, every_s=0.05), log.read_text()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 2
    finally:
        process.kill()
    said = log.read_text()
    assert [line for line in said.splitlines() if line][-2:] == ["stopping", "stopped"]
    assert not re.search("WARNING|ERROR|CRITICAL|Traceback", said), said
    nowhere = {**platform.environment(), "XDG_CONFIG_HOME": str(log)}  # for the profile, which the demo does without
    done = subprocess.run([*command, "--exit"], env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no profile: " in done.stderr
    assert "reconciled: 14 billing periods" in done.stdout
