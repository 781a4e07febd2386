"""Named failures of the cockpit."""

from __future__ import annotations

from typing import ClassVar

from fincc.common.problem import Problem


class NoSuchDimension(Problem):
    status: ClassVar[int] = 422
    slug: ClassVar[str] = "no-such-dimension"
    title: ClassVar[str] = "There is no such dimension"


class NoSuchNode(Problem):
    status: ClassVar[int] = 404
    slug: ClassVar[str] = "no-such-node"
    title: ClassVar[str] = "The hierarchy has no such node"
