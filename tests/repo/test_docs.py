"""What the documentation points to exists."""

import re
import subprocess
import sys
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


SETTINGS = "docs/reference/settings.md"
SETTINGS_CLASS = re.compile(r"^class (\w+)\(BaseSettings\):(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
ALIAS = re.compile(r'validation_alias="(\w+)"')
SETTING = re.compile(r"^    (\w+): [^\n]*= Field\(", re.MULTILINE)


def test_the_page_of_settings_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.gen_settings", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_setting_of_any_part_is_missing_on_its_page() -> None:
    page = (ROOT / SETTINGS).read_text()
    classes = [
        found
        for path in tracked("libs/*/src/*.py", "services/*/src/*.py")
        for found in SETTINGS_CLASS.findall((ROOT / path).read_text())
    ]
    assert len(classes) >= 6
    for name, body in classes:
        prefix = re.search(r'env_prefix="(\w+)"', body)
        named = [prefix[1] + f.upper() for f in SETTING.findall(body)] if prefix else ALIAS.findall(body)
        assert named, name
        assert [variable for variable in named if f"`{variable}`" not in page] == [], name


def test_the_page_of_settings_shows_no_secret() -> None:
    secrets = [line for line in (ROOT / SETTINGS).read_text().splitlines() if "| secret |" in line]
    assert len(secrets) >= 4
    assert all("| secret |  |" in line for line in secrets)


def test_every_setting_that_a_page_names_exists() -> None:
    known = set(re.findall(r"`((?:FINCC|XDG)_\w+)`", (ROOT / SETTINGS).read_text()))
    unknown = {
        (path, name)
        for path in tracked("README.md", "docs/howto/*.md", "docs/runbooks/*.md")
        for name in re.findall(r"\bFINCC_[A-Z0-9_]*[A-Z0-9]\b(?![*_…])", (ROOT / path).read_text())
        if name not in known
    }
    assert not unknown


def test_every_identity_provider_that_is_named_has_its_section() -> None:
    text = (ROOT / "docs/howto/configure-sign-in.md").read_text()
    sections = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL))
    for provider in ("Okta", "Entra ID", "Keycloak", "Google"):
        assert "FINCC_GATEWAY_OIDC_ISSUER=https://" in sections[provider], provider


ODD_BILLS = "docs/reference/odd-bills.md"


def test_every_row_of_the_odd_bills_names_tests_that_exist() -> None:
    rows = [line.split("|")[1:-1] for line in (ROOT / ODD_BILLS).read_text().splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[-1].strip() != "held by"]
    sources = "".join(
        (ROOT / path).read_text() for path in tracked("*/test_*.py", "*.test.ts", "*.test.tsx", "*.spec.ts")
    )
    known = set(re.findall(r"^(?:async )?def (test_\w+)|^test\(\"([^\"]+?)(?: @quick)?\"", sources, re.MULTILINE))
    names = {name for pair in known for name in pair if name}
    assert len(rows) > 40
    for _, _, held_by in rows:
        named = re.findall(r"`(test_\w+)`|\"([^\"]+)\"", held_by)
        assert named, held_by
        assert [a or b for a, b in named if (a or b) not in names] == []


def test_every_attack_names_tests_that_exist() -> None:
    _, _, after = (ROOT / "docs/security.md").read_text().partition("## Attacks that tests make\n")
    table, _, _ = after.partition("\n## ")
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| attack")]
    assert len(rows) > 10
    wrong = []
    for row in rows:
        named = re.findall(r"`([\w./-]+)::([^`]+)`", row.rsplit(" | ", 1)[1])
        if not named:
            wrong.append(f"names no test: {row}")
        for path, name in named:
            file = ROOT / path
            what = name.partition("[")[0].split("::")[-1]
            if not file.is_file() or (f"def {what}(" not in file.read_text() and f'"{what}' not in file.read_text()):
                wrong.append(f"{path}::{name}")
    assert not wrong


def test_the_page_of_endpoints_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.gen_endpoints", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_page_of_telemetry_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.gen_telemetry", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_page_of_the_app_is_explained() -> None:
    said = set(re.findall(r"^## (/\S*) — ", (ROOT / "docs/pages.md").read_text(), re.MULTILINE))
    routes = [path.stem for path in (ROOT / "frontend/src/routes").glob("*.tsx")]
    known = {
        "/" + route.removeprefix("_app").removeprefix(".").replace("_.", "/").replace(".", "/").replace("index", "")
        for route in routes
        if route not in ("__root", "_app", "_app.$")
    }
    assert said == known


def test_what_troubleshooting_quotes_is_still_said() -> None:
    code = " ".join(
        re.sub(r'"\s+f?"', "", (ROOT / path).read_text()) for path in tracked("libs/*/src/*.py", "services/*/src/*.py")
    )
    rows = re.findall(
        r"^\|[^|]*\|([^|]*)\|[^|]*\|$", (ROOT / "docs/howto/troubleshooting.md").read_text(), re.MULTILINE
    )
    quotes = [m[1] for cell in rows if (m := re.fullmatch(r" `([^`]+)` ", cell))]
    assert len(quotes) >= 15
    assert [quote for quote in quotes if quote not in code] == []
