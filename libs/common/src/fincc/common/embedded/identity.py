"""Under which identity PostgreSQL runs, seeing that it refuses to run as root."""

import os
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

from fincc.common.embedded import _run_as


def choose_identity(data_dir: Path) -> str:
    """The `--as` of `_run_as` that fits this process and this folder: `self`, `namespace` or `uid:gid`.

    Root working below a folder that an ordinary user has closed to others acts as that user, since in a namespace root
    has no right to pass through it.
    """
    if os.geteuid() != 0:
        return "self"
    for folder in data_dir.parents:
        status = folder.stat()
        if status.st_uid not in (0, _run_as.NOBODY) and not status.st_mode & stat.S_IXOTH:
            return f"{status.st_uid}:{status.st_gid}"
    return "namespace" if _namespaces_allowed() else f"{_run_as.NOBODY}:{_run_as.NOBODY}"


def give(path: Path, identity: str) -> None:
    """Makes `path` and what is in it belong to the user behind `identity`, when it does not yet."""
    if os.geteuid() != 0:
        return
    uid, gid = (0, 0) if identity == "namespace" else map(int, identity.split(":"))
    if path.stat().st_uid == uid:
        return
    for folder, _, names in os.walk(path):
        os.chown(folder, uid, gid)
        for name in names:
            os.chown(os.path.join(folder, name), uid, gid, follow_symlinks=False)
    os.chown(path, uid, gid)


def run_as(identity: str, *options: str) -> list[str]:
    """The start of a command line that runs what follows under `identity`."""
    return [sys.executable, "-I", "-S", _run_as.__file__, "--as", identity, *options, "--"]


@cache
def _namespaces_allowed() -> bool:
    probe = subprocess.run(run_as("namespace"), capture_output=True, check=False)
    return probe.returncode == 0
