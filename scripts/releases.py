"""The releases that deploy/releases.yaml lists, and the code of one as git has it."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import yaml
from scripts.generated import ROOT

from fincc.common.testing.cached import cached

LIST = ROOT / "deploy/releases.yaml"
KEPT = ("libs", "services", "proto", "docs/reference/openapi.json")


class NotInHistory(Exception):
    """The commit of a release cannot be had from this clone; the text says what was tried."""


@dataclass(frozen=True)
class Release:
    version: str
    commit: str
    date: str

    @property
    def number(self) -> tuple[int, ...]:
        return tuple(map(int, self.version.split(".")))


def releases() -> list[Release]:
    """Newest first."""
    return [
        Release(entry["version"], entry["commit"], str(entry["date"]))
        for entry in yaml.safe_load(LIST.read_text())["releases"]
    ]


def intended_breaks() -> dict[str, str]:
    """What the next release breaks on purpose → why."""
    found: dict[str, str] = yaml.safe_load(LIST.read_text())["intended_breaks"]
    return found


def code_of(release: Release) -> Path:
    """A folder with `KEPT` as the release has it, made once for all checkouts of a machine. Raises NotInHistory."""

    def fetch(folder: Path) -> None:
        found = subprocess.run(
            ["git", "archive", "--format=tar", release.commit, *KEPT], cwd=ROOT, capture_output=True, check=False
        )
        if found.returncode != 0:
            said = found.stderr.decode(errors="replace").strip()
            raise NotInHistory(f"this clone has no commit {release.commit[:12]} of release {release.version}: {said}")
        with tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
            archive.extractall(folder, filter="data")

    return cached(f"release-{release.version}-{release.commit[:12]}", fetch)


def python_path(code: Path) -> str:
    """What PYTHONPATH must be for an interpreter to run `code` instead of what is installed."""
    return ":".join(map(str, [code / "libs/common/src", *sorted(code.glob("services/*/src"))]))
