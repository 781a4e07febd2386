"""What bills of several sizes leave behind and take: `bench/size.json`, the measurements behind docs/howto/size.md."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import constants, footprint, generate, machine
from bench.generate import Bill
from bench.goals.goal_12_rule_change import other_rules, publish
from bench.measure import own_part_s, own_peak_mib, server_cpu_s
from bench.platforms import BEFORE, SOURCE, Grounds, Server, ask_for, grounds, import_documents, judge, until_done
from bench.session import say
from bench.world import TEAMS

RESULTS = Path(__file__).parent / "size.json"
TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Run:
    """One platform that takes one bill, a share of the lines asked for; then `and_then`, what else it goes through."""

    name: str
    share: float
    resources_for_each_line: float
    teams: int = len(TEAMS)
    and_then: tuple[str, ...] = ("finder", "rules")


RUNS = (
    Run(constants.TENTH, 0.1, 1 / 50, and_then=("finder", "month before", "again", "rules")),
    Run(constants.FEW_TEAMS, 0.1, 1 / 50, len(TEAMS) // 10, ()),
    Run(constants.TENTH_WIDE, 0.1, 1 / 5),
    Run(constants.ALL, 1, 1 / 50),
    Run(constants.WIDE, 1, 1 / 5, and_then=("rules",)),
)
NUMBERS = [*range(1, len(RUNS) + 1)]


def measure(rows: int, only: list[int]) -> dict[str, Any]:
    """Every run by its number, written down after each step; what was measured before stays where it is not repeated."""
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"runs": {}}
    with ExitStack() as stack:
        ground = stack.enter_context(grounds())
        for run in (RUNS[number - 1] for number in only):
            told: dict[str, Any] = {**machine.describe(), "steps": {}}
            for _ in _steps(run, rows, ground, told):
                known["runs"][run.name] = told
                _write(known)
    if all({"bill", *run.and_then} <= set(known["runs"].get(run.name, {"steps": ()})["steps"]) for run in RUNS):
        known |= {"constants": constants.of(known["runs"]), "growth": constants.growth(known["runs"])}
        _write(known)
    return known


def _write(known: dict[str, Any]) -> None:
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")


def table(known: dict[str, Any]) -> str:
    """Steps with what they took, then the constants."""
    lines = []
    for name, run in known["runs"].items():
        lines.append(f"{name}: {run['lines']:,} lines, {run['resources']:,} resources, {run['teams']} teams")
        for step, told in run["steps"].items():
            cpu = ", ".join(f"{who} {s:.1f}" for who, s in told["cpu_s"].items())
            peak = ", ".join(f"{who} {mib}" for who, mib in told["peak_mib"].items())
            lines += [f"  {step}: {told['wall_s']} s; CPU s: {cpu}", f"    peak MiB: {peak}"]
            lines.append(f"    MB: WAL {told['wal'] / 1e6:.1f}; " + _megabytes(told["topics"]))
            lines.append(f"    MB: {_megabytes(told['objects'])}; keys {told['keys']:,}, facts {told['facts']:,}")
            sizes = {t: s["heap"] + s["indexes"] + s["toast"] for t, s in told["tables"].items() if s["rows"]}
            largest = dict(sorted(sizes.items(), key=lambda item: -item[1])[:8])
            lines.append(f"    MB: {_megabytes(largest)}")
    return "\n".join([*lines, "", *(f"{name:>20} {value:g}" for name, value in known.get("constants", {}).items())])


def _megabytes(sizes: dict[str, int]) -> str:
    return ", ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.items())


def _steps(run: Run, rows: int, ground: Grounds, told: dict[str, Any]) -> Iterator[str]:
    """Goes through a run, and says after each step that it is told."""
    lines = int(rows * run.share)
    resources = int(lines * run.resources_for_each_line)
    say(f"{run.name}: {lines:,} lines of {resources:,} resources, {run.teams} teams")
    is_usual = run.resources_for_each_line == generate.RESOURCES_PER_ROW
    bill = generate.parquet_bill(lines, resources=None if is_usual else resources)
    size = sum(file.stat().st_size for file in bill.files)
    told |= {"lines": lines, "resources": resources, "teams": run.teams, "bill": size}
    with ground.processes() as server:
        taken = _Taken(server, _own_copy(bill, server.platform.folder / "bill"))
        import_documents(server.platform, run.teams)
        for name in ("start", "bill", *run.and_then):
            told["steps"][name] = taken.step(taken.steps[name])
            say(f"  {name}: {told['steps'][name]['wall_s']} s")
            yield name


def _own_copy(bill: Bill, into: Path) -> Bill:
    """The same files under a manifest of its own, which may be delivered again."""
    shutil.copytree(bill.folder, into, copy_function=_link)
    return Bill(into, bill.rows, tuple(into / file.relative_to(bill.folder) for file in bill.files))


def _link(source: str, target: str) -> None:
    """A manifest is written again, and must not be where the bill is kept."""
    if source.endswith(".json"):
        shutil.copyfile(source, target)
    else:
        os.link(Path(source).resolve(), target)


class _Taken:
    """A platform step by step: what each took, and what there was after it."""

    def __init__(self, server: Server, bill: Bill) -> None:
        self.server, self.bill = server, bill
        self.steps: dict[str, Callable[[], None]] = {
            "start": lambda: None,
            "bill": self.bring_in,
            "finder": self.find,
            "month before": self.month_before,
            "again": self.deliver_again,
            "rules": self.change_rules,
        }

    def step(self, work: Callable[[], None]) -> dict[str, Any]:
        before, begun = self._cpu_s(), time.time()
        work()
        wall_s, after = time.time() - begun, self._cpu_s()
        return {
            "wall_s": round(wall_s, 2),
            "cpu_s": {who: round(after[who] - before[who], 2) for who in after},
            "peak_mib": self._peak_mib(),
            **asdict(footprint.take(self.server)),
        }

    def _cpu_s(self) -> dict[str, float]:
        """By process; what reads deliveries apart from ingestion, and both servers."""
        assert self.server.broker is not None
        assert self.server.broker.pid is not None
        found = self.server.cpu_s()
        own = own_part_s(self._ingestion())
        found["reader"], found["ingestion"] = found["ingestion"] - own, own
        found["postgres"] = server_cpu_s(self.server.postgres_pid)
        found["kafka"] = server_cpu_s(self.server.broker.pid)
        return found

    def _peak_mib(self) -> dict[str, int]:
        """By process since its start, of ingestion's reader and of ingestion itself."""
        found = self.server.peak_mib()
        found["reader"] = found["ingestion"]
        found["ingestion"] = own_peak_mib(self._ingestion())
        return {who: round(mib) for who, mib in found.items()}

    def _ingestion(self) -> int:
        return self.server.platform.processes["ingestion"].pid

    def bring_in(self) -> None:
        self.server.platform.add_bill(self.bill.folder, SOURCE)
        self._ingest(SOURCE)

    def month_before(self) -> None:
        """As many lines of the same company, a month earlier."""
        before = generate.parquet_bill(self.bill.rows, month=generate.MONTH_BEFORE)
        self.server.platform.add_bill(before.folder, BEFORE)
        self._ingest(BEFORE)

    def deliver_again(self) -> None:
        """The same lines, as a delivery that replaces the one before."""
        (path,) = self.bill.folder.rglob("*-Manifest.json")
        path.write_text(path.read_text().replace('"executionId": "0"', '"executionId": "1"'))
        self._ingest(SOURCE)

    def _ingest(self, source: str) -> None:
        """Until all hops agree."""
        with self.server.platform.client() as client:
            until_done(self.server, client, ask_for(client, source), time.time() + TIMEOUT_S)
        self.server.platform.reconciled(TIMEOUT_S)

    def find(self) -> None:
        judge(self.server.platform, TIMEOUT_S)

    def change_rules(self) -> None:
        with self.server.platform.client() as client:
            client.timeout = TIMEOUT_S
            publish(client, other_rules())
