"""Regular expressions written by people: RE2, whose time grows with the text and not with the pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2


def regex_options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


@lru_cache(maxsize=4096)
def compile_regex(pattern: str) -> Any:
    """Raises re2.error."""
    return re2.compile(pattern, regex_options())
