"""The FOCUS Foundation's validator in an environment of its own, in the cache folder: it wants packages older than ours.

Its package brings the rules of FOCUS 1.2, so that nothing is downloaded when it runs.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fincc.common.testing.peers import PeerMissing

VALIDATOR = "focus-validator==2.2.1"
PACKAGES = (VALIDATOR, "pyarrow==20.0.0", "duckdb==1.5.6")
OLDEST_PYTHON = (3, 12)
TIMEOUT_S = 540
_RESULT = re.compile(r"^\S+ (?P<rule>[\w-]+): (?P<result>PASS|FAIL|SKIPPED)\b(?P<rest>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """Rules by their result; of the failed ones only those that look at data themselves, not those made of others."""

    passed: frozenset[str]
    failed: frozenset[str]


def validate(file: Path, version: str) -> Verdict:
    """What the validator says of a CostAndUsage file, by all of its rules. Raises PeerMissing where it cannot be had."""
    folder = _installed()
    package = next(folder.glob("lib/python*/site-packages"))
    done = subprocess.run(
        [
            folder / "bin" / "focus-validator",
            *("--data-file", file.absolute(), "--validate-version", version, "--focus-dataset", "CostAndUsage"),
            *("--applicability-criteria", "ALL", "--block-download"),
        ],
        cwd=package,  # it looks for its list of currencies from there
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    found = list(_RESULT.finditer(done.stdout))
    if not found:
        raise RuntimeError(
            f"the FOCUS validator gave no verdict on {file}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    made_of_others = "failed child rules"
    return Verdict(
        frozenset(m["rule"] for m in found if m["result"] == "PASS"),
        frozenset(m["rule"] for m in found if m["result"] == "FAIL" and made_of_others not in m["rest"]),
    )


def _installed() -> Path:
    """The folder of the environment, made the first time (600 MB)."""
    cache = Path(os.environ.get("FINCC_CACHE_DIR") or Path.home() / ".cache" / "fincc")
    folder = cache / VALIDATOR.replace("==", "-")
    if (folder / "ready").exists():
        return folder
    python = _find_python()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "focus-validator.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _install(python, folder)
    return folder


def _install(python: str, folder: Path) -> None:
    try:
        subprocess.run([python, "-m", "venv", folder], check=True, capture_output=True, text=True, timeout=TIMEOUT_S)
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, *PACKAGES], check=True, capture_output=True, text=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        raise PeerMissing(f"{VALIDATOR} could not be installed: {said.strip().splitlines()[-1]}") from error
    (folder / "ready").touch()


def _find_python() -> str:
    """A Python 3.12 or newer that runs: of the PATH, else of pyenv."""
    named = [shutil.which(name) for name in ("python3.12", "python3.13", "python3.14", "python3")]
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [*filter(None, named), *(str(path) for path in sorted(root.glob("versions/3.1[2-9].*/bin/python")))]
    ask = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    for candidate in candidates:
        with tempfile.TemporaryDirectory() as elsewhere:
            done = subprocess.run([candidate, "-c", ask], cwd=elsewhere, capture_output=True, check=False)
        if done.returncode == 0:
            return candidate
    raise PeerMissing("no Python 3.12 or newer for the FOCUS validator (python3.12 on the PATH, or pyenv)")
