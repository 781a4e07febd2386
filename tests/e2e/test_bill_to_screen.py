"""The main job: a bill goes in, people see which team spent what, and every figure equals the bill."""

from __future__ import annotations

import csv
import io
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from .conftest import Bill, import_documents, judged
from .harness import Platform, wait_for


@pytest.fixture(scope="module")
def ready(platform: Platform, bill: Bill) -> Platform:
    """The demo bill is in, under the demo company's rules."""
    import_documents(platform, bill.folder)
    platform.add_bill(bill.cur)
    job = platform.ingest()
    assert [r["state"] for r in job["runs"]] == ["complete"] * len(bill.totals["periods"])
    platform.reconciled()
    return platform


def test_every_period_reconciles_to_the_bill(ready: Platform, bill: Bill) -> None:
    rows = {r["billing_period"]: r for r in ready.reconciled()}
    assert sorted(rows) == [p["billing_period"] for p in bill.totals["periods"]]
    for period in bill.totals["periods"]:
        row = rows[period["billing_period"]]
        assert row["status"] == "complete"
        assert Decimal(row["difference"]) == 0
        assert row["rows_quarantined"] == 0
        assert row["rows_read"] == period["rows"]
        for hop in ("source_billed", "raw_billed", "enriched_billed", "cockpit_billed"):
            assert Decimal(row[hop]) == Decimal(period["billed"]), hop


def test_cost_by_team_equals_what_the_company_was_generated_with(ready: Platform, bill: Bill) -> None:
    answer = ready.ok("cost", "teams", "--json").json()
    window, before = bill.totals["last_30_days"], bill.totals["previous_30_days"]
    assert answer["as_of"] == window["last"]
    assert Decimal(answer["total"]) == Decimal(window["billed"])
    assert Decimal(answer["previous_total"]) == Decimal(before["billed"])
    named = _team_ids(ready)
    got = {named.get(t["team"], t["team"]): Decimal(t["cost"]) for t in answer["teams"]}
    assert got == {k: Decimal(v) for k, v in window["expected_by_team"].items()}
    assert answer["teams"][-1]["team"] == "Unattributable"
    assert sum(Decimal(t["cost"]) for t in answer["teams"]) == Decimal(answer["total"])


def test_effective_cost_by_team_equals_what_the_company_was_generated_with(ready: Platform, bill: Bill) -> None:
    answer = ready.ok("cost", "teams", "--metric", "EffectiveCost", "--json").json()
    named = _team_ids(ready)
    got = {named.get(t["team"], t["team"]): Decimal(t["cost"]) for t in answer["teams"]}
    expected = bill.totals["last_30_days"]["expected_effective_by_team"]
    assert got == {k: Decimal(v) for k, v in expected.items()}


def _team_ids(platform: Platform) -> dict[str, str]:
    with platform.client() as client:
        nodes = client.get("/api/cockpit/v1/hierarchy").json()["nodes"]
    return {n["name"]: n["id"] for n in nodes if n["type"] == "team"}


def test_children_and_unattributable_sum_to_their_parent_at_every_node(ready: Platform) -> None:
    with ready.client() as client:
        answer = client.get("/api/cockpit/v1/cost-by-team").json()
    for group in answer["groups"]:
        units = [u for u in answer["units"] if u["business_group_id"] == group["id"]]
        assert sum(Decimal(u["cost"]["amount"]) for u in units) == Decimal(group["cost"]["amount"])
        for unit in units:
            teams = [t for t in answer["teams"] if t["business_unit_id"] == unit["id"]]
            assert sum(Decimal(t["cost"]["amount"]) for t in teams) == Decimal(unit["cost"]["amount"])
    loose = [t for t in answer["teams"] if t["business_group_id"] is None]
    total = sum(Decimal(g["cost"]["amount"]) for g in answer["groups"]) + sum(
        Decimal(t["cost"]["amount"]) for t in loose
    )
    assert total == Decimal(answer["total"]["amount"])


def test_the_csv_equals_the_screen(ready: Platform) -> None:
    with ready.client() as client:
        answer = client.get("/api/cockpit/v1/cost-by-team").json()
        text = client.get("/api/cockpit/v1/cost-by-team", params={"format": "csv"}).content.decode("utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    cost = next(c for c in rows[0] if c.lower() == "cost")
    team_rows = [r for r in rows if r.get("team") or r.get("Team")]
    assert sum(Decimal(r[cost]) for r in team_rows) == Decimal(answer["total"]["amount"])


def test_a_cost_drills_down_to_single_records_that_sum_to_it(ready: Platform) -> None:
    with ready.client() as client:
        window = client.get("/api/cockpit/v1/cost-by-team").json()["range"]
        params = {"from": window["from"], "to": window["to"], "limit": 5}
        items = client.get("/api/cockpit/v1/resources", params=params).json()["items"]
        resource = next(i for i in items if i["ResourceId"])
        at = {**params, "limit": 1000, "ResourceId": resource["ResourceId"]}
        records = client.get("/api/cockpit/v1/records", params=at).json()
    assert sum(Decimal(r["BilledCost"]) for r in records["items"]) == Decimal(resource["cost"]["amount"])
    assert {r["ResourceId"] for r in records["items"]} == {resource["ResourceId"]}


def test_the_same_bill_again_changes_nothing(ready: Platform, bill: Bill) -> None:
    before = ready.ok("cost", "teams", "--json").json()
    job = ready.ingest()
    assert {r["state"] for r in job["runs"]} == {"unchanged"}
    assert ready.ok("cost", "teams", "--json").json() == before


def test_a_record_explains_its_owner(ready: Platform) -> None:
    with ready.client() as client:
        window = client.get("/api/cockpit/v1/cost-by-team").json()["range"]
        params = {"from": window["from"], "to": window["to"], "limit": 1}
        item = client.get("/api/cockpit/v1/resources", params=params).json()["items"][0]
        answer = client.get(f"/api/attribution/v1/explanations/{item['key']}").json()
    assert answer["owner"]["team_id"] == item["x_TeamId"]
    assert any(s["matched"] for s in answer["steps"]) == (item["x_TeamId"] is not None)


def test_the_export_holds_every_record_of_the_month(ready: Platform, bill: Bill, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    period = bill.totals["periods"][-2]
    out = tmp_path / "focus.parquet"
    ready.ok("export", "focus", "--version", "1.2", "--period", period["billing_period"], "--out", str(out))
    table = pq.read_table(out)
    assert sum(v.as_py() for v in table["BilledCost"]) == Decimal(period["billed"])
    assert table.num_columns == 57


def test_what_is_untagged_is_found_and_its_coverage_adds_up_to_what_the_teams_spent(
    ready: Platform, bill: Bill
) -> None:
    coverage = judged(ready)
    spent = ready.ok("cost", "teams", "--json").json()
    assert coverage["meta"]["range"]["to"] == spent["as_of"]
    assert sum(Decimal(line["cost"]["amount"]) for line in coverage["lines"]) == Decimal(spent["total"])
    found = ready.ok("untagged", "--json").json()
    violating = next(line for line in coverage["lines"] if line["kind"] == "violating")
    assert (len(found), sum(Decimal(f["cost_30d"]) for f in found)) == (
        violating["resources"],
        Decimal(violating["cost"]["amount"]),
    )
    assert [Decimal(f["cost_30d"]) for f in found] == sorted((Decimal(f["cost_30d"]) for f in found), reverse=True)
    assert {key for f in found for key in f["missing_keys"]} == {"team", "environment"}
    assert {"resource_id", "service", "account", "region", "first_seen", "last_seen", "evidence"} <= set(found[0])
    assert all(f["evidence"] for f in found if f["suggested_owner"])
    dear = ready.ok("untagged", "--min-cost", "5000", "--json").json()
    assert dear == [f for f in found if Decimal(f["cost_30d"]) >= 5000]


def test_the_untagged_list_of_one_team_is_a_file_with_its_total(ready: Platform) -> None:
    judged(ready)
    mine = [f for f in ready.ok("untagged", "--json").json() if f["suggested_owner"]]
    team = mine[0]["suggested_owner"]
    of_team = ready.ok("untagged", "--team", team, "--json").json()
    with ready.client() as client:
        text = client.get("/api/compliance/v1/findings/export", params={"team": team}).text
    head = [line for line in text.splitlines() if line.lstrip("\ufeff").startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(line for line in text.splitlines() if line not in head))))
    assert [r["resource_id"] for r in rows] == [f["resource_id"] for f in of_team]
    total = next(line for line in head if line.startswith("# total: ")).removeprefix("# total: ")
    assert Decimal(total) == sum(Decimal(r["cost_30d"]) for r in rows)


def test_a_rebuild_from_the_archive_gives_the_same_answer(ready: Platform) -> None:
    before = ready.ok("cost", "teams", "--json").json()
    ready.ok("rebuild", "cockpit")
    ready.reconciled()
    assert ready.ok("cost", "teams", "--json").json() == before


def test_a_rule_set_can_be_tried_without_publishing_and_its_moves_sum_to_zero(
    ready: Platform, bill: Bill, tmp_path: Path
) -> None:
    team = next(iter(_team_ids(ready).values()))
    rules = tmp_path / "rules.yaml"
    rules.write_text(f"rules: [{{id: all, assign: {{team: {team}}}}}]\n")
    answer = ready.ok("rules", "test", str(rules), "--json").json()
    moved_out = sum(Decimal(m["amount"]) for m in answer["moved"] if m["team_from"] == "Unattributable")
    assert moved_out == Decimal(answer["unattributable_before"]["USD"])
    assert {m["team_to"] for m in answer["moved"]} == {team}
    assert Decimal(answer["unattributable_after"]["USD"]) == 0


def test_during_a_publish_with_a_swap_in_its_middle_every_answer_is_one_truth(
    ready: Platform, bill: Bill, tmp_path: Path
) -> None:
    """Asked fifty times a second: exactly the old or the new costs by team, and one total throughout."""
    team = sorted(_team_ids(ready).values())[0]
    rules = tmp_path / "rules.yaml"
    moved = f'- {{id: moved, when: {{column: ServiceName, contains: "Compute"}}, assign: {{team: {team}}}}}\n'
    rules.write_text((bill.folder / "rules.yaml").read_text().replace("\nrules:\n", "\nrules:\n" + moved))
    seen: list[tuple[tuple[str, str], ...]] = []
    is_over = threading.Event()

    def ask() -> tuple[tuple[str, str], ...]:
        answer = client.get("/api/cockpit/v1/cost-by-team").json()
        costs = sorted((t["team"], t["cost"]["amount"]) for t in answer["teams"])
        return (*costs, ("total", answer["total"]["amount"]))

    def poll() -> None:
        while not is_over.wait(0.02):
            seen.append(ask())

    with ready.client() as client:
        old = ask()
        polling = threading.Thread(target=poll)
        polling.start()
        try:
            ready.ok("rules", "import", str(rules))
            ready.ok("rebuild", "cockpit", "--period", bill.totals["periods"][-1]["billing_period"])
            assert wait_for(lambda: seen[-1] != old, 60)
            ready.reconciled()
        finally:
            is_over.set()
            polling.join()
        new = ask()
    ready.ok("rules", "import", str(bill.folder / "rules.yaml"))
    assert set(seen) == {old, new}
    assert old[-1] == new[-1]
    switched_at = seen.index(new)
    assert all(answer == new for answer in seen[switched_at:])
