"""Named failures of ingestion."""

from __future__ import annotations

from fincc.common.problem import Conflict, Invalid, NotFound


class UnknownSource(NotFound):
    slug, title = "unknown-source", "There is no such source"


class UnknownRun(NotFound):
    slug, title = "unknown-run", "There is no such run"


class SourceExists(Conflict):
    slug, title = "source-exists", "A source of this name exists"


class BadSource(Invalid):
    slug, title = "bad-source", "The source's configuration is not valid"


class SourceNotReadable(Invalid):
    slug, title = "source-not-readable", "The source cannot be read"


class NothingToExport(NotFound):
    slug, title = "nothing-to-export", "No counted delivery covers this period"


class NotThisPeriod(NotFound):
    slug, title = "unknown-period", "The source has no such billing period"
