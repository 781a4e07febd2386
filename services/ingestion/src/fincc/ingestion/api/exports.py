"""Route that writes the counted costs of a period as a FOCUS file."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from starlette.responses import FileResponse

from fincc.common.auth import needs
from fincc.common.focus import VERSIONS
from fincc.common.problem import Invalid
from fincc.ingestion.api.parameters import billing_period
from fincc.ingestion.errors import NothingToExport
from fincc.ingestion.repository import snapshots
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.export import write_export


def add_routes(router: APIRouter, context: Context) -> None:
    @router.get("/exports/focus", dependencies=[needs("costs:read")], response_class=FileResponse)
    async def export_focus(version: str, period: str, format: Literal["parquet", "csv"] = "parquet") -> FileResponse:
        if version not in VERSIONS:
            raise Invalid(f"version {version!r}: expected one of {', '.join(VERSIONS)}")
        async with context.database.read() as session:
            rows = await snapshots.list_sealed(session, period=billing_period(period))
        wanted = [(r["source_id"], r["billing_period"], r["version"]) for r in rows if r["counted"]]
        if not wanted:
            raise NothingToExport(f"no counted delivery covers {period}")
        folder = tempfile.TemporaryDirectory(prefix="fincc-export-")
        target = Path(folder.name) / f"focus-{version}-{period}.{format}"
        await asyncio.to_thread(write_export, context.objects, wanted, version, format, target)
        media = "text/csv" if format == "csv" else "application/vnd.apache.parquet"
        return _Temporary(folder, target, media_type=media, filename=target.name)


class _Temporary(FileResponse):
    """A file that goes when it has been sent."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], path: Path, *, media_type: str, filename: str) -> None:
        super().__init__(path, media_type=media_type, filename=filename)
        self._folder = folder

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._folder.cleanup()
