"""Files are small, well named, and where the house expects them."""

import re
from pathlib import PurePath

from .tree import ROOT, is_generated, tracked

LONGEST_FILE = 500
CODE = ("*.py", "*.ts", "*.tsx", "*.mjs", "*.css", "*.sh", "*.proto")
BANNED_WORDS = {"utils", "util", "helpers", "helper", "misc", "manager", "managers", "common_utils"}
NOT_PACKAGES = ("/migrations/versions",)


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    long = {
        path: count
        for path in tracked(*CODE)
        if not is_generated(path)
        and "/migrations/" not in path
        and (count := len((ROOT / path).read_text().splitlines())) > LONGEST_FILE
    }
    assert not long, f"split these along what they are about: {long}"


def test_no_file_is_named_after_nothing() -> None:
    vague = [path for path in tracked(*CODE) if BANNED_WORDS & set(re.split(r"[^a-z]+", PurePath(path).stem.lower()))]
    assert not vague, f"name these after what they hold: {vague}"


def test_the_namespace_stays_open() -> None:
    assert not tracked("*/src/fincc/__init__.py"), "fincc is a namespace that many distributions share"


def test_every_folder_of_a_package_is_seen_by_the_import_checker() -> None:
    folders = {str(PurePath(path).parent) for path in tracked("*/src/fincc/*.py")}
    missing = [
        folder
        for folder in sorted(folders)
        if not folder.endswith(NOT_PACKAGES) and not (ROOT / folder / "__init__.py").exists()
    ]
    assert not missing, f"an __init__.py is missing in {missing}"


def test_services_are_built_alike() -> None:
    expected = {"app.py", "errors.py", "settings.py", "tables.py"}
    for package in sorted(ROOT.glob("services/*/src/fincc/*/")):
        found = {path.name for path in package.iterdir()}
        assert expected <= found, f"{package.name} lacks {sorted(expected - found)}"
        assert any(name in found for name in ("api.py", "api")), f"{package.name} lacks api.py"
        assert any(name in found for name in ("usecases.py", "usecases")), f"{package.name} lacks usecases.py"
        assert any(name in found for name in ("repository.py", "repository")), f"{package.name} lacks repository.py"
