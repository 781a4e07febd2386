"""Named failures of attribution."""

from __future__ import annotations

from fincc.common.problem import NotFound


class UnknownKey(NotFound):
    slug, title = "unknown-key", "No record with this attribution key was seen"
