"""How spellings of a tag key, and of a tag value, are made comparable.

Every service that looks at tags applies these functions, so that a record attributed to a team is never reported as
untagged elsewhere. All functions are pure; the normalising ones are idempotent: f(f(x)) == f(x).

Keys: `Cost_Center`, `costCenter`, `user:CostCenter` and `user_cost_center` are one key, `cost-center`.
Values: what happens to them is chosen per canonical key with a `ValueStyle`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

SEPARATORS = "-_.: "  # and any other white space
LONGEST_WITH_AFFIXES = 1000
BLANK = " \t\n\r\v\f"

_SEPARATOR_RUN = re.compile(r"[-_.:\s]+")
_USER_PREFIX = re.compile(r"^user[:_](?=.*[^-_.:\s])", re.IGNORECASE | re.DOTALL)
_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def is_blank(value: str | None) -> bool:
    """True when the tag or column says nothing: null, empty, or ASCII white space only."""
    return value is None or not value.strip(BLANK)


@lru_cache(maxsize=8192)
def normalise_key(key: str) -> str:
    """The comparable form of a tag key: lower case words joined by one `-`.

    In this order: the prefix `user:` or `user_`, which AWS puts before a customer's own keys, is dropped once (unless
    nothing would be left); words are split at ASCII camel-case humps (`costCenterID` -> cost-center-id); the case is
    folded; runs of separators (`- _ . :` and white space) become one `-`, none at the ends. The prefix `aws:` of keys
    that AWS sets is kept (`aws:createdBy` -> aws-created-by), so they never pass for a customer's key. All else, `/`
    too, stays.
    """
    split = _CAMEL_HUMP.sub("-", _USER_PREFIX.sub("", key.strip()))
    return _SEPARATOR_RUN.sub("-", split.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class ValueStyle:
    """How values of one canonical tag key are normalised.

    fold: compare without regard to case. separator: what every run of separators becomes, None keeps them as they are.
    affixes: words dropped from either end when a separator divides them from the rest, in any case of letters.
    """

    fold: bool = True
    separator: str | None = "-"
    affixes: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def _affix_patterns(affixes: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(re.escape(word) for word in sorted(affixes, key=len, reverse=True))
    return (
        re.compile(rf"^(?:{words})[-_.:\s]+(?=.)", re.IGNORECASE | re.DOTALL),
        re.compile(rf"(?<=.)[-_.:\s]+(?:{words})\Z", re.IGNORECASE | re.DOTALL),
    )


def normalise_value(value: str, style: ValueStyle) -> str:
    """The comparable form of a tag value, e.g. `Team: Foo`, `team_foo` and `foo-team` -> `foo` (affixes: team).

    White space at the ends goes, then case and separators as the style says (no separator is left at the ends), then
    affixes one after the other until none is left; an affix that is the whole value stays, so `team` remains `team`.
    Longer texts than names are keep their affixes, since looking for them takes time that grows with the square.
    """
    text = normalise_fragment(value.strip(), style)
    if style.separator is not None:
        text = text.strip(style.separator)
    if not style.affixes or len(text) > LONGEST_WITH_AFFIXES:
        return text
    start, end = _affix_patterns(style.affixes)
    while True:
        shorter = end.sub("", start.sub("", text, count=1), count=1)
        if shorter == text:
            return text
        text = shorter


def normalise_fragment(text: str, style: ValueStyle) -> str:
    """Case and separators only: the form in which a piece of a value is looked for inside a normalised value."""
    if style.fold:
        text = text.casefold()
    return text if style.separator is None else _SEPARATOR_RUN.sub(style.separator, text)


def order_spellings(canonical: str, synonyms: Sequence[str], literal_keys: Iterable[str]) -> list[str]:
    """Those of `literal_keys` that spell the canonical key, in the order in which their values are preferred.

    The first key whose value says something (is not blank once normalised) gives a record its canonical value.
    Spellings of the canonical key come first, then those of each synonym in the order given. Among the spellings of one
    name the exact one comes first, then the others sorted (by code point, so `Team` before `user:Team`).
    """
    names = [canonical, *synonyms]
    rank = {normalise_key(name): position for position, name in reversed(list(enumerate(names)))}
    found = [key for key in set(literal_keys) if normalise_key(key) in rank]
    return sorted(found, key=lambda key: (rank[normalise_key(key)], key not in names, key))
