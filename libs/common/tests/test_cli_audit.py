"""`fincc audit` says which chain is broken, cut or written anew, by its exit code too."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from fincc.common.audit_reading import BrokenEntry, ChainState
from fincc.common.testing.command_line import CommandLine, answering
from fincc.common.topology import SERVICES

pytestmark = pytest.mark.slow


class Instance:
    """Answers as a running instance whose chains are as a test wants them: hash N of a service is `service-N`."""

    def __init__(self) -> None:
        self.length = {spec.name: 5 for spec in SERVICES}
        self.broken: dict[str, int] = {}
        self.down: set[str] = set()
        self.name = "hash"
        self.line: CommandLine

    def answer(self, _method: str, path: str, _body: object) -> tuple[int, object]:
        url = urlsplit(path)
        service = url.path.split("/")[2]
        assert url.path == f"/api/{service}/v1/audit/verification"
        known = parse_qs(url.query).get("known")
        if service in self.down:
            return 503, {"detail": f"the service {service!r} does not answer"}
        return 200, self.state(service, int(known[0]) if known else None).model_dump(mode="json")

    def state(self, service: str, known: int | None) -> ChainState:
        n, broken = self.length[service], self.broken.get(service)
        return ChainState(
            service=service,
            entries=n,
            verified=broken - 1 if broken else n,
            head=f"{self.name}-{n}",
            broken=BrokenEntry(seq=broken, reason="its hash does not fit") if broken else None,
            known_hash=f"{self.name}-{known}" if known and known <= n else None,
        )

    def audit(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.line.run("audit", *args)


@pytest.fixture
def instance() -> Iterator[Instance]:
    made = Instance()
    with answering(made.answer) as made.line:
        yield made


def heads(instance: Instance, home: Path) -> str:
    done = instance.audit("heads")
    assert done.returncode == 0, done.stderr
    file = home / "heads.json"
    file.write_text(done.stdout)
    return str(file)


def test_chains_that_are_whole_end_with_0_and_are_listed(instance: Instance) -> None:
    done = instance.audit("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == [spec.name for spec in SERVICES]
    answer = json.loads(instance.audit("verify", "--json").stdout)
    assert [c["problem"] for c in answer["chains"]] == [None] * len(SERVICES)


def test_a_broken_chain_ends_with_1_and_is_named_with_its_entry(instance: Instance) -> None:
    instance.broken["ingestion"] = 3
    done = instance.audit("verify")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "ingestion" in line]
    assert "broken at entry 3: its hash does not fit" in line
    assert instance.audit("heads").returncode == 1, "heads of a broken chain are worth nothing"


def test_a_service_that_is_down_ends_with_2_and_a_broken_chain_beside_it_with_1(instance: Instance) -> None:
    instance.down.add("cockpit")
    done = instance.audit("verify")
    assert done.returncode == 2
    assert "cockpit could not be verified" in done.stderr
    assert instance.audit("heads").returncode == 2
    instance.broken["gateway"] = 1
    assert instance.audit("verify").returncode == 1


def test_heads_of_before_find_a_chain_that_was_cut_or_written_anew(instance: Instance, tmp_path: Path) -> None:
    file = heads(instance, tmp_path)
    assert instance.audit("verify", "--heads", file).returncode == 0
    instance.length["gateway"] = 9
    assert instance.audit("verify", "--heads", file).returncode == 0, "a chain may grow"
    instance.length["gateway"] = 4
    done = instance.audit("verify", "--heads", file)
    assert done.returncode == 1
    assert "cut: entry 5 of the heads is gone, the last one is 4" in done.stdout
    instance.length["gateway"], instance.name = 9, "forged"
    done = instance.audit("verify", "--heads", file)
    assert done.returncode == 1
    assert "written anew: entry 5" in done.stdout


def test_what_is_no_file_of_heads_ends_with_2(instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    for content in ("", "[]", '{"gateway": 5}'):
        file.write_text(content)
        done = instance.audit("verify", "--heads", str(file))
        assert done.returncode == 2
        assert "fincc audit heads" in done.stderr
    assert instance.audit("verify", "--heads", "no-such-file").returncode == 2
