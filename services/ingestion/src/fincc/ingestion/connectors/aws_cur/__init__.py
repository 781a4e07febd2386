"""AWS cost and usage reports: legacy reports and Data Exports, from S3, a folder or a single file."""

from __future__ import annotations

from typing import ClassVar

from fincc.ingestion.connectors.aws_cur.mapping import AwsCurMapper
from fincc.ingestion.connectors.aws_cur.names import WANTED
from fincc.ingestion.connectors.base import Delivery
from fincc.ingestion.connectors.files.source import FileSource


class AwsCur(FileSource):
    """A report or an export of AWS; where it lies is told by the configuration that all file sources share."""

    kind: ClassVar[str] = "aws_cur"
    title: ClassVar[str] = "AWS cost and usage report"
    description: ClassVar[str] = (
        "Legacy reports (CSV, Parquet, Athena) and CUR 2.0 Data Exports, in a bucket, a folder or a single file"
    )
    wanted = WANTED

    def mapper(self, delivery: Delivery) -> AwsCurMapper:
        return AwsCurMapper(delivery.billing_period)
