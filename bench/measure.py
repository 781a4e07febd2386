"""CPU, memory and time of processes. All of it is read from the kernel, nothing is estimated."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
SERVERS = ("postgres", "java", "fincc.common.embedded")


def is_server(pid: int) -> bool:
    """PostgreSQL, the broker, and what watches over them: no part of the product's own processes."""
    with suppress(FileNotFoundError, ProcessLookupError):  # it may just have ended
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return any(name in command for name in SERVERS)
    return False


def children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):  # it may just have ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # threads come and go
                found += map(int, (task / "children").read_text().split())
    return found


def family(pid: int) -> list[int]:
    """A process and those below it that are the product's own."""
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        with suppress(FileNotFoundError, ProcessLookupError):
            left += [child for child in children(found[-1]) if not is_server(child)]
    return found


def cpu_s(pid: int) -> float:
    """User and system time of the product's processes below `pid`, this one and those that have ended included."""
    return sum(sum(_times(p)) for p in family(pid))


def own_part_s(pid: int) -> float:
    """CPU of one process without those below it, running or ended."""
    return sum(_times(pid)[:2])


def server_cpu_s(pid: int) -> float:
    """User and system time of a server with all its processes, those that have ended included."""
    return sum(_times(pid)) + sum(map(server_cpu_s, children(pid)))


def _times(pid: int) -> list[float]:
    """Seconds of user and system time: its own, then that of the children it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return [0.0] * 4
    return [int(ticks) / TICK for ticks in fields[11:15]]


def peak_mib(pid: int) -> float:
    """Largest resident memory so far of any one process below `pid`."""
    return max(map(own_peak_mib, family(pid)))


def own_peak_mib(pid: int) -> float:
    """Largest resident memory so far of one process."""
    with suppress(FileNotFoundError, ProcessLookupError):  # it may just have ended
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def machine_busy_s() -> float:
    """CPU seconds that all processes of the machine have used since it started."""
    user, nice, system, _, _, irq, soft, steal, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + soft + steal) / TICK


def own_cpu_s() -> float:
    """CPU of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@dataclass(frozen=True)
class Cost:
    """What a piece of work took."""

    cpu_s: float
    wall_s: float
    peak_mib: float = 0.0
    detail: dict[str, Any] | None = None


def run_apart(module: str, *arguments: str, timeout_s: float = 1800) -> Cost:
    """Run `python -m module` in a process of its own; it prints one JSON line made by `report`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=timeout_s, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    said = json.loads(done.stdout.splitlines()[-1])
    return Cost(said.pop("cpu_s"), said.pop("wall_s"), said.pop("peak_mib"), said)


class Stopwatch:
    """CPU of this process and wall time between making it and `stop`."""

    def __init__(self) -> None:
        self._cpu, self._wall = own_cpu_s(), time.perf_counter()

    def stop(self) -> Cost:
        return Cost(own_cpu_s() - self._cpu, time.perf_counter() - self._wall, own_peak_mib(os.getpid()))


def report(cost: Cost, **detail: Any) -> None:
    """The line that `run_apart` reads."""
    print(json.dumps({"cpu_s": cost.cpu_s, "wall_s": cost.wall_s, "peak_mib": cost.peak_mib, **detail}))


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 1) - 1).__int__())]
