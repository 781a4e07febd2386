"""How much a value that means no team looks like the names of teams. Pure; many values against many names at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

_CONTAINED = 0.75  # all words of a name stand in the value, which says more than the name
_CLOSE = 0.05  # two teams this near to each other cannot be told apart by their names
_UNSURE = 0.6  # what is left of a likeness that another team has as well
_AT_ONCE = 1_000  # values that are held against all names together; each takes four bytes a name


@dataclass(frozen=True, slots=True)
class Alike:
    """The team that a value looks like most, the name of it that does so, and how much, between 0 and 1."""

    team: int
    name: str
    likeness: float
    also: int | None
    """Another team that it looks like as much."""


def most_alike(values: Sequence[str], names: Mapping[str, int], separator: str = "-") -> list[Alike | None]:
    """For each value, normalised like the names, the team (by number) that it looks like; None when there are no names.

    Counted are letters that must change, with the words in the order written and in any other, and names whose words
    all stand in the value.
    """
    if not names:
        return [None] * len(values)
    blocks = (values[begin : begin + _AT_ONCE] for begin in range(0, len(values), _AT_ONCE))
    return [alike for block in blocks for alike in _most_alike(block, names, separator)]


def _most_alike(values: Sequence[str], names: Mapping[str, int], separator: str) -> list[Alike | None]:
    written = list(names)
    teams = np.array([names[name] for name in written])
    likeness = np.maximum(_ratio(values, written), _ratio(_sorted(values, separator), _sorted(written, separator)))
    _raise_contained(likeness, values, written, separator)
    best = likeness.argmax(axis=1)
    found: list[Alike | None] = []
    for row, place in zip(likeness, best.tolist(), strict=True):
        others = np.where(teams == teams[place], 0, row)
        other = int(others.argmax())
        is_unsure = row[place] > 0 and others[other] >= row[place] - _CLOSE
        share = float(row[place]) * (_UNSURE if is_unsure else 1)
        found.append(Alike(int(teams[place]), written[place], share, int(teams[other]) if is_unsure else None))
    return found


def _ratio(values: Sequence[str], names: Sequence[str]) -> npt.NDArray[np.float32]:
    alike: npt.NDArray[np.float32] = process.cdist(values, names, scorer=fuzz.ratio, dtype=np.float32)
    return alike / np.float32(100)


def _sorted(texts: Sequence[str], separator: str) -> list[str]:
    return [separator.join(sorted(text.split(separator))) for text in texts]


def _raise_contained(
    likeness: npt.NDArray[np.float32], values: Sequence[str], names: Sequence[str], separator: str
) -> None:
    words = [frozenset(filter(None, name.split(separator))) for name in names]
    with_word: dict[str, list[int]] = defaultdict(list)
    for place, of_name in enumerate(words):
        for word in of_name:
            with_word[word].append(place)
    for i, value in enumerate(values):
        said = frozenset(value.split(separator))
        for place in {p for word in said for p in with_word.get(word, ())}:
            if words[place] <= said:
                likeness[i, place] = max(likeness[i, place], _CONTAINED)
