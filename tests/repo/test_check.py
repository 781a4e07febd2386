"""The runner of all checks counts what the tools say, and a run that left something out is not green."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .tree import ROOT


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check", ROOT / "scripts" / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check"] = module
    spec.loader.exec_module(module)
    return module


def run(check: ModuleType, one: object) -> Any:
    return check.run(one, check.Told())


def step(check: ModuleType, program: str, *, counts: str = "by line", missing: str = "") -> object:
    return check.Step("example", [sys.executable, "-c", program], counts, missing=missing)


def pytest_step(check: ModuleType, folder: Path, source: str) -> object:
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:hypothesispytest\n")
    (folder / "test_example.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(folder / "pytest.ini")]
    return check.Step("example", [*command, str(folder)], "pytest")


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("40 passed, 2 failed", (40, 2, 0)),
        ("29 passed, 3 failed, 1 skipped", (29, 3, 1)),
        ("1 passed, 9 failed\n12 passed, 0 failed\nnoise from a worker", (12, 0, 0)),
        ("\x1b[32m7 passed, 0 failed\x1b[0m", (7, 0, 0)),
    ],
)
def test_numbers_are_read_from_the_closing_line(check: ModuleType, line: str, numbers: tuple[int, int, int]) -> None:
    result = run(check, step(check, f"print({line!r})"))
    assert (result.passed, result.failed, result.skipped) == numbers


def test_tests_of_pytest_are_counted_even_when_it_dies(check: ModuleType, tmp_path: Path) -> None:
    source = "import os\n\ndef test_a(): ...\ndef test_b(): assert 0\ndef test_c(): os._exit(3)\n"
    result = run(check, pytest_step(check, tmp_path, source))
    assert (result.passed, result.failed) == (1, 1)


def test_what_failed_is_named_once_at_the_end_with_the_beginning_of_why(
    check: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (
        "import pytest\n\n@pytest.fixture\ndef broken():\n    yield\n    assert 1 == 2, 'on the way out'\n"
        "def test_a(broken):\n    assert 0, f'first\\n{9000 * \"x\"}'\ndef test_b(broken): ...\ndef test_c(): ...\n"
    )
    results = [
        run(check, pytest_step(check, tmp_path, source)),
        run(check, step(check, "print('failed: a.spec.ts › it works: \x1b[31mno\x1b[0m\\n\\n3 passed, 1 failed')")),
        run(check, step(check, "raise SystemExit(4)", counts="as one")),
        run(check, step(check, "", counts="as one")),
    ]
    assert check.report(results) == 1
    told = capsys.readouterr().out.partition("failed:\n")[2].splitlines()
    assert told[0].startswith("  test_example.py::test_a: test_example.py:8: AssertionError: first xxx")
    assert len(told[0]) < 500
    assert told[1] == "  test_example.py::test_b: test_example.py:6: AssertionError: on the way out assert 1 == 2"
    assert told[2:] == ["  a.spec.ts › it works: no", "  example: ended with 4", "", "5 passed, 4 failed"]


def test_a_test_that_did_not_run_is_named(check: ModuleType, tmp_path: Path) -> None:
    source = "from fincc.common.testing.peers import not_run\n\ndef test_a(): not_run('no broker')\n"
    result = run(check, pytest_step(check, tmp_path, source))
    assert [line.rpartition("::")[2] for line in result.not_run] == ["test_a (no broker)"]
    assert (result.failed, result.skipped) == (0, 1)


def test_a_runner_that_crashes_is_a_failure(check: ModuleType) -> None:
    assert run(check, step(check, "import os; os.abort()")).failed == 1


def test_a_folder_without_tests_is_no_failure(check: ModuleType) -> None:
    assert run(check, step(check, "raise SystemExit(5)", counts="pytest")).failed == 0


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_what_did_not_run_fails_in_ci_alone(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    assert check.report([run(check, step(check, "", missing="no Chromium here"))]) == code
    said = capsys.readouterr().out
    assert "example (no Chromium here)" in said
    assert said.rstrip().endswith(f"0 passed, {code} failed")


def test_what_is_optional_is_named_and_fails_nowhere(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert check.report([check.Result("example", passed=1, not_run=["test_a (no Python 3.12; optional)"])]) == 0
    assert "test_a (no Python 3.12; optional)" in capsys.readouterr().out


def test_two_steps_run_at_a_time_the_quiet_ones_last_and_are_told_one_after_the_other(
    check: ModuleType, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    names = ("3", "4", "5")
    meeting = (
        "import pathlib, sys, time; mine, other = map(pathlib.Path, sys.argv[1:]); mine.touch(); print('here', flush=True)\n"
        "while not other.exists(): time.sleep(0.01)\n"
        "print(f'{mine.name} passed, 0 failed'); mine.with_suffix('.done').touch()"
    )
    quiet = "import pathlib, sys; print(f'{sum(pathlib.Path(p).exists() for p in sys.argv[1:])} passed, 0 failed')"
    # The third meets nobody but itself, so it may run at any time; the first two need each other.
    pairs = (names[:2], names[1::-1], names[2:] * 2)
    steps = [command(check, f"step {pair[0]}", meeting, *(tmp_path / name for name in pair)) for pair in pairs]
    alone = command(check, "quiet", quiet, *((tmp_path / name).with_suffix(".done") for name in names))
    alone.alone = True
    results = check.run_all([alone, *steps])
    assert [(r.name, r.passed) for r in results] == [("step 3", 3), ("step 4", 4), ("step 5", 5), ("quiet", 3)]
    said = [f"=== step {name}\nhere\n{name} passed, 0 failed\n" for name in names]
    assert capfdbinary.readouterr().out.decode() == "".join(
        f"\n{text}" for text in (*said, "=== quiet\n3 passed, 0 failed\n")
    )


def command(check: ModuleType, name: str, program: str, *paths: Path) -> Any:
    return check.Step(name, [sys.executable, "-c", program, *map(str, paths)], "by line")


@pytest.mark.slow
def test_tests_have_the_same_names_whenever_they_are_collected() -> None:
    """Else they cannot be shared out between processes, as `make test-unit` does."""
    folders = ["libs", *(str(path) for path in (ROOT / "services").glob("*/tests/unit"))]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *folders]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (process.communicate()[0].rpartition("\n\n")[0].splitlines() for process in processes)
    assert first == second
    assert len(first) > 1_000
