"""Named failures of attribution."""

from __future__ import annotations

from fincc.common.problem import Invalid, NotFound, Problem
from fincc.common.yaml_files import DocumentError


class BadDocument(Invalid):
    slug, title = "bad-document", "The file has mistakes"


class UnknownKey(NotFound):
    slug, title = "unknown-key", "No record with this attribution key was seen"


class UnknownVersion(NotFound):
    slug, title = "unknown-version", "There is no such version"


class Outdated(Problem):
    """If-Match named another version than the active one."""

    status, slug, title = 412, "outdated", "Somebody has published another version meanwhile"


def bad_document(error: DocumentError) -> BadDocument:
    """All mistakes of a document, each with its line or place."""
    errors = [
        {"field": f"line {p.line}" if p.line is not None else p.where, "message": p.message}
        for p in error.problems[:200]
    ]
    return BadDocument(str(error), errors=errors)
