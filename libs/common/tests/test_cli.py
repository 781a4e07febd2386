"""The command line: quick help, exit codes, errors that say what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from fincc.common.cli import COMMANDS, cli
from fincc.common.cli.client import _problem
from fincc.common.cli.output import money, percent, show_json, show_table
from fincc.common.testing.command_line import FINCC, answering

pytestmark = pytest.mark.slow


def run(*args: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"XDG_CONFIG_HOME": str(home), "PATH": "/usr/bin:/bin"}
    return subprocess.run([FINCC, *args], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_help_names_every_command_and_imports_none_of_them(tmp_path: Path) -> None:
    code = (
        "import sys; from fincc.common.cli import cli; cli(['--help'], standalone_mode=False); "
        "print([m for m in ('httpx', 'fastapi', 'sqlalchemy', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert done.stdout.strip().endswith("[]")


def test_help_answers_within_half_a_second(tmp_path: Path) -> None:
    best = min(_seconds(tmp_path) for _ in range(5))
    assert best < 0.5


def _seconds(home: Path) -> float:
    start = time.process_time(), time.monotonic()
    run("--help", home=home)
    return time.monotonic() - start[1]


def test_every_command_can_be_loaded_and_has_help() -> None:
    with cli.make_context("fincc", ["--help"], resilient_parsing=True) as context:
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None
            assert command.help, name


def test_an_answer_of_no_ends_with_1(tmp_path: Path) -> None:
    environment = {
        "XDG_CONFIG_HOME": str(tmp_path),
        "PATH": "/usr/bin",
        "FINCC_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/x",
    }
    done = subprocess.run([FINCC, "check-config"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "FAIL  database" in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["reconcile"], "fincc up"),
        (["rebuild", "gateway"], "reads no costs"),
        (["export", "focus", "--version", "1.2", "--period", "2026-10", "--out", "x.txt"], ".parquet or .csv"),
        (["nonsense"], "No such command"),
        (["migrate"], "FINCC_DATABASE_URL"),
        (["migrate", "cockpit"], "FINCC_DATABASE_URL"),
        (["migrate", "topics"], "FINCC_KAFKA_BOOTSTRAP"),
        (["migrate", "warehouse"], "no target 'warehouse'; there are gateway"),
        (["demo-bill", "x", "--as-of", "yesterday"], "YYYY-MM-DD"),
    ],
)
def test_what_cannot_run_ends_with_2_and_says_what_to_do(tmp_path: Path, args: list[str], said: str) -> None:
    done = run(*args, home=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/gateway/v1/session", "try again\nthe user name or the password is wrong"),
        (
            "/api/gateway/v1/tokens",
            "try again\nset FINCC_TOKEN, or run this as the user who started `fincc up` on this machine",
        ),
    ],
)
def test_who_is_not_let_in_is_told_what_was_not_right(path: str, said: str) -> None:
    asked = httpx.Request("POST", f"http://fincc.example{path}")
    assert _problem(httpx.Response(401, json={"detail": "try again"}, request=asked)) == said


def test_unknown_money_is_a_dash_and_never_a_zero() -> None:
    assert (money(None), money("0"), money("1234.5")) == ("–", "0.00", "1,234.50")
    assert (percent(None), percent(-3.25)) == ("–", "-3.2 %")


def test_a_source_is_paused_and_resumed_by_name() -> None:
    def look(_method: str, _path: str, body: dict[str, bool]) -> tuple[int, object]:
        next_look = None if body["paused"] else "2026-11-24T05:00:00Z"
        return 200, {"name": "aws", "paused": body["paused"], "next_look_at": next_look}

    with answering(look) as line:
        said = [line.run("source", verb, "aws").stdout for verb in ("pause", "resume")]
    path = "/api/ingestion/v1/sources/aws"
    assert line.sent == [("PATCH", path, {"paused": True}), ("PATCH", path, {"paused": False})]
    assert said == [
        "paused aws; go on with: fincc source resume aws\n",
        "resumed aws; next look: 2026-11-24T05:00:00Z\n",
    ]


def table(capsys: pytest.CaptureFixture[str], *names: str) -> list[str]:
    show_table(("team", "cost"), [(name, "1.00") for name in names], frozenset({1}))
    return capsys.readouterr().out.splitlines()


def test_wide_characters_and_marks_leave_the_columns_of_a_table_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    assert table(capsys, "plain-name", "🚀 rocket", "決済", "e\u0301te\u0301") == [
        "team        cost",
        "plain-name  1.00",
        "🚀 rocket   1.00",
        "決済        1.00",
        "e\u0301te\u0301         1.00",
    ]


def test_right_to_left_names_are_isolated_so_that_costs_stay_in_their_column(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, hebrew, arabic, plain = table(capsys, "צוות", "فريق", "team")
    assert hebrew == "\u2068צוות\u2069  1.00"
    assert arabic == "\u2068فريق\u2069  1.00"
    assert plain == "team  1.00"


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2Jb", "a\u202eb", "a\x9bb", "a\u2028b", "a\rb", "a\tb"])
def test_a_name_can_neither_break_a_line_nor_steer_the_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = table(capsys, name)
    assert len(lines) == 2
    assert lines[1].startswith("a\N{REPLACEMENT CHARACTER}")
    assert lines[1].isprintable()


def test_json_has_every_name_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["🚀", "צוות", "=cmd()", "a\nb", "a\u202eb", "👩‍💻"]
    show_json({"names": names})
    assert json.loads(capsys.readouterr().out) == {"names": names}
