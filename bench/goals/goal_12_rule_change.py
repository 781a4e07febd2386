"""12: seconds from publishing other rules to a stored month being shown under them."""

from __future__ import annotations

import time

import httpx
import yaml
from bench.platforms import KAFKA
from bench.results import Measurement
from bench.session import Session, say
from bench.world import rules_document

NAME = "rule change restates the stored month"
DEADLINE_S = 300.0
EVERY_S = 0.05


def measure(session: Session) -> list[Measurement]:
    server = session.live_server
    say("publishing other rules")
    with server.platform.client() as client:
        client.timeout = httpx.Timeout(DEADLINE_S)
        accepted, shown = publish(client, other_rules())
        publish(client, rules_document())  # as it was, for the goals that follow
    note = f"{session.rows:,} lines; of it {accepted:.2f} s until the publisher is told what moved"
    return [Measurement(12, NAME, shown, "s", 10, 3, mode=KAFKA, note=note)]


def other_rules() -> dict[str, object]:
    """The team by application instead of by the team tag: most keys change owners, or how they come by them."""
    document = rules_document()
    return {**document, "tag_keys": {"team": ["squad"]}, "aliases": {}, "account_defaults": {}}


def publish(client: httpx.Client, document: dict[str, object]) -> tuple[float, float]:
    """Seconds until the request was answered, and until the answers are under the new rules."""
    content, begun = yaml.safe_dump(document).encode(), time.perf_counter()
    headers = {"Content-Type": "application/yaml"}
    answer = client.put("/api/attribution/v1/rule-sets/active", content=content, headers=headers)
    answer.raise_for_status()
    accepted, version = time.perf_counter() - begun, answer.json()["version"]
    while time.perf_counter() - begun < DEADLINE_S:
        meta = client.get("/api/cockpit/v1/cost-by-team", params={"days": 1}).json()["meta"]
        if meta["ownership_version"] >= version:
            return accepted, time.perf_counter() - begun
        time.sleep(EVERY_S)
    raise RuntimeError("the new rules were not shown in time")
