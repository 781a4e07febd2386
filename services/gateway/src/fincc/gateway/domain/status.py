"""How a service is, out of what its processes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WATCH = "watch"
"""The job by which a process reports: it says nothing of the service."""

Report = Mapping[str, Any]
"""A process as `fincc.common.workers.Worker` has it, in JSON or before: times compare as they are."""

UNKNOWN: Mapping[str, Any] = {
    "version": None,
    "lag": None,
    "dead_letters": None,
    "outbox": None,
    "last_run": None,
    "last_error": None,
    "processes": None,
}


def summary(reports: Sequence[Report]) -> dict[str, Any]:
    """The fields of a service's status that come from its processes; a sum with an unknown part is not known."""
    topics = sorted({topic for report in reports for topic in report["lag"]})
    runs = [{"instance": r["instance"], **job} for r in reports for job in r["jobs"] if job["name"] != WATCH]
    ended = [run for run in runs if run["ended_at"] is not None]
    failed = [run for run in runs if run["failed_at"] is not None]
    newest = max(reports, key=lambda r: r["seen_at"], default=None)
    return {
        "version": ", ".join(sorted({r["version"] for r in reports})) or None,
        "lag": {topic: _sum(r["lag"][topic] for r in reports if topic in r["lag"]) for topic in topics},
        "dead_letters": newest["dead_letters"] if newest else None,
        "outbox": newest["outbox"] if newest else None,
        "last_run": _chosen(max(ended, key=lambda run: run["ended_at"], default=None)),
        "last_error": _chosen(max(failed, key=lambda run: run["failed_at"], default=None)),
        "processes": [
            {k: r[k] for k in ("instance", "version", "roles", "started_at", "seen_at", "reasons")} for r in reports
        ],
    }


def reasons(asked: Iterable[str], reports: Sequence[Report], reads: bool) -> list[str]:
    """Why the service is not ready: what it said when asked, and what other processes of it say. `reads`: it has topics."""
    said = list(asked)
    for report in reports:
        said += [f"{report['instance']}: {reason}" for reason in report["reasons"] if reason not in said]
    if reads and not any("worker" in report["roles"] for report in reports):
        said.append("no process reads its topics: none with the role worker has reported for half a minute")
    return said


def _sum(parts: Iterable[int | None]) -> int | None:
    known = list(parts)
    return None if None in known else sum(part for part in known if part is not None)


def _chosen(run: dict[str, Any] | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {k: run[k] for k in ("instance", "name", "ended_at", "took_s", "ok", "error", "failed_at")}
