"""Runs the checks of the repository one after the other and closes with what passed, failed and did not run.

`check.py STEP… [--full]`, steps as in STEPS. With CI=true a test that did not run for want of a real peer fails the run.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
STEP_TIMEOUT_S = 80 * 60
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CLOSING_LINES = 40


@dataclass
class Step:
    name: str
    command: list[str]
    counts_itself: bool = False  # its output ends with numbers of tests
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
    web = ("frontend/node_modules",)
    everything = ["--full"] if full else []
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
            Step("repository", python("pytest", "-q", "tests/repo"), True, ("tests/repo",)),
            Step("unit, integration, contracts", python("pytest", "-q", "libs", "services", *everything), True),
        ],
        "e2e": [Step("end to end", python("pytest", "-q", "tests/e2e", *everything), True, ("tests/e2e/conftest.py",))],
        "web": [
            Step("web unit", npm("run", "--silent", "test"), True, web),
            Step("web budget", npm("run", "--silent", "check:budget"), needs=("frontend/scripts/check-budget.mjs",)),
        ],
        "browser": [
            Step(
                "browser journeys",
                npm("run", "--silent", "test:e2e:full" if full else "test:e2e"),
                True,
                ("frontend/playwright.config.ts",),
                "" if find_chromium() else "no Chromium here; on Debian and Ubuntu: apt-get install chromium",
            )
        ],
    }


def run(step: Step) -> Result:
    result = Result(step.name)
    if step.missing:
        result.not_run.append(f"{step.name} ({step.missing})")
        return result
    print(f"\n=== {step.name}", flush=True)
    begun = time.monotonic()
    code, said = execute(step.command)
    result.took_s = time.monotonic() - begun
    if step.counts_itself:
        count(said, result)
        result.not_run += not_run_tests(said)
    else:
        result.passed = int(code == 0)
    # A failure that no number tells of, such as a crash of the runner, is one too; pytest's 5 says: no tests.
    if code not in (0, 5) and not result.failed:
        result.failed = 1
    return result


def execute(command: list[str]) -> tuple[int, str]:
    chromium = find_chromium()
    environment = {**os.environ, **({"CHROMIUM_PATH": chromium} if chromium else {})}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    assert process.stdout is not None
    said = bytearray()
    deadline = time.monotonic() + STEP_TIMEOUT_S
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGTERM))
    signal.alarm(max(1, int(deadline - time.monotonic())))
    try:
        while chunk := os.read(process.stdout.fileno(), 65536):
            said += chunk
            sys.stdout.buffer.write(chunk)
            sys.stdout.flush()
        code = process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
        raise
    finally:
        signal.alarm(0)
    return code, COLOUR.sub("", said.decode(errors="replace"))


def count(said: str, result: Result) -> None:
    lines = [line for line in said.splitlines()[-CLOSING_LINES:] if not line.lstrip().startswith("Test Files")]
    found = {word.rstrip("s"): int(number) for number, word in COUNT.findall("\n".join(lines))}
    result.passed = found.get("passed", 0)
    result.failed = found.get("failed", 0) + found.get("error", 0)
    result.skipped = found.get("skipped", 0)


def not_run_tests(said: str) -> list[str]:
    _, _, rest = said.rpartition("- not run: -")
    listed = rest.splitlines()[1:] if rest != said else []
    return [line.strip() for line in listed if line.startswith("  ")]


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
    if any(result.not_run and not result.failed for result in results) and os.environ.get("CI", "").lower() == "true":
        required = [test for test in not_run if not test.endswith("; optional)")]
        if required:
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
    planned = [step for name in chosen for step in known[name] if all((ROOT / path).exists() for path in step.needs)]
    try:
        return report([run(step) for step in planned])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
