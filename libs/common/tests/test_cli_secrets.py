"""Secrets of sources and clouds on the command line: read from a file or standard input, warned of otherwise, never repeated."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.command_line import CommandLine, answering

pytestmark = pytest.mark.slow

SECRET = "wJalrXUtnFEMI=K7MDENG"
FIELDS = {
    "access_key_id": {"type": "string"},
    "secret_access_key": {"anyOf": [{"type": "string", "writeOnly": True}, {"type": "null"}]},
    "session_token": {"type": "string", "writeOnly": True},
}
ANSWERS: dict[str, Any] = {
    "/kinds": {"items": [{"kind": "aws_cur", "options": {"properties": FIELDS}}]},
    "/sources/aws": {"name": "aws", "kind": "aws_cur", "secrets": [{"field": "secret_access_key", "set_at": "x"}]},
    "/sources": {"name": "aws"},
    "/secret-rotations": {"key_id": "k-2", "secrets": 5, "rewrapped": 3},
    "/inventories": {
        "name": "main",
        "items": [{"id": "inv_1", "name": "main"}],
    },
    "/inventories/inv_1": {"name": "main", "secrets": [{"field": "external_id", "set_at": "x"}]},
    "/inventory-checks": {"ok": True, "steps": []},
}


class Service:
    """The services as the command line sees them; keeps what it is asked and sent."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refusals: dict[str, str] = {}
        self.line: CommandLine

    def answer(self, _method: str, path: str, _body: object) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.refusals:
            return 409, {"detail": self.refusals[path]}
        return 200, ANSWERS[_short(path)]

    @property
    def sent(self) -> list[tuple[str, str, Any]]:
        return [(method, _short(path), body) for method, path, body in self.line.sent]

    def run(self, *args: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return self.line.run(*args, given=given)

    def options(self) -> Any:
        [(_, _, body)] = self.sent
        return body["options"]


def _short(path: str) -> str:
    return path.removeprefix("/api/ingestion/v1").removeprefix("/api/compliance/v1")


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    with answering(made.answer) as made.line:
        yield made


ADD = ("source", "add", "aws_cur", "--name", "aws", "--location", "s3://bills")


def test_a_secret_comes_from_standard_input_or_a_file_without_its_line_end(service: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a token\r\n")
    token = f"session_token=@{tmp_path}/token"
    done = service.run(
        *ADD,
        *("--option", "access_key_id=AKIA", "--option", "secret_access_key=@-", "--option", token),
        given=f"{SECRET}\n",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert service.options() == {"access_key_id": "AKIA", "secret_access_key": SECRET, "session_token": "a token"}
    assert SECRET not in done.stdout


def test_a_secret_on_the_command_line_is_taken_with_a_warning_that_does_not_repeat_it(service: Service) -> None:
    done = service.run(*ADD, "--option", f"secret_access_key={SECRET}", "--option", "access_key_id=AKIA")
    assert done.returncode == 0
    assert service.options()["secret_access_key"] == SECRET
    assert done.stderr.startswith("warning: secret_access_key stood on the command line")
    assert "secret_access_key=@-" in done.stderr
    assert "access_key_id stood" not in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_source_is_given_another_secret_and_one_is_removed(service: Service) -> None:
    done = service.run(
        *("source", "set", "aws", "--option", "secret_access_key=@-", "--option", "session_token="), given=SECRET
    )
    assert (done.returncode, done.stderr) == (0, "")
    options = {"secret_access_key": SECRET, "session_token": ""}
    assert service.sent == [("PATCH", "/sources/aws", {"options": options})]
    assert done.stdout == "changed aws; secrets that are set: secret_access_key; next: fincc source check aws\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--option", "secret_access_key=@-"), "--option secret_access_key: standard input is empty"),
        (("--option", "secret_access_key=@/nowhere/key"), "/nowhere/key: No such file"),
        (("--option", "region"), "expected KEY=VALUE"),
        ((), "say what to set"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_sent(options: tuple[str, ...], said: str, service: Service) -> None:
    done = service.run("source", "set", "aws", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert service.sent == []


def test_a_rotation_goes_to_every_service_with_secrets_and_says_how_many(service: Service) -> None:
    done = service.run("secrets", "rotate")
    assert service.asked == ["/api/ingestion/v1/secret-rotations", "/api/compliance/v1/secret-rotations"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "sources: 3 of 5 secrets got the key k-2",
        "clouds: 3 of 5 secrets got the key k-2",
        "all have it now; other keys can be removed",
    ]
    assert json.loads(service.run("secrets", "rotate", "--json").stdout).keys() == {"ingestion", "compliance"}


def test_a_rotation_that_one_service_refuses_is_done_in_the_others_and_fails(service: Service) -> None:
    service.refusals = {"/api/ingestion/v1/secret-rotations": "the key 'k-1' is not configured"}
    done = service.run("secrets", "rotate")
    assert done.returncode == 2
    assert done.stdout == "clouds: 3 of 5 secrets got the key k-2\n"
    assert "ingestion (secrets of sources): the key 'k-1' is not configured" in done.stderr


CLOUD = ("cloud", "add", "--name", "main", "--region", "eu-west-1")


def test_a_cloud_is_checked_and_added_with_keys_of_its_own(service: Service) -> None:
    done = service.run(*CLOUD, "--option", "access_key_id=AKIA", "--option", "secret_access_key=@-", given=SECRET)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path for _, path, _ in service.sent] == ["/inventory-checks", "/inventories"]
    for _, _, body in service.sent:
        assert (body["access_key_id"], body["secret_access_key"]) == ("AKIA", SECRET)
        assert "external_id" not in body
    assert SECRET not in done.stdout


def test_a_secret_of_a_cloud_on_the_command_line_is_warned_of(service: Service) -> None:
    done = service.run(*CLOUD, "--option", f"external_id={SECRET}", "--option", "access_key_id=AKIA")
    assert done.returncode == 0
    assert done.stderr.startswith("warning: external_id stood on the command line")
    assert "access_key_id stood" not in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_cloud_is_given_another_secret_and_one_is_removed(service: Service) -> None:
    done = service.run("cloud", "set", "main", "--option", "external_id=@-", "--option", "session_token=", given="acme")
    assert (done.returncode, done.stderr) == (0, "")
    assert service.sent == [("PATCH", "/inventories/inv_1", {"external_id": "acme", "session_token": ""})]
    assert done.stdout == "changed main; secrets that are set: external_id; next: fincc cloud scan main\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [((), "say what to set"), (("--option", "role_name=x"), "a cloud has no such option; there are access_key_id, ")],
)
def test_what_a_cloud_cannot_be_given_is_said_and_nothing_is_sent(
    options: tuple[str, ...], said: str, service: Service
) -> None:
    done = service.run("cloud", "set", "main", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert service.sent == []
