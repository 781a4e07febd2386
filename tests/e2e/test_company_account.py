"""Signing in with the company account, in a real browser, in front of a certified identity provider."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fincc.common.testing.peers import not_run

from .harness import OneProcess, free_port

ROOT = Path(__file__).parents[2]
PROVIDER = ROOT / "frontend" / "e2e" / "fixture" / "identity-provider.mjs"


@contextmanager
def identity_provider(app: str) -> Iterator[str]:
    """Its issuer."""
    node: list[str | Path] = [ROOT / "scripts" / "npm.sh", "exec", "--", "node", PROVIDER]
    # A group of its own, because npm stands between us and the server.
    with subprocess.Popen(
        node, env={**os.environ, "IDP_APP": app}, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            issuer = process.stdout.readline().strip()
            assert issuer.startswith("http://127.0.0.1:"), issuer
            yield issuer
        finally:
            os.killpg(process.pid, 15)


def test_the_company_account_signs_in_and_out_and_passwords_are_off(tmp_path_factory: pytest.TempPathFactory) -> None:
    chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if chromium is None:
        not_run("no Chromium here; on Debian and Ubuntu: apt-get install chromium")
    if not (ROOT / "frontend" / "dist" / "index.html").exists():
        not_run("the app is not built; run `make frontend`")
    url = f"http://127.0.0.1:{free_port()}"
    with identity_provider(url) as issuer:
        settings = {
            "PUBLIC_URL": url,
            "LOCAL_SIGN_IN": "false",
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": "fincc",
            "OIDC_CLIENT_SECRET": "a secret: with/signs",
            "OIDC_TITLE": "Example ID",
            "INITIAL_ADMINS": "group:admins",
            "ACCESS_CONTACT": "#finops-help",
        }
        folder = tmp_path_factory.mktemp("company-account")
        gateway = {f"FINCC_GATEWAY_{name}": value for name, value in settings.items()}
        with OneProcess(folder, url, settings=gateway) as platform:
            assert "password" not in platform.log("up")
            link = re.search(r"(http://\S+/signin/once\?code=\S+)", platform.log("up"))
            assert link is not None, platform.tail()
            done = subprocess.run(
                [ROOT / "scripts" / "npm.sh", "exec", "--", "playwright", "test", "company-account"],
                env={
                    **platform.environment(),
                    "CHROMIUM_PATH": chromium,
                    "FINCC_E2E_URL": url,
                    "FINCC_E2E_SIGNIN": link[1],
                    "FINCC_E2E_PROVIDER": issuer,
                },
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:] + platform.tail()
            assert re.search(r"^1 passed, 0 failed", done.stdout, re.MULTILINE), done.stdout[-2000:]
