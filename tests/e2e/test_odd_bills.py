"""Bills that are bad or odd, from the file to the command line: good months stay, every amount is there, names are as written."""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .harness import OneProcess
from .odd_bills import deliver, focus_row, packed, put, report_row, sum_of, written

GOOD, AFTER = "2024-08", "2024-09"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[OneProcess]:
    with OneProcess(tmp_path) as running:
        yield running


def costs(platform: OneProcess, first: str, last: str, **asked: str) -> dict[str, Any]:
    with platform.client() as client:
        answer = client.get("/api/cockpit/v1/costs", params={"from": first, "to": last, "compare": "none", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def total(platform: OneProcess, first: str, last: str, **asked: str) -> Decimal:
    return Decimal(costs(platform, first, last, **asked)["total"]["amount"])


def billed(platform: OneProcess) -> dict[tuple[str, str], Decimal]:
    """Source and billing period → what is shown, by the reconciliation, which must be complete."""
    return {(r["source"], r["billing_period"]): Decimal(r["cockpit_billed"]) for r in platform.reconciled()}


def refused(platform: OneProcess) -> dict[str, Any]:
    """The run of a delivery that is not taken; the command says so with its exit code."""
    answer = platform.fincc("ingest", "aws", "--wait", "--now", "--json")
    [run] = answer.json()["runs"]
    assert (answer.code != 0, run["state"]) == (True, "refused"), run
    found: dict[str, Any] = run
    return found


def test_a_series_of_bad_deliveries_leaves_the_good_month_and_the_other_source_as_they_are(
    platform: OneProcess, tmp_path: Path
) -> None:
    rows = [report_row(GOOD, 1 + i % 28, f"{i}.25") for i in range(300)]
    good, page = packed(rows), b"<!DOCTYPE html><html>Sign in</html>"
    bad: dict[str, tuple[bytes, str]] = {
        "cut off": (good[: len(good) // 2], "cut off"),
        "wrong checksum": (good[:-6] + b"\0\0" + good[-4:], "damaged"),
        "sign-in page": (page, "a page of HTML or XML"),
        "packed sign-in page": (gzip.compress(page), "a page of HTML or XML"),
        "no rows": (gzip.compress(written(rows).splitlines(keepends=True)[0]), "has no rows"),
        "no amounts": (packed([{**r, "lineItem/UnblendedCost": "n/a"} for r in rows]), "rows cannot be read"),
        "other columns": (gzip.compress(b"a,b\n1,2\n"), "lacks"),
        "bomb": (gzip.compress(written(rows) + b"\n" * (80 << 20)), "unpack to more than"),
        "nothing": (b"", "is empty"),
    }
    aws, other = tmp_path / "aws", tmp_path / "other"
    deliver(aws, GOOD, "good", good)
    theirs = [focus_row(GOOD, 1, "7.50")]
    platform.add_bill(aws)
    platform.add_bill(put(other, theirs), "other", "focus_file")
    platform.ingest()
    platform.ingest("other")
    shown = billed(platform)
    assert shown == {("aws", GOOD): sum_of(rows), ("other", GOOD): sum_of(theirs)}
    for name, (data, words) in bad.items():
        deliver(aws, GOOD, name, data)
        run = refused(platform)
        assert words in run["reason"], name
        assert "R-1.csv.gz" in run["reason"] or name in ("no rows", "no amounts")
        assert billed(platform) == shown, name
        theirs.append(focus_row(GOOD, 2, "1.25", ResourceId=name))
        put(other, theirs)
        assert [r["state"] for r in platform.ingest("other")["runs"]] == ["complete"], name
        shown["other", GOOD] = sum_of(theirs)
        assert billed(platform) == shown, name
    deliver(aws, GOOD, "missing", good, names_file="R-2.csv.gz")
    assert "which does not exist" in refused(platform)["reason"]
    assert billed(platform) == shown
    deliver(aws, GOOD, "again good", packed([*rows, report_row(GOOD, 3, "1000")]))
    assert [r["state"] for r in platform.ingest()["runs"]] == ["complete"]
    shown["aws", GOOD] += 1000
    assert billed(platform) == shown
    assert platform.ok("dlq", "list", "--json").json() == []


TEAMS = 300
ODD_NAMES = ["🚀 rocket", "צוות תשלומים", "فريق المدفوعات", "決済", "=cmd()", "+1", "@team", "👩‍💻 coders"]


def import_teams(platform: OneProcess, folder: Path, count: int) -> list[str]:
    """A hierarchy of so many teams, and the rule that the tag `team` names the team by its id; returns their names."""
    names = [ODD_NAMES[i] if i < len(ODD_NAMES) else f"Team {i}" for i in range(count)]
    nodes = [
        {"id": "g", "name": "קבוצה", "type": "business_group"},
        {"id": "u", "name": "Unit", "type": "business_unit", "parent_id": "g"},
        *({"id": f"t-{i}", "name": name, "type": "team", "parent_id": "u"} for i, name in enumerate(names)),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hierarchy.yaml").write_text(json.dumps({"nodes": nodes}, ensure_ascii=False))
    rules = "tag_keys: {team: []}\nrules: [{id: team-tag, assign: {team_from_tag: team}}]\n"
    (folder / "rules.yaml").write_text(rules)
    platform.ok("hierarchy", "import", str(folder / "hierarchy.yaml"))
    platform.ok("rules", "import", str(folder / "rules.yaml"))
    return names


FIRST, LAST = "2024-09-01", "2024-09-30"
SINGLE = [focus_row(AFTER, 1, "1.25", BillingAccountId="999999999999")]
ODD = [
    *(focus_row(AFTER, 1 + i % 28, f"{i}.01", {"team": f"t-{i}"}, ResourceId=f"i-{i}") for i in range(TEAMS)),
    focus_row(AFTER, 2, "400", {f"key-{i}": f"value-{i}" for i in range(400)}, ResourceId="four hundred tags"),
    focus_row(AFTER, 2, "20", {f"note-{i}": str(i) * 20_000 for i in range(3)}, ResourceId="long tags"),
    focus_row(AFTER, 2, "3", {"Team": "t-1", "team": "t-0", "TEAM": "t-2"}, ResourceId="three cases"),
    focus_row(AFTER, 2, "0.5", {"צוות": "=cmd()|'x'!A0", "🏷": "👩‍💻"}, ServiceName="שירות", ResourceId="=cmd()"),
    focus_row(AFTER, 2, "0.25", ServiceName="zero\0byte", ResourceId="z"),
    focus_row(AFTER, 2, "11", ResourceId="shared", ServiceName="Amazon Simple Storage Service"),
    focus_row(AFTER, 2, "13", ResourceId="shared"),
    focus_row(AFTER, 2, "17", RegionId="cn-northwest-1", ResourceId="arn:aws-cn:s3:::b"),
    focus_row(AFTER, 2, "19", RegionId="us-gov-east-1", ResourceId="arn:aws-us-gov:s3:::b"),
    focus_row(AFTER, 2, "23", ResourceId="of the far future", ChargePeriodStart="9999-12-31T00:00:00Z"),
    focus_row(AFTER, 2, "29", ResourceId="after the month", ChargePeriodStart="2031-05-01T00:00:00Z"),
]
OF_SEPTEMBER = sum_of(ODD) + sum_of(SINGLE) - 29


def test_an_odd_month_is_shown_to_the_last_cent_under_the_names_that_were_written(
    platform: OneProcess, tmp_path: Path
) -> None:
    names = import_teams(platform, tmp_path / "documents", TEAMS)
    before = [focus_row(GOOD, 1, "5", ResourceId="i-1", SubAccountName="old name")]
    renamed = [{**r, "SubAccountName": "new name"} for r in ODD]
    platform.add_bill(put(tmp_path / "odd", [*before, *renamed]), "odd", "focus_file")
    platform.add_bill(put(tmp_path / "single", SINGLE), "single", "focus_file")
    assert {r["state"] for r in platform.ingest("odd")["runs"]} == {"complete"}
    assert {r["state"] for r in platform.ingest("single")["runs"]} == {"complete"}
    shown = {("odd", GOOD): Decimal(5), ("odd", AFTER): sum_of(ODD), ("single", AFTER): sum_of(SINGLE)}
    assert billed(platform) == shown
    assert platform.ok("dlq", "list", "--json").json() == []
    _assert_teams(platform, names)
    _assert_dimensions(platform)


def _assert_teams(platform: OneProcess, names: list[str]) -> None:
    newest = platform.ok("cost", "teams", "--json").json()["as_of"]
    assert newest == "2024-09-28", "the last day with usage that is over, not that of the far future"
    answer = platform.ok("cost", "teams", "--json", "--as-of", LAST).json()
    teams = {t["team"]: Decimal(t["cost"]) for t in answer["teams"]}
    of_teams = {name: Decimal(f"{i}.01") for i, name in enumerate(names)}
    of_teams[names[0]] += 3  # of the keys that differ by case, the rule takes the exact one
    assert {name: teams[name] for name in names} == of_teams
    assert sum(teams.values()) == Decimal(answer["total"]) == OF_SEPTEMBER
    lines = platform.ok("cost", "teams", "--as-of", LAST).out.splitlines()
    assert len(lines) == 2 + len(answer["teams"]) + 1
    assert all(any(name in line for line in lines) for name in names)
    with platform.client() as client:
        asked = {"as_of": LAST, "format": "csv"}
        text = client.get("/api/cockpit/v1/cost-by-team", params=asked).content.decode("utf-8-sig")
    table = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    listed = {row["team"] for row in csv.DictReader(io.StringIO(table))}
    assert {"'=cmd()", "'+1", "'@team", "צוות תשלומים", "👩‍💻 coders"} <= listed


def _assert_dimensions(platform: OneProcess) -> None:
    def by(dimension: str) -> dict[str, Decimal]:
        found = costs(platform, FIRST, LAST, group_by=dimension, top="1000")
        return {r["keys"][dimension]: Decimal(r["cost"]["amount"]) for r in found["rows"]}

    assert {k: v for k, v in by("RegionId").items() if k != "eu-west-1"} == {"cn-northwest-1": 17, "us-gov-east-1": 19}
    services = by("ServiceName")
    assert services["שירות"] == Decimal("0.5")
    assert services["zero\N{REPLACEMENT CHARACTER}byte"] == Decimal("0.25")
    assert by("SubAccountId") == {"222222222222": OF_SEPTEMBER}
    assert by("Tags/key-399")["value-399"] == 400
    assert by("Tags/note-2")["2" * 20_000] == 20
    assert by("Tags/צוות")["=cmd()|'x'!A0"] == Decimal("0.5")
    assert total(platform, FIRST, LAST, filter="ResourceId:in:shared") == 24
    assert total(platform, "2031-05-01", "2031-05-01") == 29


def test_a_hierarchy_of_one_team_and_a_bill_without_tags(platform: OneProcess, tmp_path: Path) -> None:
    import_teams(platform, tmp_path / "documents", 1)
    rows = [focus_row(AFTER, 1 + i, "1.10", ResourceId=f"i-{i}") for i in range(20)]
    platform.add_bill(put(tmp_path / "bill", rows), "bill", "focus_file")
    platform.ingest("bill")
    assert billed(platform) == {("bill", AFTER): sum_of(rows)}
    answer = platform.ok("cost", "teams", "--json").json()
    assert {t["team"]: Decimal(t["cost"]) for t in answer["teams"] if Decimal(t["cost"])} == {
        "Unattributable": sum_of(rows)
    }


MONTHS = [f"2024-{m:02d}" for m in range(1, 13)]


def test_while_a_year_is_filled_in_every_answer_is_one_truth(platform: OneProcess, tmp_path: Path) -> None:
    """Asked without pause: each month is there as a whole or not at all, in the order in which they come in."""
    of_month: dict[str, Decimal] = {}
    for number, period in enumerate(MONTHS, 1):
        rows = [report_row(period, 1 + i % 28, f"{number}.{i:04d}") for i in range(6000)]
        deliver(tmp_path / "aws", period, f"a-{period}", packed(rows))
        of_month[period] = sum_of(rows)
    states = [{p: (of_month[p] if i < so_far else Decimal(0)) for i, p in enumerate(MONTHS)} for so_far in range(13)]
    platform.add_bill(tmp_path / "aws")
    answers: list[dict[str, Any]] = []
    took_s: list[float] = []
    is_over = threading.Event()

    def ask() -> None:
        with platform.client() as client:
            asked = {
                "from": "2024-01-01",
                "to": "2024-12-31",
                "grain": "month",
                "compare": "none",
                "group_by": "ServiceName",
            }
            while not is_over.is_set():
                started = time.monotonic()
                answer = client.get("/api/cockpit/v1/costs", params=asked)
                took_s.append(time.monotonic() - started)
                assert answer.status_code == 200, answer.text
                answers.append(answer.json())
                is_over.wait(0.01)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    try:
        assert [r["state"] for r in platform.ingest()["runs"]] == ["complete"] * 12
        platform.reconciled()
    finally:
        is_over.set()
        for thread in asking:
            thread.join()
    shown = [_months(a) for a in answers]
    assert [s for s in shown if s not in states] == []
    assert all(sum(s.values()) == Decimal(a["total"]["amount"]) for s, a in zip(shown, answers, strict=True))
    assert len({states.index(s) for s in shown}) > 3, "the answers saw the year grow"
    with platform.client() as client:
        assert Decimal(
            client.get("/api/cockpit/v1/costs", params={"from": "2024-01-01", "to": "2024-12-31"}).json()["total"][
                "amount"
            ]
        ) == sum(of_month.values())
    assert sorted(took_s)[len(took_s) * 99 // 100] < 5, (
        "seconds, with two people asking without pause on a busy machine"
    )


def _months(answer: dict[str, Any]) -> dict[str, Decimal]:
    """The cost of each month, 0 for those that the answer does not have."""
    found = dict.fromkeys(MONTHS, Decimal(0))
    for row in [*answer["rows"], *([answer["other"]] if answer["other"] else [])]:
        for period, amount in zip(answer["periods"], row["series"], strict=True):
            found[str(period)[:7]] += Decimal(amount)
    return found
