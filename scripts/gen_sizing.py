"""Fills the figures of docs/howto/size.md from what `make bench-size` measured. `--check` writes nothing.

The page is written by hand, formulas included; what is filled in are the values of constants, the results of formulas, and
the summary that quotes results.
"""

from __future__ import annotations

import json
import math
import re
import sys
from typing import Any

from scripts.generated import ROOT, keep

PAGE = ROOT / "docs/howto/size.md"
MEASURED = ROOT / "bench/size.json"
SIZES = ("10 M", "100 M", "1 B")
CONSTANT, FIGURE, RESULT, SUMMARY, GROWTH = "constant", "figure", "result", "need", "grows"
FUNCTIONS = {"ceil": math.ceil, "max": max, "min": min}
_SCALES = {
    "B": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "s": ((7200.0, "h"), (120.0, "min"), (1.0, "s")),
    "MiB": ((1024.0, "GiB"), (1.0, "MiB")),
    "bit/s": ((1e9, "Gbit/s"), (1e6, "Mbit/s")),
}
_SECONDS = {"h": 3600.0, "min": 60.0}


def filled(text: str, constants: dict[str, float], growth: dict[str, dict[str, float]]) -> str:
    """The page with its figures. Raises NameError where a formula uses a name that no table above it has."""
    by_size = [computed(text, constants, column) for column in range(len(SIZES))]
    units = {cells[0]: cells[2] for kind, cells in rows(text) if kind == RESULT}

    def line_of(line: str, kind: str) -> str:
        cells = _cells(line)
        name = re.search(r"`(\w+)`", cells[0])
        if kind == CONSTANT:
            cells[1] = f"{constants[cells[0].strip('`')]:,.10g}"
        elif kind in (RESULT, SUMMARY) and name:
            cells[-len(SIZES) :] = [shown(names[name[1]], units[name[1]]) for names in by_size]
        elif kind == GROWTH and name:
            cells[1:] = [f"{times:g}" for times in growth[name[1]].values()]
        else:
            return line
        return f"| {' | '.join(cells)} |"

    return "\n".join(line_of(line, kind) for line, kind in _lines(text)) + "\n"


def computed(text: str, constants: dict[str, float], column: int) -> dict[str, float]:
    """Constants, figures and results of one size, by name; results may use those above them."""
    names: dict[str, Any] = dict(constants)
    for kind, cells in rows(text):
        if kind == FIGURE:
            names[cells[0]] = float(cells[1 + column].replace(",", ""))
        elif kind == RESULT:
            expression = cells[1].replace("×", "*").replace("−", "-")
            # Our own page, and no name in it but those of the tables.
            names[cells[0]] = eval(expression, {"__builtins__": {}}, FUNCTIONS | names)  # noqa: S307
    return {name: float(value) for name, value in names.items()}


def rows(text: str) -> list[tuple[str, list[str]]]:
    """Kind of table and cells without marks of code, of every row that is not a head."""
    return [(kind, [cell.strip("`") for cell in _cells(line)]) for line, kind in _lines(text) if kind]


def shown(value: float, unit: str) -> str:
    """As people read it: two digits with a unit, else whole, and large numbers to four digits."""
    if not unit:
        return f"{math.ceil(value - 1e-9) if value < 10_000 else float(f'{value:.4g}'):,.0f}"
    scale, name = next(((s, n) for s, n in _SCALES[unit] if value >= s), _SCALES[unit][-1])
    scaled = value / _SECONDS.get(name, scale)
    return f"{scaled:,.1f} {name}" if scaled < 10 else f"{scaled:,.0f} {name}"


def _lines(text: str) -> list[tuple[str, str]]:
    """Each line with the kind of table it is a row of, '' for all others."""
    found, kind = [], ""
    for line in text.splitlines():
        first = _cells(line)[0] if line.startswith("|") else ""
        if not first:
            kind = ""
        is_row = bool(kind and set(first) - set("-"))
        found.append((line, kind if is_row else ""))
        if not kind and first in (CONSTANT, FIGURE, RESULT, SUMMARY, GROWTH):
            kind = first
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def main(arguments: list[str]) -> int:
    measured = json.loads(MEASURED.read_text())
    return keep(PAGE, filled(PAGE.read_text(), measured["constants"], measured["growth"]), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
