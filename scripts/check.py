"""Runs the checks of the repository and closes with what passed, failed and did not run.

Two at a time, as steps wait a good part of their time; what they say is told one after the other.

`check.py STEP… [--full]`, steps as in `steps`. With CI=true a test that did not run for want of a real peer fails the run.
"""

from __future__ import annotations

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
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
STEP_TIMEOUT_S = 80 * 60
AT_ONCE = 2
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FAILED_LINE = re.compile(r"^failed: (.+)$", re.MULTILINE)
FAILURE_LENGTH = 400
PLAIN_LINE = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.MULTILINE)
RUNNING: set[subprocess.Popen[bytes]] = set()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Step:
    name: str
    command: list[str]
    counts: str = "as one"  # how its tests are counted: "pytest", "by line" (see `count_line`), "as one"
    needs: tuple[str, ...] = ()  # folders and files without which there is nothing to check yet
    missing: str = ""  # why it cannot run on this machine
    alone: bool = False  # after all others, as it judges speed


@dataclass
class Result:
    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    took_s: float = 0.0
    not_run: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # names, with the beginning of what was wrong


class Told:
    """What a step says: kept until its turn has come, shown as it comes from then on."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._has_turn = False
        self._lock = threading.Lock()

    def write(self, text: bytes) -> None:
        with self._lock:
            self._kept += text
            if self._has_turn:
                self._show()

    def take_turn(self) -> None:
        with self._lock:
            self._has_turn = True
            self._show()

    def _show(self) -> None:
        sys.stdout.buffer.write(self._kept)
        sys.stdout.flush()
        self._kept.clear()


def python(module: str, *arguments: str) -> list[str]:
    return [str(BIN / "python"), "-m", module, *arguments]


def npm(*arguments: str) -> list[str]:
    return [str(ROOT / "scripts" / "npm.sh"), *arguments]


def tests(name: str, place: str, *others: str) -> Step:
    """Of pytest, in these folders or files."""
    return Step(name, python("pytest", "-q", place, *others), "pytest", (place,))


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


def steps(full: bool) -> dict[str, list[Step]]:
    """By name."""
    web = ("frontend/node_modules",)
    everything = ["--full"] if full else []
    light = ("services/attribution", "services/cockpit")
    others = sorted({f"services/{f.name}" for f in (ROOT / "services").iterdir() if f.is_dir()} - {*light})
    broken = [f"tests/e2e/test_{name}.py" for name in ("faults", "upgrade", "odd_bills", "full_disk", "back_up")]
    whole = sorted({f"tests/e2e/{f.name}" for f in (ROOT / "tests/e2e").glob("test_*.py")} - {*broken})
    return {
        "lint": [
            Step("ruff", [str(BIN / "ruff"), "check", *sources()]),
            Step("format", [str(BIN / "ruff"), "format", "--check", *sources()]),
            Step("imports", [str(BIN / "lint-imports"), "--no-cache", "--no-logo"]),
            Step("web lint", npm("run", "--silent", "lint"), needs=web),
        ],
        "types": [
            Step("mypy", [str(BIN / "mypy"), *sources()]),
            Step("web types", npm("run", "--silent", "typecheck"), needs=web),
        ],
        "python": [
            tests("other services", *others, *everything),
            tests("libraries, attribution, cockpit", "libs", *light, *everything),
            tests("repository", "tests/repo"),
        ],
        "e2e": [
            tests("end to end, with faults", *broken, *everything),
            tests("end to end", *whole, *everything),
        ],
        "web": [
            Step("web unit", npm("run", "--silent", "test"), "by line", web),
            Step("web budget", npm("run", "--silent", "check:budget"), needs=("frontend/scripts/check-budget.mjs",)),
        ],
        "browser": [
            Step(
                "browser journeys",
                npm("run", "--silent", "test:e2e:full" if full else "test:e2e"),
                "by line",
                ("frontend/playwright.config.ts",),
                "" if find_chromium() else "no Chromium here; on Debian and Ubuntu: apt-get install chromium",
                alone=True,
            )
        ],
    }


def run_all(steps: list[Step]) -> list[Result]:
    """Those that run alone come last."""
    together = [step for step in steps if not step.alone]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = [begin(pool, step) for step in together]
        try:
            results = [told(*one) for one in begun]
            return results + [told(*begin(pool, step)) for step in steps if step.alone]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in tuple(RUNNING):
                os.killpg(process.pid, signal.SIGINT)
            raise


def begin(pool: ThreadPoolExecutor, step: Step) -> tuple[Future[Result], Told]:
    out = Told()
    return pool.submit(run, step, out), out


def told(running: Future[Result], out: Told) -> Result:
    out.take_turn()
    return running.result()


def run(step: Step, out: Told) -> Result:
    result = Result(step.name)
    if step.missing:
        result.not_run.append(f"{step.name} ({step.missing})")
        return result
    out.write(f"\n=== {step.name}\n".encode())
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
        result.failures = result.failures or [f"{step.name}: ended with {code}"]
    return result


def execute(command: list[str], out: Told) -> tuple[int, str]:
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
        code = process.wait()
    finally:
        RUNNING.discard(process)
        too_long.cancel()
    return code, COLOUR.sub("", said.decode(errors="replace"))


def count_outcomes(outcomes: Path, result: Result) -> None:
    """Reads what pytest noted of each test; a test that failed in two ways counts once."""
    seen = [json.loads(line) for line in outcomes.read_text().splitlines()] if outcomes.exists() else []
    failed = {entry["test"]: entry["why"] for entry in reversed(seen) if entry["outcome"] == "failed"}
    result.failed = len(failed)
    result.failures += [f"{test}: {why}" for test, why in reversed(failed.items())]
    result.passed = len({entry["test"] for entry in seen if entry["outcome"] == "passed"} - failed.keys())
    result.skipped = sum(entry["outcome"] == "skipped" for entry in seen)
    result.not_run += [entry["not_run"] for entry in seen if entry["not_run"]]


def count_line(said: str, result: Result) -> None:
    """Reads a line `failed: name: why` for each that failed, and a last one `N passed, N failed`."""
    result.failures += FAILED_LINE.findall(said)
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
    failures = [" ".join(failure.split()) for result in results for failure in result.failures]
    if failures:
        print("\nfailed:")
        for failure in failures:
            print(f"  {shortened(failure)}")
    failed = sum(result.failed for result in results)
    required = [test for test in not_run if not test.endswith("; optional)")]
    if required and os.environ.get("CI", "").lower() == "true":
        print(f"CI=true: {len(required)} that could not run count as failed")
        failed += len(required)
    print(f"\n{sum(result.passed for result in results)} passed, {failed} failed")
    return 1 if failed else 0


def shortened(failure: str) -> str:
    """To a line or two; all of it stands further up."""
    return failure if len(failure) <= FAILURE_LENGTH else f"{failure[:FAILURE_LENGTH]}…"


def main(arguments: list[str]) -> int:
    known = steps("--full" in arguments)
    chosen = [name for name in arguments if name != "--full"] or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"check: no step {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    wanted = [step for name in chosen for step in known[name] if is_there(step)]
    try:
        return report(run_all(wanted))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def is_there(step: Step) -> bool:
    return all((ROOT / path).exists() for path in step.needs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
