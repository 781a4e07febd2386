"""The billing periods of bare files, remembered as long as the process runs: finding them means reading the file."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from fincc.ingestion.connectors.base import BadDelivery, DataFile
from fincc.ingestion.connectors.files import reading
from fincc.ingestion.connectors.files.store import Store
from fincc.ingestion.connectors.files.wanted import Wanted

REMEMBER = 200_000  # files, of 300 bytes each; with more, each look at the source would read all of them again


class Periods:
    """A CSV file tells its periods by its first batch, a Parquet file by all of its rows.

    Reading a long CSV twice would cost as much as all the rest, so rows of another period further down are noticed when the
    file is read in earnest: then it is read to its end here (`learn`), and the delivery starts over.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()
        self._lock = Lock()

    def of(self, store: Store, file: DataFile, wanted: Wanted) -> tuple[str, ...]:
        key = (store.name(file.path), file.etag)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        is_parquet = file.path.lower().endswith(".parquet")
        return self._remember(key, _scan(store, file, wanted, to_the_end=is_parquet))

    def learn(self, store: Store, file: DataFile, wanted: Wanted) -> None:
        self._remember((store.name(file.path), file.etag), _scan(store, file, wanted, to_the_end=True))

    def _remember(self, key: tuple[str, str], periods: tuple[str, ...]) -> tuple[str, ...]:
        with self._lock:
            self._known[key] = periods
            while len(self._known) > REMEMBER:
                self._known.popitem(last=False)
        return periods


def _scan(store: Store, file: DataFile, wanted: Wanted, to_the_end: bool) -> tuple[str, ...]:
    periods: set[str] = set()
    rows = 0
    for native in reading.read_file(store, file, reading.only_period(wanted)):
        periods.update(reading.periods_of_batch(native, wanted))
        rows += native.table.num_rows
        if periods and not to_the_end:
            break
    if rows and not periods:
        names = " or ".join(wanted.period_columns)
        raise BadDelivery(f"{store.name(file.path)}: no row tells its billing period; expected dates in {names}")
    return tuple(sorted(periods))


PERIODS = Periods()
