"""What the runs of `python -m bench size` come to, for each line, key, row and connection: the constants of docs/howto/size.md."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

Runs = Mapping[str, Any]
Step = Mapping[str, Any]

TENTH, FEW_TEAMS, TENTH_WIDE, ALL, WIDE = (
    "a tenth",
    "a tenth, a tenth of the teams",
    "a tenth, ten times the resources",
    "all",
    "all, ten times the resources",
)
ROLLUP = ("cockpit.rollup", "cockpit.owner_day", "cockpit.service_days", "cockpit.team_prefix")


def of(runs: Runs) -> dict[str, float]:
    """To four digits."""
    return {name: float(f"{constant(runs):.4g}") for name, constant in CONSTANTS.items()}


def growth(runs: Runs) -> dict[str, dict[str, float]]:
    """By what each thing is multiplied in each comparison of two runs, or of two steps of one."""
    return {
        thing: {name: round(_times(size, runs, *pair), 2) for name, pair in COMPARISONS.items()}
        for thing, size in THINGS.items()
    }


def _times(size: Callable[[Step], float], runs: Runs, before: tuple[str, str], after: tuple[str, str]) -> float:
    return size(_step(runs, *after)) / size(_step(runs, *before))


def _step(runs: Runs, run: str, step: str) -> Step:
    found: Step = runs[run]["steps"][step]
    return found


def _last(runs: Runs, run: str) -> Step:
    """With the peaks of all steps."""
    *_, found = runs[run]["steps"].values()
    step: Step = found
    return step


def _grown(runs: Runs, run: str, step: str, before: str, kind: str, name: str) -> float:
    """By how much something has become larger in a step, 0 where there was none of it."""
    after, start = _step(runs, run, step)[kind], _step(runs, run, before)[kind]
    return float(after.get(name, 0) - start.get(name, 0))


def _bytes_of(step: Step, *tables: str) -> float:
    return float(sum(step["tables"][t][part] for t in tables for part in ("heap", "indexes", "toast")))


def _per_line(kind: str, name: str) -> Callable[[Runs], float]:
    return lambda runs: _grown(runs, ALL, "bill", "start", kind, name) / runs[ALL]["lines"]


def _per_key(kind: str) -> Callable[[Runs], float]:
    return lambda runs: _step(runs, ALL, "bill")["objects"][kind] / _step(runs, ALL, "bill")["keys"]


def _cpu(process: str) -> Callable[[Runs], float]:
    """Seconds for a million lines."""
    return lambda runs: _step(runs, ALL, "bill")["cpu_s"][process] / (runs[ALL]["lines"] / 1e6)


def _peak(process: str) -> Callable[[Runs], float]:
    """Over all steps, rules changed and resources judged included."""
    return lambda runs: float(_last(runs, ALL)["peak_mib"][process])


def _peak_per_key(process: str, step: str) -> Callable[[Runs], float]:
    """MiB for each million keys more."""

    def constant(runs: Runs) -> float:
        few, many = _step(runs, ALL, step), _step(runs, WIDE, step)
        return float(many["peak_mib"][process] - few["peak_mib"][process]) / ((many["keys"] - few["keys"]) / 1e6)

    return constant


def _judging(runs: Runs) -> float:
    """MiB that judging resources takes for each million keys."""
    before, after = _step(runs, ALL, "bill"), _step(runs, ALL, "finder")
    return float(after["peak_mib"]["compliance"] - before["peak_mib"]["compliance"]) / (after["keys"] / 1e6)


def _rollup_row(runs: Runs) -> float:
    step = _step(runs, ALL, "bill")
    return _bytes_of(step, *ROLLUP) / step["tables"]["cockpit.rollup"]["rows"]


def _key_row(runs: Runs) -> float:
    step = _step(runs, ALL, "bill")
    return _bytes_of(step, "attribution.key_batches") / step["keys"]


def _findings(runs: Runs) -> int:
    rows: int = _step(runs, ALL, "finder")["tables"]["compliance.findings"]["rows"]
    return rows


def _wal(runs: Runs, step: str, before: str) -> int:
    written: int = _step(runs, ALL, step)["wal"] - _step(runs, ALL, before)["wal"]
    return written


def _peak_after(process: str) -> Callable[[Step], float]:
    return lambda step: float(step["peak_mib"][process])


COMPARISONS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "lines": ((TENTH_WIDE, "bill"), (ALL, "bill")),
    "resources": ((TENTH, "bill"), (TENTH_WIDE, "bill")),
    "teams": ((FEW_TEAMS, "bill"), (TENTH, "bill")),
    "month": ((TENTH, "finder"), (TENTH, "month before")),
    "again": ((TENTH, "month before"), (TENTH, "again")),
}
"""Ten times the lines, resources or teams with all else the same; a second month; a delivery that replaces one."""
THINGS: Mapping[str, Callable[[Step], float]] = {
    "topics": lambda step: sum(step["topics"].values()),
    "archive": lambda step: step["objects"]["ingestion/archive"],
    "facts": lambda step: step["objects"]["cockpit/facts"] + step["objects"]["cockpit/facts of keys"],
    "keys": lambda step: step["keys"],
    "groups": lambda step: step["tables"]["cockpit.groups"]["rows"],
    "rollup": lambda step: step["tables"]["cockpit.rollup"]["rows"],
    "owners": lambda step: step["tables"]["cockpit.owner_day"]["rows"],
    "postgres": lambda step: _bytes_of(step, *step["tables"]),
    **{f"peak_{name}": _peak_after(name) for name in ("reader", "attribution", "cockpit", "compliance")},
}

_SERVICES = ("reader", "ingestion", "attribution", "cockpit", "compliance")

CONSTANTS: Mapping[str, Callable[[Runs], float]] = {
    "bill_line": lambda runs: runs[ALL]["bill"] / runs[ALL]["lines"],
    "raw_line": _per_line("topics", "raw-cost"),
    "enriched_line": _per_line("topics", "enriched-cost"),
    "archive_line": _per_line("objects", "ingestion/archive"),
    "keys_resource": lambda runs: _step(runs, ALL, "bill")["keys"] / runs[ALL]["resources"],
    "fact_days": lambda runs: _step(runs, ALL, "bill")["facts"] / _step(runs, ALL, "bill")["keys"],
    "fact": lambda runs: _step(runs, ALL, "bill")["objects"]["cockpit/facts"] / _step(runs, ALL, "bill")["facts"],
    "fact_key": _per_key("cockpit/facts of keys"),
    "sum_key": _per_key("attribution/sums"),
    "compliance_key": _per_key("compliance/keys"),
    "ownership_key": lambda runs: (
        _grown(runs, ALL, "rules", "bill", "objects", "attribution/ownership") / _step(runs, ALL, "rules")["keys"]
    ),
    "key_row": _key_row,
    "groups_measured": lambda runs: _step(runs, ALL, "bill")["tables"]["cockpit.groups"]["rows"],
    "groups_power": lambda runs: math.log(
        THINGS["groups"](_step(runs, WIDE, "bill")) / THINGS["groups"](_step(runs, ALL, "bill")),
        runs[WIDE]["resources"] / runs[ALL]["resources"],
    ),
    "resources_measured": lambda runs: runs[ALL]["resources"],
    "rollup_row": _rollup_row,
    "findings_resource": lambda runs: _findings(runs) / runs[ALL]["resources"],
    "finding": lambda runs: (
        _bytes_of(_step(runs, ALL, "finder"), "compliance.findings", "compliance.events") / _findings(runs)
    ),
    "wal_rollup": lambda runs: _wal(runs, "bill", "start") / _bytes_of(_step(runs, ALL, "bill"), *ROLLUP),
    "wal_finding": lambda runs: _wal(runs, "finder", "bill") / _findings(runs),
    **{f"cpu_{name}": _cpu(name) for name in (*_SERVICES, "postgres", "kafka")},
    "cpu_finder": lambda runs: (
        _step(runs, ALL, "finder")["cpu_s"]["compliance"] / (_step(runs, ALL, "finder")["keys"] / 1e6)
    ),
    "keys_measured": lambda runs: _step(runs, ALL, "rules")["keys"],
    **{f"peak_{name}": _peak(name) for name in _SERVICES},
    **{f"key_{name}": _peak_per_key(name, "bill") for name in ("reader", "compliance")},
    **{f"key_{name}": _peak_per_key(name, "rules") for name in ("attribution", "cockpit")},
    "key_judging": _judging,
}
