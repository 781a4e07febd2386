"""Runs the checks of the repository and closes with what passed, failed and did not run.

One after the other, but for those that wait more than they work: they run side by side, each on a core.

`check.py STEP… [--full]`, steps as in STEPS. With CI=true a test that did not run for want of a real peer fails the run.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
STEP_TIMEOUT_S = 80 * 60
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAIN_LINE = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.MULTILINE)
RUNNING: set[subprocess.Popen[bytes]] = set()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Step:
    name: str
    command: list[str]
    counts: str = "as one"  # how its tests are counted: "pytest", "by line" (`N passed, N failed`), "as one"
    needs: tuple[str, ...] = ()  # folders and files without which there is nothing to check yet
    missing: str = ""  # why it cannot run on this machine


@dataclass
class Result:
    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    took_s: float = 0.0
    not_run: list[str] = field(default_factory=list)


def python(module: str, *arguments: str) -> list[str]:
    return [str(BIN / "python"), "-m", module, *arguments]


def npm(*arguments: str) -> list[str]:
    return [str(ROOT / "scripts" / "npm.sh"), *arguments]


def tests(name: str, folder: str, *others: str) -> Step:
    """Of pytest, in these folders."""
    return Step(name, python("pytest", "-q", folder, *others), "pytest", (folder,))


def sources() -> list[str]:
    folders = [*ROOT.glob("libs/*"), *ROOT.glob("services/*")]
    found = [folder / part for folder in folders for part in ("src", "tests")] + [
        ROOT / "tests",
        ROOT / "scripts",
        ROOT / "bench",
    ]
    return [str(path.relative_to(ROOT)) for path in found if any(path.rglob("*.py"))]


def find_chromium() -> str | None:
    given = os.environ.get("CHROMIUM_PATH")
    return given or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def steps(full: bool) -> dict[str, list[tuple[Step, ...]]]:
    """By name; what is in one tuple runs side by side."""
    web = ("frontend/node_modules",)
    everything = ["--full"] if full else []
    light = ("services/attribution", "services/cockpit")
    others = sorted({f"services/{f.name}" for f in (ROOT / "services").iterdir() if f.is_dir()} - {*light})
    return {
        "lint": [
            (Step("ruff", [str(BIN / "ruff"), "check", *sources()]),),
            (Step("format", [str(BIN / "ruff"), "format", "--check", *sources()]),),
            (Step("imports", [str(BIN / "lint-imports"), "--no-cache", "--no-logo"]),),
            (Step("web lint", npm("run", "--silent", "lint"), needs=web),),
        ],
        "types": [
            (Step("mypy", [str(BIN / "mypy"), *sources()]),),
            (Step("web types", npm("run", "--silent", "typecheck"), needs=web),),
        ],
        "python": [
            (tests("repository", "tests/repo"),),
            (
                tests("libraries, attribution, cockpit", "libs", *light, *everything),
                tests("other services", *others, *everything),
            ),
        ],
        "e2e": [(tests("end to end", "tests/e2e", *everything),)],
        "web": [
            (Step("web unit", npm("run", "--silent", "test"), "by line", web),),
            (Step("web budget", npm("run", "--silent", "check:budget"), needs=("frontend/scripts/check-budget.mjs",)),),
        ],
        "browser": [
            (
                Step(
                    "browser journeys",
                    npm("run", "--silent", "test:e2e:full" if full else "test:e2e"),
                    "by line",
                    ("frontend/playwright.config.ts",),
                    "" if find_chromium() else "no Chromium here; on Debian and Ubuntu: apt-get install chromium",
                ),
            )
        ],
    }


def run_side_by_side(group: tuple[Step, ...]) -> list[Result]:
    """What the first says is shown as it comes, what the others say once it is done."""
    said = [io.BytesIO() for _ in group[1:]]
    results: list[Result] = []
    with ThreadPoolExecutor(len(group)) as pool:
        running = [pool.submit(run, *both) for both in zip(group, [sys.stdout.buffer, *said], strict=True)]
        try:
            for one, out in zip(running, [None, *said], strict=True):
                results.append(one.result())
                if out is not None:
                    sys.stdout.buffer.write(out.getvalue())
                    sys.stdout.flush()
        except KeyboardInterrupt:
            for process in tuple(RUNNING):
                os.killpg(process.pid, signal.SIGINT)
            raise
    return results


def run(step: Step, out: BinaryIO | None = None) -> Result:
    out = out or sys.stdout.buffer
    result = Result(step.name)
    if step.missing:
        result.not_run.append(f"{step.name} ({step.missing})")
        return result
    out.write(f"\n=== {step.name}\n".encode())
    out.flush()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes"
        code, said = execute(step.command + ([f"--outcomes={outcomes}"] if step.counts == "pytest" else []), out)
        if step.counts == "pytest":
            count_outcomes(outcomes, result)
    result.took_s = time.monotonic() - begun
    if step.counts == "by line":
        count_line(said, result)
    elif step.counts == "as one":
        result.passed = int(code == 0)
    # A failure that no number tells of, such as a crash of the runner, is one too. pytest's 5 says: no tests; its 1
    # without a failed test says that some did not run, which `report` judges.
    is_told = code == 5 or (code == 1 and step.counts == "pytest" and result.not_run)
    if code and not result.failed and not is_told:
        result.failed = 1
    return result


def execute(command: list[str], out: BinaryIO) -> tuple[int, str]:
    chromium = find_chromium()
    environment = {**os.environ, **({"CHROMIUM_PATH": chromium} if chromium else {})}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    assert process.stdout is not None
    said = bytearray()
    too_long = threading.Timer(STEP_TIMEOUT_S, os.killpg, (process.pid, signal.SIGTERM))
    too_long.start()
    RUNNING.add(process)
    try:
        while chunk := os.read(process.stdout.fileno(), 65536):
            said += chunk
            out.write(chunk)
            out.flush()
        code = process.wait()
    finally:
        RUNNING.discard(process)
        too_long.cancel()
    return code, COLOUR.sub("", said.decode(errors="replace"))


def count_outcomes(outcomes: Path, result: Result) -> None:
    """Reads what pytest noted of each test; a test that failed in two ways counts once."""
    seen = [json.loads(line) for line in outcomes.read_text().splitlines()] if outcomes.exists() else []
    failed = {entry["test"] for entry in seen if entry["outcome"] == "failed"}
    result.failed = len(failed)
    result.passed = len({entry["test"] for entry in seen if entry["outcome"] == "passed"} - failed)
    result.skipped = sum(entry["outcome"] == "skipped" for entry in seen)
    result.not_run += [entry["not_run"] for entry in seen if entry["not_run"]]


def count_line(said: str, result: Result) -> None:
    lines = PLAIN_LINE.findall(said)
    if lines:
        result.passed, result.failed, result.skipped = (int(number or 0) for number in lines[-1])


def report(results: list[Result]) -> int:
    not_run = [test for result in results for test in result.not_run]
    print("\n=== summary")
    for result in results:
        print(
            f"  {result.name:<30} {result.passed:>5} passed {result.failed:>3} failed {result.skipped:>3} skipped "
            f"{result.took_s:>7.1f} s"
        )
    if not_run:
        print("\nnot run:")
        for test in not_run:
            print(f"  {test}")
    failed = sum(result.failed for result in results)
    required = [test for test in not_run if not test.endswith("; optional)")]
    if required and os.environ.get("CI", "").lower() == "true":
        print(f"CI=true: {len(required)} that could not run count as failed")
        failed += len(required)
    print(f"\n{sum(result.passed for result in results)} passed, {failed} failed")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    known = steps("--full" in arguments)
    chosen = [name for name in arguments if name != "--full"] or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"check: no step {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    groups = [tuple(step for step in group if is_there(step)) for name in chosen for group in known[name]]
    try:
        return report([result for group in groups if group for result in run_side_by_side(group)])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def is_there(step: Step) -> bool:
    return all((ROOT / path).exists() for path in step.needs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
