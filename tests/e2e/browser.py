"""Journeys of the app in a real browser, against a platform that runs here."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .harness import OneProcess, wait_for

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Browser:
    chromium: str

    def walk(self, platform: OneProcess, *chosen: str, timeout_s: float = 300, **settings: str) -> int:
        """Runs the chosen journeys of `frontend/e2e`, signed in with the one-time link that the platform said
        last. Returns how many passed; none may fail."""
        links = wait_for(lambda: re.findall(r"http://\S+/signin/once\?code=\S+", platform.log(platform.command)), 20)
        assert links, platform.tail()
        done = subprocess.run(
            [ROOT / "scripts" / "npm.sh", "exec", "--", "playwright", "test", *chosen],
            env={
                **platform.environment(),
                "CHROMIUM_PATH": self.chromium,
                "FINCC_E2E_URL": platform.url,
                "FINCC_E2E_SIGNIN": links[-1],
                **settings,
            },
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:] + platform.tail()
        passed = re.search(r"^(\d+) passed, 0 failed", done.stdout, re.MULTILINE)
        assert passed, done.stdout[-2000:]
        return int(passed[1])
