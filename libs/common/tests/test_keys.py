"""The attribution key never changes: these vectors are what stored keys were made with."""

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from fincc.common import batches
from fincc.common.batches import encode_text
from fincc.common.focus import KEY, KEY_COLUMNS
from fincc.common.keys import hashes, is_key_column, key_column, key_of

VECTORS: list[tuple[dict[str, str | None], str]] = [
    ({}, "00000000000000000000000000000000"),
    ({"BillingAccountId": "123456789012"}, "fb5e974917607ed617d0c05871aced2f"),
    ({"Tags/team": "platform"}, "3bd1e8ca93b547ecb0a3b12e7911533f"),
    ({"Tags/team": "Plattform-Ärger 🚀"}, "2e0e590e30353f53e89ad4038e58b2b5"),
    (
        {
            "BillingAccountId": "123456789012",
            "SubAccountId": "210987654321",
            "ServiceProviderName": "AWS",
            "ServiceName": "Amazon Elastic Compute Cloud",
            "RegionId": "eu-central-1",
            "ResourceId": "i-0123456789abcdef0",
            "ResourceType": None,
            "ChargeCategory": "Usage",
            "Tags/team": "foo-team",
            "Tags/user:Name": "web 1",
        },
        "164d495a289504dbe56753c607e83694",
    ),
    ({"BillingAccountId": "1", "BilledCost": "5", "x_LineItemType": "Usage"}, "96b0bdd9b89ef1f2078c42466cee38b7"),
]


@pytest.mark.parametrize(("attributes", "key"), VECTORS)
def test_the_key_of_these_attributes_never_changes(attributes: dict[str, str | None], key: str):
    assert key_of(attributes).hex() == key


def test_the_key_of_one_attribute_is_the_standard_hash_of_name_and_value_in_little_endian():
    assert key_of({"RegionId": "eu-west-1"}) == xxhash.xxh3_128_digest(b"RegionId\0eu-west-1")[::-1]


def test_a_key_depends_on_exactly_its_columns_and_the_tags():
    assert all(is_key_column(name) for name in (*KEY_COLUMNS, "Tags/anything"))
    assert not any(is_key_column(name) for name in ("BilledCost", "Tags", "x_UsageType", "BillingAccountName"))


names = st.sampled_from([*KEY_COLUMNS, "Tags/team", "Tags/Team", "BilledCost"])
values = st.one_of(st.none(), st.just(""), st.sampled_from(["a", "b"]), st.text(max_size=12))
records = st.dictionaries(names, values, max_size=8)


@given(records)
def test_the_order_of_attributes_does_not_matter(record: dict[str, str | None]):
    assert key_of(record) == key_of(dict(reversed(record.items())))


@given(records)
def test_absent_null_and_empty_attributes_are_the_same(record: dict[str, str | None]):
    assert key_of(record) == key_of({name: value for name, value in record.items() if value})


def test_a_value_under_another_name_is_another_key():
    assert key_of({"Tags/a": "x", "Tags/b": "y"}) != key_of({"Tags/a": "y", "Tags/b": "x"})


def columns_of(rows: list[dict[str, str | None]]) -> dict[str, pa.Array]:
    present = sorted({name for row in rows for name in row})
    return {name: encode_text(pa.array([row.get(name) for row in rows], pa.string())) for name in present}


@given(st.lists(records, max_size=12))
def test_columns_give_each_row_the_key_of_its_attributes(rows: list[dict[str, str | None]]):
    column = key_column(columns_of(rows), len(rows))
    assert column.type == KEY
    assert column.to_pylist() == [key_of(row) for row in rows]


@given(st.lists(records, min_size=1, max_size=12))
def test_equal_keys_share_one_dictionary_entry(rows: list[dict[str, str | None]]):
    column = key_column(columns_of(rows), len(rows))
    assert len(column.dictionary) == len({key_of(row) for row in rows})


def test_two_keys_that_differ_in_one_half_only_stay_two():
    values = pa.array(["a", "b", "c"])
    hashed = {"ServiceName": np.array([[1, 7], [1, 8], [2, 7], [0, 0]], np.uint64)}
    column = key_column({"ServiceName": batches.dictionary(np.array([0, 1, 2, 0], np.int8), values)}, 4, hashed)
    assert column.type == KEY
    assert len(column.dictionary) == 3
    assert [int.from_bytes(v[8:], "little") for v in column.to_pylist()] == [7, 8, 7, 7]


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8()])
@pytest.mark.parametrize("codes", [[0, 1, 0], [0, None, 1]])
def test_codes_of_every_kind_give_the_same_keys(kind: pa.DataType, codes: list[int | None]):
    values = ["a", "b"]
    column = pa.DictionaryArray.from_arrays(pa.array(codes, kind), pa.array(values))
    wanted = [key_of({"ServiceName": None if code is None else values[code]}) for code in codes]
    assert key_column({"ServiceName": column}, 3).to_pylist() == wanted


def test_hashes_of_a_slice_of_values_are_those_of_its_own_values():
    low, high = hashes("RegionId", pa.array(["eu-west-1", "", "ä", "x"]).slice(1, 2)).T
    expected = xxhash.xxh3_128_intdigest(b"RegionId\0" + "ä".encode())
    assert low.tolist() == [0, expected & 2**64 - 1, 0]
    assert high.tolist() == [0, expected >> 64, 0]


def test_a_slice_with_dictionary_entries_of_other_rows_has_the_keys_of_its_own_rows():
    whole = encode_text(pa.array(["a", "b", None, "c", "b"]))
    column = key_column({"ResourceId": whole.slice(2, 3)}, 3)
    assert column.to_pylist() == [key_of({}), key_of({"ResourceId": "c"}), key_of({"ResourceId": "b"})]


def test_a_batch_without_columns_of_the_key_has_the_empty_key_in_every_row():
    column = key_column({"BilledCost": pa.array(np.zeros(3))}, 3)
    assert column.to_pylist() == [bytes(16)] * 3


def test_a_batch_without_rows_has_an_empty_column_of_keys():
    column = key_column({"ResourceId": encode_text(pa.array([], pa.string()))}, 0)
    assert column.type == KEY
    assert len(column) == 0
