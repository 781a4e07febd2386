"""What is read column by column is what Arrow's own reader reads."""

from __future__ import annotations

import pyarrow as pa
import pytest
from pyarrow import ipc

from fincc.common import batches
from fincc.common.projection import EncodedBatch


def batch() -> pa.RecordBatch:
    return pa.record_batch(
        {
            "text": pa.array(["a", None, "b", "a"] * 500).dictionary_encode(),
            "number": pa.array([1.5, None, 2.5, 3.0] * 500),
            "nothing": pa.array([None] * 2000, pa.string()).dictionary_encode(),
            "key": pa.array([b"0123456789abcdef"] * 2000, pa.binary(16)).dictionary_encode(),
        }
    )


def test_every_column_is_what_arrow_reads() -> None:
    data = batches.encode(batch())
    found = EncodedBatch(data)
    assert (found.names, found.num_rows) == (batch().schema.names, 2000)
    assert found.select(found.names).equals(batches.decode(data))


@pytest.mark.parametrize("codec", ["zstd", "lz4", None])
def test_what_arrow_wrote_is_read_too_as_in_archives_of_earlier_versions(codec: str | None) -> None:
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, batch().schema, options=ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_batch(batch())
    found = EncodedBatch(sink.getvalue())
    assert found.select(found.names).equals(batch())


def test_codes_come_without_the_dictionary_and_null_is_minus_one() -> None:
    assert EncodedBatch(batches.encode(batch())).codes("text")[:4].tolist() == [0, -1, 1, 0]


def test_a_batch_without_rows_can_be_read() -> None:
    assert EncodedBatch(batches.encode(batch().slice(0, 0))).select(["text"]).num_rows == 0


@pytest.mark.parametrize("share", [0, 10, 50, 90])
def test_a_cut_off_stream_is_refused(share: int) -> None:
    data = batches.encode(batch())
    with pytest.raises(pa.ArrowInvalid):
        EncodedBatch(data[: len(data) * share // 100])
