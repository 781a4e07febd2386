"""FOCUS files of any provider. The smallest connector: read this and `mapping.py` beside it, and copy both for the next one."""

from __future__ import annotations

from typing import ClassVar

from fincc.ingestion.connectors.base import Delivery
from fincc.ingestion.connectors.files.source import FileSource
from fincc.ingestion.connectors.focus_file.mapping import WANTED, FocusMapper


class FocusFile(FileSource):
    kind: ClassVar[str] = "focus_file"
    title: ClassVar[str] = "FOCUS file"
    description: ClassVar[str] = (
        "FOCUS 1.0 to 1.4, Parquet or CSV, in a bucket, a folder or a single file; also as AWS exports it"
    )
    wanted = WANTED

    def mapper(self, delivery: Delivery) -> FocusMapper:
        return FocusMapper(delivery.billing_period)
