"""The runner of all checks counts what the tools say, and a run that left something out is not green."""

import importlib.util
import sys
from types import ModuleType

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


def step(check: ModuleType, output: str, code: int = 0, *, missing: str = "") -> object:
    program = f"import sys; sys.stdout.write({output!r}); sys.exit({code})"
    return check.Step("example", [sys.executable, "-c", program], counts_itself=True, missing=missing)


@pytest.mark.parametrize(
    ("output", "numbers"),
    [
        ("==== 2 failed, 31 passed, 1 skipped in 3.10s ====\n", (31, 2, 1)),
        ("3 passed, 1 error in 0.5s\n", (3, 1, 0)),
        (" Test Files  1 failed | 9 passed (10)\n      Tests  2 failed | 40 passed (42)\n", (40, 2, 0)),
        ("  1 failed\n    [chromium] › a.spec.ts\n  12 passed (3.1s)\n", (12, 1, 0)),
        ("\x1b[32m7 passed\x1b[0m\n", (7, 0, 0)),
    ],
)
def test_numbers_are_read_from_each_tool(check: ModuleType, output: str, numbers: tuple[int, int, int]) -> None:
    result = check.run(step(check, output))
    assert (result.passed, result.failed, result.skipped) == numbers


def test_a_runner_that_crashes_is_a_failure(check: ModuleType) -> None:
    assert check.run(step(check, "Segmentation fault\n", 139)).failed == 1


def test_a_folder_without_tests_is_no_failure(check: ModuleType) -> None:
    assert check.run(step(check, "no tests ran in 0.01s\n", 5)).failed == 0


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_what_did_not_run_fails_in_ci_alone(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    assert check.report([check.run(step(check, "", missing="no Chromium here"))]) == code
    assert "example (no Chromium here)" in capsys.readouterr().out


def test_tests_that_did_not_run_are_named_at_the_end(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    output = "---- not run: ----\n  tests/e2e/test_a.py::test_b (no broker)\n1 passed, 1 skipped in 1s\n"
    check.report([check.run(step(check, output))])
    closing = capsys.readouterr().out.rpartition("=== summary")[2]
    assert "tests/e2e/test_a.py::test_b (no broker)" in closing
    assert closing.rstrip().endswith("1 passed, 0 failed")
