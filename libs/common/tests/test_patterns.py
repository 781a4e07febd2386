"""Regular expressions that people write into rules and policies: none of them takes longer than its text is long."""

import time
from collections.abc import Callable

import pytest
import re2

from fincc.common.rules.patterns import compile_regex
from fincc.common.rules.tag_policy import read_policy
from fincc.common.yaml_files import DocumentError

HOSTILE = [
    r"(a+)+$",
    r"(a|aa)+$",
    r"(a|a?)+$",
    r"(.*a){20}$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(?:a?){100}a{100}$",
    r"(.+)*\s+(.+)*!$",
    r"(x+x+)+y",
]
TEXTS = ["a" * 250_000 + "!", "aA" * 125_000, "x" * 250_000, " " * 250_000]


def seconds_of(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


@pytest.mark.parametrize("pattern", HOSTILE)
@pytest.mark.parametrize("text", TEXTS, ids=lambda t: f"{t[:2]}…")
def test_an_expression_that_keeps_others_busy_for_ever_takes_less_than_a_second(pattern: str, text: str):
    expression = compile_regex(pattern)
    assert seconds_of(lambda: expression.search(text)) < 1


@pytest.mark.parametrize(
    "pattern", [r"(a{1,1000}){1,1000}", r"((a{100}){100}){100}", "(" * 5000, r"(a)\1", r"(?=a)", "[" * 1000]
)
def test_an_expression_that_would_grow_without_bound_or_look_back_is_refused_at_once(pattern: str):
    def refused() -> None:
        with pytest.raises(re2.error):
            compile_regex(pattern)

    assert seconds_of(refused) < 1


def test_a_policy_names_the_expression_that_it_cannot_take():
    with pytest.raises(DocumentError, match="pattern is no regular expression"):
        read_policy("required: [{key: team, pattern: '(a{1,1000}){1,1000}'}]")
    with pytest.raises(DocumentError, match="longer than"):
        read_policy(f"required: [{{key: team, pattern: '{'a' * 100_000}'}}]")
