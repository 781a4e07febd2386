"""Signing in with the company account, in a real browser, in front of a certified identity provider."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fincc.common.testing.ports import free_port

from .browser import ROOT, Browser
from .harness import OneProcess

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


def test_the_company_account_signs_in_and_out_and_passwords_are_off(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
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
            assert browser.walk(platform, "company-account", FINCC_E2E_PROVIDER=issuer) == 1
