"""17: seconds from `make demo` in a fresh clone, with packages cached, to the first number on screen."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.measure import ROOT
from bench.results import Measurement, not_measured
from bench.session import Session, say

from fincc.common.testing.ports import free_port

NAME = "`make demo` in a fresh clone → first number"
DEADLINE_S = 900.0
FIRST_NUMBER = re.compile(rb"^\d+ days to \d{4}-\d\d-\d\d", re.MULTILINE)


def measure(session: Session) -> list[Measurement]:
    with tempfile.TemporaryDirectory(prefix="fincc-bench-demo-", ignore_cleanup_errors=True) as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        say("make demo in a fresh clone")
        seconds, said = _demo(clone)
    if seconds is None:
        last = said.decode(errors="replace").strip().splitlines()[-1:] or ["nothing was printed"]
        return [not_measured(17, NAME, f"`make demo` ended without a number: {last[0][:200]}")]
    again = "the environment and the web app are made anew from the caches of this machine"
    return [Measurement(17, NAME, seconds, "s", 60, 20, note=again)]


def _demo(clone: Path) -> tuple[float | None, bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FINCC_") and k != "PYTHONPATH"}
    environment |= {"XDG_CONFIG_HOME": str(clone.parent / "config"), "PYTHONUNBUFFERED": "1"}
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "demo", f"PORT={free_port()}", f"DATA={clone.parent / 'data'}"], cwd=clone, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    said = b""
    try:
        while time.monotonic() - begun < DEADLINE_S and process.poll() is None:
            said += process.stdout.read() or b""
            if FIRST_NUMBER.search(said):
                return time.monotonic() - begun, said
            time.sleep(0.05)
        said += process.stdout.read() or b""
        return None, said
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
