"""How a service is, out of what its processes say."""

from __future__ import annotations

from typing import Any

from fincc.gateway.domain.status import reasons, summary


def job(name: str, ended_at: str | None = None, failed_at: str | None = None) -> dict[str, Any]:
    is_ok = failed_at is None
    return {
        "name": name,
        "every_s": 1,
        "started_at": ended_at,
        "ended_at": ended_at,
        "took_s": 0.1,
        "ok": is_ok,
        "error": None if is_ok else "OSError: no space left",
        "failed_at": failed_at,
    }


def process(instance: str = "a", **changes: Any) -> dict[str, Any]:
    return {
        "instance": instance,
        "version": "0.1.0",
        "roles": ["api", "worker"],
        "started_at": "2026-11-25T08:00:00Z",
        "seen_at": "2026-11-25T09:00:00Z",
        "reasons": [],
        "lag": {"raw-cost": 3},
        "dead_letters": 0,
        "outbox": 0,
        "jobs": [],
        **changes,
    }


def test_lag_is_added_up_over_processes_and_unknown_where_a_part_is():
    assert summary([process("a"), process("b")])["lag"] == {"raw-cost": 6}
    assert summary([process("a"), process("b", lag={"raw-cost": None})])["lag"] == {"raw-cost": None}
    assert summary([process("a"), process("b", lag={})])["lag"] == {"raw-cost": 3}, (
        "one that reads nothing adds nothing"
    )


def test_what_waits_for_the_whole_service_is_not_added_up():
    later = process("b", dead_letters=2, outbox=5, seen_at="2026-11-25T09:00:01Z")
    found = summary([process("a", dead_letters=1), later])
    assert (found["dead_letters"], found["outbox"]) == (2, 5)


def test_two_versions_are_both_named():
    assert summary([process("a", version="0.2.0"), process("b")])["version"] == "0.1.0, 0.2.0"


def test_the_last_run_and_the_last_failure_are_those_of_any_process_and_reporting_is_neither():
    first = process("a", jobs=[job("relay", "2026-11-25T09:00:02Z"), job("watch", "2026-11-25T09:00:09Z")])
    second = process("b", jobs=[job("read", "2026-11-25T09:00:01Z", failed_at="2026-11-25T09:00:01Z"), job("poll")])
    found = summary([first, second])
    assert (found["last_run"]["instance"], found["last_run"]["name"]) == ("a", "relay")
    assert (found["last_error"]["instance"], found["last_error"]["error"]) == ("b", "OSError: no space left")


def test_a_service_that_nobody_reports_of_has_nothing_in_place_of_figures():
    found = summary([])
    assert (found["version"], found["dead_letters"], found["last_run"], found["processes"]) == (None, None, None, [])


def test_each_reason_is_said_once_with_the_process_it_is_of():
    waiting = process("b", reasons=["raw-cost: waiting for the store", "joining the group"])
    assert reasons(["joining the group"], [waiting], reads=True) == [
        "joining the group",
        "b: raw-cost: waiting for the store",
    ]


def test_a_service_without_a_worker_is_not_ready_where_it_has_topics_to_read():
    (reason,) = reasons([], [process(roles=["api"])], reads=True)
    assert "role worker" in reason
    assert reasons([], [process(roles=["api"])], reads=False) == []
