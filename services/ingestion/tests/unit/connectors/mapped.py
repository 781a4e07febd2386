"""Maps rows of a bill and hands back records as dicts, for tests of single rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from fincc.common.focus import check_batch, wire_type
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import BadRow, Mapped, MappingReport

from .bills import Row, as_csv, put


class Record(dict[str, Any]):
    """Columns that a batch leaves out are null; a name that nobody knows is a KeyError."""

    def __missing__(self, name: str) -> None:
        wire_type(name)


class Bill:
    """What a bare file, or a folder of them, becomes."""

    def __init__(self, path: Path, kind: str = "aws_cur") -> None:
        connector = connectors.create(kind, str(path), {})
        self.records: list[Record] = []
        self.bad: list[BadRow] = []
        self.mapped: list[Mapped] = []
        for delivery in connector.deliveries():
            mapper = connector.mapper(delivery)
            for native in connector.read(delivery):
                self._add(mapper.map(native))
            last = mapper.finish()
            if last is not None:
                self._add(last)
            self.report: MappingReport = mapper.learned.report

    def _add(self, mapped: Mapped) -> None:
        self.mapped.append(mapped)
        self.bad.extend(mapped.bad)
        if mapped.rows:
            batch = pa.record_batch(mapped.columns)
            assert check_batch(batch) == []
            self.records.extend(map(Record, batch.to_pylist()))

    def of(self, **wanted: Any) -> list[Record]:
        return [r for r in self.records if all(r.get(name) == value for name, value in wanted.items())]

    def one(self, **wanted: Any) -> Record:
        [record] = self.of(**wanted)
        return record

    @property
    def warnings(self) -> dict[str, int]:
        """Counts by kind."""
        out: dict[str, int] = {}
        for (kind, _), count in self.report.warnings.items():
            out[kind] = out.get(kind, 0) + count
        return out


def bill_of(folder: Path, rows: Sequence[Row], names: Sequence[str] | None = None) -> Bill:
    return Bill(put(folder / "bill.csv", as_csv(rows, names)))
