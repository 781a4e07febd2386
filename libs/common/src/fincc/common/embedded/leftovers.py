"""What an earlier run may have left behind in a cluster folder: its `postmaster.pid`, and perhaps a running server."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


@dataclass(frozen=True)
class PidFile:
    pid: int
    started: str
    is_ready: bool


def read_pid_file(cluster: Path) -> PidFile | None:
    """What `postmaster.pid` says (its lines: pid, folder, start time, port, socket folder, address, memory, status)."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return PidFile(int(lines[0]), lines[2], len(lines) > 7 and lines[7].strip() == "ready")
    except (FileNotFoundError, IndexError, ValueError):
        return None


def stop_server(cluster: Path) -> None:
    """Stops a server that still runs on `cluster`; forgets a pid that another program has meanwhile."""
    state = read_pid_file(cluster)
    if state is None or not is_alive(state.pid):
        return
    if not _serves(state.pid, cluster):
        # PostgreSQL would take the foreign process for a server of ours and refuse to start.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        return
    for sign, patience_s in PATIENCE_S:
        os.kill(state.pid, sign)
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if not is_alive(state.pid):
                return
            time.sleep(0.02)


def _serves(pid: int, cluster: Path) -> bool:
    working_folder = Path(f"/proc/{pid}/cwd")
    if Path("/proc/self/cwd").exists():
        try:
            return working_folder.samefile(cluster)
        except OSError:
            return False
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(cluster) in listed.stdout


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not yet collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # it ended just now, unless the system has no such files
        return not Path("/proc/self/stat").exists()
    except ProcessLookupError:
        return False
