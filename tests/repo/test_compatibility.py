"""The version that is being built and the last release understand each other, so that both may run side by side.

What this looks at is text: contracts of topics and routes, migrations. `tests/e2e/test_upgrade.py` runs both.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from scripts import gen_proto
from scripts.releases import NotInHistory, Release, code_of, intended_breaks, releases

from fincc.common.testing.peers import not_run
from fincc.common.topology import SERVICES, TOPICS

from . import migration_breaks, openapi_breaks
from .tree import ROOT

LAST = releases()[0]
NAMES = [spec.name for spec in SERVICES]


@pytest.fixture(scope="module")
def code() -> Path:
    """The last release as git has it."""
    try:
        return code_of(LAST)
    except NotInHistory as missing:
        not_run(str(missing), optional=True)  # a checkout without history is no missing peer


def test_every_release_is_a_commit_with_its_version_and_a_part_of_the_changelog(code: Path) -> None:
    first, *heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    listed = [release.version for release in releases()]
    assert first == "Unreleased"
    assert heads in (listed, [version_here(), *listed]), "the commit of a release is listed by the one after it"
    numbers = [release.number for release in releases()]
    assert numbers == sorted(set(numbers), reverse=True)
    for release in releases():
        settings = (code_of(release) / "libs/common/pyproject.toml").read_text()
        assert tomllib.loads(settings)["project"]["version"] == release.version


def version_here() -> str:
    found: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return found


def test_all_parts_have_one_version_no_older_than_the_last_release() -> None:
    found = {tomllib.loads(path.read_text())["project"]["version"] for path in ROOT.glob("*/*/pyproject.toml")}
    charts = ROOT.glob("deploy/helm/*/Chart.yaml")
    found |= set(re.findall(r'^appVersion: "(.*)"$', "\n".join(p.read_text() for p in charts), re.MULTILINE))
    found.add(json.loads((ROOT / "frontend/package.json").read_text())["version"])
    assert found == {version_here()}
    assert Release(version_here(), "", "").number >= LAST.number


def test_messages_are_understood_both_ways(code: Path, tmp_path: Path) -> None:
    contracts = []
    for name, folder in (("old", code / "proto"), ("new", ROOT / "proto")):
        (tmp_path / name).mkdir()
        contracts.append(gen_proto.contract(gen_proto.compile_protos(folder, tmp_path / name)[1]))
    old, new = contracts
    given_up = [
        f"{message}: field {number} ({was}) was given up: whoever runs {LAST.version} still waits for it"
        for message, fields in old.items()
        for number, was in fields.items()
        if was != "reserved" and new.get(message, {}).get(number) == "reserved"
    ]
    assert gen_proto.breaks(old, new) + given_up == []


def test_topics_keep_what_they_carry_and_their_partitions(code: Path) -> None:
    """Both versions read and write the same topics; a key must not move to another partition."""
    old = module_of(code / "libs/common/src/fincc/common/topology.py", "topology_of_the_release")
    then = {topic.name: (topic.body, topic.partitions) for topic in old.TOPICS}
    now = {topic.name: (topic.body, topic.partitions) for topic in TOPICS}
    assert {name: now.get(name) for name in then} == then


def module_of(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # data classes look their module up
    spec.loader.exec_module(module)
    return module


def test_clients_of_the_last_release_find_what_they_ask_for(code: Path) -> None:
    """Scripts, pipelines, and pages of the app that are open while it is upgraded."""
    old, new = (json.loads((folder / "docs/reference/openapi.json").read_text()) for folder in (code, ROOT))
    intended = intended_breaks()
    found = openapi_breaks.find_breaks(old, new)
    assert [sentence for sentence in found if sentence not in intended] == []
    assert [sentence for sentence in intended if sentence not in found] == [], "these break nothing any more"
    assert all(why.strip() for why in intended.values())


def migrations(folder: Path, service: str) -> dict[str, str]:
    """File name → source."""
    found = folder.glob(f"services/{service}/src/fincc/{service}/migrations/versions/*.py")
    return {path.name: path.read_text() for path in found}


@pytest.mark.parametrize("service", NAMES)
def test_a_migration_that_was_released_does_what_it_did(code: Path, service: str) -> None:
    then, now = migrations(code, service), migrations(ROOT, service)
    changed = [
        name
        for name, source in then.items()
        if migration_breaks.without_words(now.get(name, "")) != migration_breaks.without_words(source)
    ]
    assert changed == [], f"who has {LAST.version} has run them as they were; add a new one"


@pytest.mark.parametrize("service", NAMES)
def test_migrations_since_the_last_release_only_add(code: Path, service: str) -> None:
    """The last release runs on under them; what it does not use may go, when the migration says so."""
    released = migrations(code, service)
    for name, source in migrations(ROOT, service).items():
        if name not in released:
            given_up = migration_breaks.contracts(source)
            found = [
                b for b in migration_breaks.find_breaks(source) if not (b.what == "is dropped" and b.place in given_up)
            ]
            assert found == [], f"{service} {name}: {LAST.version} runs on under this migration"
            assert [place for place in given_up if is_used(code, service, place)] == [], f"{LAST.version} uses it"


def is_used(code: Path, service: str, place: str) -> bool:
    """Whether the service's code of the release has the name of this table or table.column in it."""
    word = re.compile(rf"\b{place.rpartition('.')[2]}\b")
    sources = (code / f"services/{service}/src").rglob("*.py")
    return any(word.search(path.read_text()) for path in sources if "migrations" not in path.parts)
