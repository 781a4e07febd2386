"""The pytest plugin: what could not run is named, and fails the run where nothing may be left out."""

import pytest

pytestmark = pytest.mark.slow

pytest_plugins = ("pytester",)

INI = """
[pytest]
addopts = -p no:hypothesispytest
asyncio_default_fixture_loop_scope = function
markers =
    kafka: k
    postgres: p
    full: f
"""


@pytest.fixture(autouse=True)
def settings(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini(INI)
    monkeypatch.delenv("CI", raising=False)


def source_of(call: str) -> str:
    return f"from fincc.common.testing.peers import not_run\n\ndef test_with_a_peer():\n    {call}\n"


@pytest.mark.parametrize(
    ("call", "ci", "code"),
    [
        ('not_run("no broker here")', "", 0),
        ('not_run("no broker here")', "true", 1),
        ('not_run("no broker here", optional=True)', "true", 0),
    ],
)
def test_what_did_not_run_is_listed_by_name(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, call: str, ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makepyfile(source_of(call))
    result = pytester.runpytest_inprocess("-q")
    assert result.ret == code
    result.stdout.fnmatch_lines(["*- not run: -*", "*::test_with_a_peer (no broker here*"])


def test_an_ordinary_skip_is_no_failure_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile("import pytest\n\ndef test_a():\n    pytest.skip('not on this system')\n")
    result = pytester.runpytest_inprocess("-q")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*not run:*")


def test_tests_of_a_real_server_are_marked_by_the_fixture_they_ask_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_a(postgres_dsn): ...\ndef test_b(kafka_bootstrap): ...\ndef test_c(): ...\n")
    result = pytester.runpytest_inprocess("-m", "not postgres and not kafka")
    result.assert_outcomes(passed=1, deselected=2)


@pytest.mark.parametrize(("arguments", "passed"), [((), 1), (("--full",), 2)])
def test_the_whole_matrix_is_run_when_asked_for(
    pytester: pytest.Pytester, arguments: tuple[str, ...], passed: int
) -> None:
    seeds = "[1, pytest.param(2, marks=pytest.mark.full)]"
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.parametrize('seed', {seeds})\ndef test_a(seed): ...\n")
    pytester.runpytest_inprocess(*arguments).assert_outcomes(passed=passed, deselected=2 - passed)


@pytest.mark.postgres
def test_the_servers_that_were_used_are_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_a(postgres_dsn):\n    assert postgres_dsn\n")
    pytester.runpytest_inprocess("-q").stdout.fnmatch_lines(["ran against PostgreSQL *"])
