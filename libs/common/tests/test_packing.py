"""What is written without Arrow's writer is what Arrow's reader reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import ipc

from fincc.common import batches, packing
from fincc.common.projection import EncodedBatch

N = 3000


def kinds() -> dict[str, pa.Array]:
    """A column of every kind, with and without nulls."""
    random = np.random.default_rng(7)
    words = [f"value {i}" for i in random.integers(0, 200, N)]
    gaps = random.random(N) < 0.3
    plain: dict[str, pa.Array] = {
        "text": pa.array(words),
        "long text": pa.array(words, pa.large_string()),
        "bytes": pa.array([w.encode() for w in words], pa.binary()),
        "key": pa.array([random.bytes(16) for _ in range(N)], pa.binary(16)),
        "yes": pa.array(random.random(N) < 0.5),
        "small": pa.array(random.integers(0, 100, N), pa.int8()),
        "number": pa.array(random.random(N)),
        "amount": pa.array([Decimal(int(v)).scaleb(-12) for v in random.integers(-9, 9, N)], pa.decimal128(38, 12)),
        "day": pa.array([date(2026, 1, 1) + timedelta(days=int(v)) for v in random.integers(0, 30, N)]),
        "time": pa.array([datetime(2026, 1, 1, int(v), tzinfo=UTC) for v in random.integers(0, 24, N)]),
    }
    coded = {
        f"coded {kind}": pa.DictionaryArray.from_arrays(
            pa.array(random.integers(0, 90, N), kind), plain["text"].slice(5, 90)
        )
        for kind in (pa.int8(), pa.int16(), pa.int32())
    }
    columns = {**plain, **coded, "coded amounts": plain["amount"].dictionary_encode()}
    with_gaps = {
        f"{name}, some": pa.array(column.to_pylist(), column.type, mask=gaps) for name, column in plain.items()
    }
    with_gaps["coded, some"] = pa.array(words, mask=gaps).dictionary_encode()
    without = {f"{name}, none": pa.nulls(N, column.type) for name, column in columns.items()}
    return {**columns, **with_gaps, **without}


def read(data: bytes) -> pa.RecordBatch:
    batch = ipc.open_stream(data).read_next_batch()
    batch.validate(full=True)
    return batch


@pytest.mark.parametrize(("start", "rows"), [(0, N), (1, 100), (8, 64), (2995, 5), (7, 1), (3, 0)])
def test_arrow_reads_every_kind_of_column_wherever_it_was_cut_from(start: int, rows: int) -> None:
    batch = pa.record_batch(kinds()).slice(start, rows)
    assert packing.fits(batch.schema)
    data = packing.pack(batch)
    assert read(data).equals(batch)
    narrow = batch.select([f.name for f in batch.schema if f.type.num_buffers == 2])  # text comes as dictionaries
    assert EncodedBatch(packing.pack(narrow)).select(narrow.schema.names).equals(narrow)


def test_text_that_begins_within_its_buffer_is_read_back() -> None:
    offsets = pa.py_buffer(np.array([2, 4, 6], np.int32))
    text = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"aabbcc"))
    batch = pa.record_batch({"text": text, "coded": pa.DictionaryArray.from_arrays(pa.array([1, 0]), text)})
    assert read(packing.pack(batch)).to_pydict() == {"text": ["bb", "cc"], "coded": ["cc", "bb"]}


def test_no_more_bytes_are_sent_than_the_rows_need() -> None:
    whole = pa.array(["x" * 1000] * N)
    part = packing.pack(pa.record_batch({"text": whole.slice(0, 1), "number": pa.array(np.arange(N)).slice(0, 1)}))
    assert len(part) < 1000


def test_it_packs_as_small_as_arrow_does() -> None:
    batch = pa.record_batch(kinds())
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, batch.schema, options=ipc.IpcWriteOptions(compression=packing.ZSTD)) as writer:
        writer.write_batch(batch)
    assert len(packing.pack(batch)) < 1.05 * len(sink.getvalue())


@pytest.mark.parametrize("columns", [{}, {"tags": pa.array([[("team", "a")]], pa.map_(pa.string(), pa.string()))}])
def test_no_columns_and_columns_that_hold_columns_are_left_to_arrow(columns: dict[str, pa.Array]) -> None:
    batch = pa.record_batch(columns)
    assert not packing.fits(batch.schema)
    assert batches.decode(batches.encode(batch)).equals(batch)


def test_threads_do_not_disturb_each_other() -> None:
    batch = pa.record_batch({name: column for name, column in kinds().items() if column.type.num_buffers == 2})
    expected = packing.pack(batch)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(packing.pack, [batch] * 64)) == {expected}
        decoded = pool.map(lambda data: EncodedBatch(data).column("amount"), [expected] * 64)
        assert all(column.equals(batch.column("amount")) for column in decoded)


def test_a_buffer_that_claims_another_size_is_refused_before_it_takes_memory() -> None:
    data = packing.pack(pa.record_batch({"number": pa.array(np.zeros(N))}))
    place = data.index((N * 8).to_bytes(8, "little") + b"\x28\xb5\x2f\xfd")
    forged = data[:place] + (N * 4).to_bytes(8, "little") + data[place + 8 :]
    with pytest.raises(pa.ArrowInvalid, match="does not hold the 12000 bytes"):
        EncodedBatch(forged).column("number")


def test_a_damaged_buffer_is_refused() -> None:
    data = packing.pack(pa.record_batch({"text": kinds()["text"]}))
    place = data.index(b"\x28\xb5\x2f\xfd") + 12
    with pytest.raises(pa.ArrowInvalid):
        EncodedBatch(data[:place] + b"\xff" * 40 + data[place + 40 :]).column("text")


def test_what_a_schema_says_besides_stays_with_its_own_batch() -> None:
    plain = pa.record_batch({"number": pa.array([1])})
    told = [plain, *(plain.replace_schema_metadata({"source": name}) for name in ("a", "b"))]
    noted = pa.schema([pa.field("number", pa.int64(), metadata={"unit": "s"})])
    for batch in (*told, pa.record_batch([pa.array([1])], schema=noted)):
        assert read(batches.encode(batch)).schema.equals(batch.schema, check_metadata=True)
