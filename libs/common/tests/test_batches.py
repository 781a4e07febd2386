"""Column batches: cutting, compacting and encoding never change a value."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.common import batches
from fincc.common.focus import MONEY, TEXT

texts = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "ä", ""]), st.text(max_size=5)))


@given(texts)
def test_text_becomes_a_dictionary_column_of_the_same_values(values: list[str | None]):
    column = batches.encode_text(pa.array(values, pa.string()))
    assert column.type == TEXT
    assert column.to_pylist() == values


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.large_string())])
def test_text_of_every_arrow_type_and_of_many_chunks_becomes_one_dictionary(kind: pa.DataType):
    chunks = [pa.array(part, pa.string()).cast(kind) for part in (["x", "y"], ["y", None], [])]
    column = batches.encode_text(pa.chunked_array(chunks, kind))
    assert column.type == TEXT
    assert column.to_pylist() == ["x", "y", "y", None]


def test_a_column_without_chunks_is_an_empty_dictionary_column():
    assert batches.encode_text(pa.chunked_array([], pa.string())).type == TEXT


@given(texts)
def test_codes_and_dictionary_are_inverse_and_null_is_minus_one(values: list[str | None]):
    column = batches.encode_text(pa.array(values, pa.string()))
    codes = batches.codes(column)
    assert codes.dtype == np.int32
    assert [code == -1 for code in codes] == [value is None for value in values]
    assert batches.dictionary(codes, column.dictionary).to_pylist() == values


@given(texts, st.data())
def test_a_compacted_slice_keeps_its_values_and_only_the_entries_in_use(values: list[str | None], data: st.DataObject):
    start = data.draw(st.integers(0, len(values)))
    column = batches.encode_text(pa.array(values, pa.string())).slice(start)
    small = batches.compact(column)
    assert small.to_pylist() == values[start:]
    assert set(small.dictionary.to_pylist()) == {v for v in values[start:] if v is not None}


@pytest.mark.parametrize("value", ["EUR", None])
def test_a_constant_column_has_the_value_in_every_row(value: str | None):
    column = batches.constant(3, value)
    assert column.type == TEXT
    assert column.to_pylist() == [value] * 3


def columns(n: int) -> dict[str, pa.Array]:
    random = np.random.default_rng(7)
    return {
        "BilledCost": pa.array([f"{v:.4f}" for v in random.normal(size=n)]).cast(MONEY),
        "ServiceName": batches.encode_text(pa.array([f"service {v}" for v in random.integers(0, 5, n)])),
        "RegionId": batches.encode_text(pa.array([None] * n, pa.string())),
        "ResourceId": batches.encode_text(pa.array([f"r{v}" if v else None for v in random.integers(0, n, n)])),
    }


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_pieces_of_a_cut_batch_are_the_batch(n: int, size: int):
    whole = columns(n)
    pieces = [batches.cut(whole, start, min(size, n - start)) for start in range(0, n, size)]
    for name in ("BilledCost", "ServiceName", "ResourceId"):
        values = [
            value
            for piece in pieces
            for value in (piece.column(name).to_pylist() if name in piece.schema.names else [None] * piece.num_rows)
        ]
        assert values == whole[name].to_pylist()


def test_a_column_that_is_null_throughout_is_left_out_of_a_piece():
    assert batches.cut(columns(10), 0, 10).schema.names == ["BilledCost", "ServiceName", "ResourceId"]


@given(st.permutations(range(12)), st.integers(1, 12))
def test_a_cutter_gives_the_rows_in_the_order_it_was_told(order: list[int], size: int):
    whole = columns(12)
    cutter = batches.Cutter(dict(whole), np.array(order))
    for name in ("BilledCost", "ServiceName", "ResourceId"):
        values = whole[name].to_pylist()
        for start in range(0, 12, size):
            piece = cutter.cut(start, min(size, 12 - start))
            wanted = [values[row] for row in order[start : start + size]]
            got = piece.column(name).to_pylist() if name in piece.schema.names else [None] * piece.num_rows
            assert got == wanted


@given(
    st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=1, max_size=40),
    st.integers(0, 9),
    st.randoms(use_true_random=False),
)
def test_numbers_of_every_width_are_put_in_order_with_their_gaps(values: list[int | None], skipped: int, dice: Any):
    """Also where a column does not begin where its memory does."""
    kinds = [pa.int8(), pa.int32(), pa.int64(), pa.float64(), pa.decimal128(38, 12), pa.timestamp("ms"), pa.bool_()]
    order = dice.sample(range(len(values)), len(values))
    for kind in kinds:
        numbers = pa.array([None if v is None else v % 2 for v in [1] * skipped + values], pa.int64()).cast(kind)
        column = numbers.slice(skipped)
        whole = batches.Cutter({"number": column}, np.array(order)).cut(0, len(values))
        if column.null_count < len(column):
            assert whole.column("number").to_pylist() == [column[i].as_py() for i in order]
            whole.validate(full=True)


def test_a_column_with_one_value_everywhere_is_cut_to_its_size():
    pieces = batches.Cutter({"BillingCurrency": batches.constant(5, "USD")}, np.arange(5)[::-1])
    assert pieces.cut(3, 2).column("BillingCurrency").to_pylist() == ["USD", "USD"]


def test_an_encoded_batch_comes_back_with_its_types_and_values():
    whole = columns(1000)
    again = batches.decode(batches.encode(batches.cut(whole, 0, 1000)))
    assert {name: again.column(name).type for name in again.schema.names} == {
        name: column.type for name, column in whole.items() if column.null_count < 1000
    }
    assert all(again.column(name).to_pylist() == whole[name].to_pylist() for name in again.schema.names)


def test_joined_columns_stand_one_below_the_other_and_a_missing_one_is_null():
    first, second = columns(10), columns(7)
    del second["ServiceName"]
    wanted = {
        name: first[name].to_pylist() + (second[name].to_pylist() if name in second else [None] * 7) for name in first
    }
    joined = batches.join([first, second], [10, 7])
    assert {name: column.to_pylist() for name, column in joined.items()} == wanted
    assert not first
    assert not second


@pytest.mark.parametrize("values", [10, batches.MANY])
def test_joined_texts_are_there_once_in_order_of_appearance(values: int):
    """Few values and many are joined in two ways."""

    def column(first: int) -> pa.Array:
        return pa.array([*(f"i-{i}" for i in range(first, first + values)), None]).dictionary_encode()

    half, rows = values // 2, values + 1
    joined = batches.join([{"A": column(0)}, {}, {"A": column(half)}], [rows, 2, rows])["A"]
    wanted = [*column(0).to_pylist(), None, None, *column(half).to_pylist()]
    assert joined.to_pylist() == wanted
    assert joined.dictionary.to_pylist() == list(dict.fromkeys(v for v in wanted if v is not None))


def test_only_the_wanted_columns_are_decoded_and_absent_ones_are_no_error():
    data = batches.encode(batches.cut(columns(10), 0, 10))
    assert batches.decode(data).schema.names == ["BilledCost", "ServiceName", "ResourceId"]
    part = batches.decode(data, ["ResourceId", "BilledCost", "x_NotThere"])
    assert part.schema.names == ["BilledCost", "ResourceId"]
    assert part.column("ResourceId").to_pylist() == columns(10)["ResourceId"].to_pylist()


def test_a_truncated_batch_is_an_error_and_not_a_shorter_batch():
    data = batches.encode(batches.cut(columns(1000), 0, 1000))
    with pytest.raises((pa.ArrowInvalid, OSError)):
        batches.decode(data[: len(data) // 2])
