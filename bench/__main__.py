"""`python -m bench [memory|load|size] [--rows N] [--short] [--only 1,2,…] [--rounds N]`; see docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
import traceback
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module

from bench import dashboards, machine, memory, results, size
from bench.results import Measurement, not_measured
from bench.session import Session, say

GOALS = {
    1: "over_duckdb_full",
    2: "over_duckdb_row",
    3: "throughput",
    4: "csv_over_polars",
    5: "memory",
    6: "wire",
    7: "attribution",
    8: "rules",
    9: "over_json",
    10: "restated_month",
    11: "schedules",
    12: "rule_change",
    13: "sql",
    14: "gateway",
    15: "drill_down",
    16: "visible",
    17: "demo",
    18: "finder",
    19: "suggestions",
}
ROWS, SHORT_ROWS = 10_000_000, 1_000_000
# On a busy machine and with few lines, where what is done once weighs more, only ratios are judged, and loosely.
SHORT_FACTOR = 2.0
NOT_IN_SHORT = {17: "the short form does not set up a clone"}


def main(arguments: list[str]) -> int:
    given = parse(arguments)
    if given.what == "size":
        print(size.table(size.measure(given.rows or ROWS, given.only)))
        return 0
    about = machine.describe()
    say(f"{about['cores']} cores, {about['cpu']}, {about['memory_gib']} GiB, Python {about['python']}")
    rows = given.rows or (SHORT_ROWS if given.short else ROWS)
    if given.what == "memory":
        found = memory.measure(given.rows or ROWS)
    elif given.what == "load":
        found = [loosened(m) if given.short else m for m in dashboards.measure(rows)]
    else:
        rounds = given.rounds or (1 if given.short else 3)
        with ExitStack() as stack:
            session = Session(rows, rounds, given.short, stack)
            found = []
            for goal in given.only:
                measured = [loosened(m) if given.short else m for m in measure(goal, session)]
                for m in measured:  # at once, so that a run that is broken off has said something
                    say(f"goal {m.goal}, {m.mode or m.name}: {m.value} {m.unit} {m.verdict}; {m.note}")
                found += measured
    results.write(found, about)
    print(results.table(found))
    return int(any(m.ok is False for m in found))


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["goals", "memory", "load", "size"], default="goals")
    parser.add_argument("--rows", type=int, help=f"lines of the bill; default {ROWS:,}, short {SHORT_ROWS:,}")
    parser.add_argument("--short", action="store_true", help="few lines, one round; ratios are judged, loosely")
    parser.add_argument("--rounds", type=int, help="how often what is compared is run; default 3, short 1")
    parser.add_argument("--only", type=_numbers, help="goals, or runs of size, by number, such as 1,2,7; default all")
    given = parser.parse_args(arguments)
    known = size.NUMBERS if given.what == "size" else [*GOALS]
    given.only = given.only or known
    unknown = [n for n in given.only if n not in known]
    if unknown:
        parser.error(f"there is no number {unknown[0]}; there are {', '.join(map(str, known))}")
    return given


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def measure(goal: int, session: Session) -> list[Measurement]:
    """What a goal measures; a goal that cannot run says so and keeps no other from running."""
    if session.is_short and goal in NOT_IN_SHORT:
        return [not_measured(goal, GOALS[goal], NOT_IN_SHORT[goal])]
    module = import_module(f"bench.goals.goal_{goal:02d}_{GOALS[goal]}")
    try:
        found: list[Measurement] = module.measure(session)
    except Exception as error:
        traceback.print_exc()
        return [not_measured(goal, GOALS[goal], f"{type(error).__name__}: {str(error)[:300]}")]
    return found


def loosened(m: Measurement) -> Measurement:
    """In the short form: ratios, totals and errors keep a must, the others are told and not judged."""
    if m.unit in ("schedules", "errors"):
        return m
    if m.unit != "x" or m.must is None:
        return replace(m, must=None, stretch=None)
    must = m.must * SHORT_FACTOR if m.better == "lower" else m.must / SHORT_FACTOR
    return replace(m, must=must, stretch=None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
