"""Which real servers the tests of this run used, and which tests did not run because one could not be had."""

import os
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

MARK = "not run: "
OPTIONAL_MARK = "not run (optional): "


class PeerMissing(Exception):
    """A real server that cannot be had on this machine; the text says what was tried."""


@dataclass
class Peers:
    used: dict[str, str] = field(default_factory=dict)
    not_run: list[str] = field(default_factory=list)
    must_run: bool = False

    def note_skip(self, test: str, reason: str) -> str | None:
        """Keeps a skipped test when `reason` came from `not_run`, and returns how it is listed."""
        reason = reason.removeprefix("Skipped: ")
        for mark in (MARK, OPTIONAL_MARK):
            if reason.startswith(mark):
                optional = "; optional" if mark == OPTIONAL_MARK else ""
                self.not_run.append(f"{test} ({reason.removeprefix(mark)}{optional})")
                self.must_run = self.must_run or mark == MARK
                return self.not_run[-1]
        return None

    @property
    def is_failure(self) -> bool:
        return self.must_run and os.environ.get("CI", "").lower() == "true"


def not_run(reason: str, *, optional: bool = False) -> NoReturn:
    """Skips the test because something outside the repository is missing; it is listed by name at the end.

    With CI=true the run then fails, unless the thing is `optional`.
    """
    pytest.skip((OPTIONAL_MARK if optional else MARK) + reason)
