"""Measurements against their goals: the printed table and `bench/results.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Measurement:
    """One number of one goal. `value` is None when it was not measured, and `note` says why."""

    goal: int
    name: str
    value: float | None
    unit: str
    must: float | None
    stretch: float | None = None
    yardstick: str = ""
    mode: str = ""
    better: Literal["lower", "higher"] = "lower"
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the must is met; None when nothing was measured or nothing is demanded."""
        return self.meets(self.must)

    def meets(self, limit: float | None) -> bool | None:
        if self.value is None or limit is None:
            return None
        return self.value <= limit if self.better == "lower" else self.value >= limit

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        if self.ok is None:
            return "–"
        return "stretch" if self.meets(self.stretch) else "ok" if self.ok else "MISSED"


def not_measured(goal: int, name: str, because: str) -> Measurement:
    return Measurement(goal, name, None, "", None, note=f"not measured: because {because}")


def write(measurements: Iterable[Measurement], machine: dict[str, object], path: Path = RESULTS) -> None:
    rows = [{**asdict(m), "ok": m.ok, "verdict": m.verdict, **machine} for m in measurements]
    path.write_text(json.dumps(rows, indent=1) + "\n")


def table(measurements: Iterable[Measurement]) -> str:
    rows: list[tuple[str, ...]] = [("#", "goal", "mode", "value", "must", "stretch", "")]
    notes = []
    for m in measurements:
        sign = "≤" if m.better == "lower" else "≥"
        limits = ["–" if limit is None else f"{sign} {_number(limit)}" for limit in (m.must, m.stretch)]
        value = "–" if m.value is None else f"{_number(m.value)} {m.unit}"
        rows.append((str(m.goal), m.name, m.mode, value, *limits, m.verdict))
        about = "; ".join(filter(None, (m.yardstick, m.note)))
        if about:
            notes.append(f"  {m.goal:>2} {m.mode or m.name}: {about}")
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", *notes])


def _number(value: float) -> str:
    if value == int(value) and abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
