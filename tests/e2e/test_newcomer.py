"""What a new user does, in a real browser and in the app alone, from an empty installation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fincc.common.testing.peers import not_run

from .conftest import Bill
from .harness import OneProcess

ROOT = Path(__file__).parents[2]


def test_from_an_empty_installation_to_the_untagged_list_of_one_team(
    bill: Bill, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if chromium is None:
        not_run("no Chromium here; on Debian and Ubuntu: apt-get install chromium")
    if not (ROOT / "frontend" / "dist" / "index.html").exists():
        not_run("the app is not built; run `make frontend`")
    with OneProcess(tmp_path_factory.mktemp("newcomer")) as platform:
        password = re.search(r"user (\S+), password (\S+)", platform.log("up"))
        assert password is not None, platform.tail()
        done = subprocess.run(
            [ROOT / "scripts" / "npm.sh", "exec", "--", "playwright", "test", "newcomer"],
            env={
                **platform.environment(),
                "CHROMIUM_PATH": chromium,
                "FINCC_E2E_URL": platform.url,
                "FINCC_E2E_USER": password[1],
                "FINCC_E2E_PASSWORD": password[2],
                "FINCC_E2E_BILL": str(bill.folder),
            },
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert re.search(r"^1 passed, 0 failed", done.stdout, re.MULTILINE), done.stdout[-2000:]
        platform.reconciled()
