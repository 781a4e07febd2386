"""What the documentation points to exists."""

import re
from pathlib import PurePosixPath

from .tree import ROOT, tracked

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TARGET = re.compile(r"`make ([a-z][a-z0-9-]*)")


def test_every_link_leads_somewhere() -> None:
    broken = []
    for path in tracked("*.md"):
        for link in LINK.findall((ROOT / path).read_text()):
            file, _, _ = link.partition("#")
            if "://" in link or link.startswith("mailto:") or not file:
                continue
            if not (ROOT / PurePosixPath(path).parent / file).exists():
                broken.append(f"{path}: {link}")
    assert not broken


def test_every_make_target_that_is_mentioned_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = {
        (path, target)
        for path in tracked("*.md", "*.py", "*.sh", ".ci/run")
        for target in TARGET.findall((ROOT / path).read_text())
        if target not in targets
    }
    assert not unknown


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][a-z0-9-]*):(.*)$", makefile, re.MULTILINE)
    assert [name for name, rest in targets if "##" not in rest] == []
