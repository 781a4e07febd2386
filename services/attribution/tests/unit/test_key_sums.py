"""Sums by key are exact, and the same after they were written and read in pieces."""

from decimal import Decimal

import numpy as np
import pytest

from fincc.attribution.domain import key_sums as sums_of_keys
from fincc.attribution.domain.key_sums import KeySums
from fincc.attribution.repository import key_sums
from fincc.common.money import from_lanes
from fincc.common.objects import ObjectStore
from fincc.common.slots import SlotIndex

AT = ("src", "2026-11", 7)


def filled(keys: int) -> tuple[SlotIndex, KeySums]:
    index = SlotIndex()
    index.add(np.arange(keys, dtype=np.uint64), np.arange(keys, dtype=np.uint64) * np.uint64(3))
    return index, KeySums(index)


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_what_is_read_back_is_what_was_written(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(sums_of_keys, "_AT_ONCE", at_once)
    index, sums = filled(10)
    sums.add(0, np.array([1, 4, 9]), {"USD": from_lanes([Decimal("0.1"), Decimal(-2), Decimal("9e12")])})
    sums.add(
        1,
        np.array([4, 5]),
        {"USD": from_lanes([Decimal(2), Decimal("1e-12")]), "EUR": from_lanes([Decimal(7), Decimal(0)])},
    )
    objects = ObjectStore(str(tmp_path), "attribution")
    key_sums.write(objects, *AT, sums.batches())
    stored = key_sums.find(objects, *AT)
    assert stored is not None
    again = KeySums(index)
    again.take(stored)
    expected = {c: lanes.decimals() for c, lanes in sums.by_currency().items()}
    assert {c: lanes.decimals() for c, lanes in again.by_currency().items()} == expected
    assert expected["USD"][1] == Decimal("0.1")
    assert expected["USD"][4] == 0


def test_nothing_is_kept_of_no_costs(tmp_path):
    objects = ObjectStore(str(tmp_path), "attribution")
    key_sums.write(objects, *AT, filled(3)[1].batches())
    assert list(key_sums.find(objects, *AT) or []) == []


def test_a_sum_of_an_unknown_key_says_what_to_do():
    _, sums = filled(3)
    sums.add(0, np.array([2]), {"USD": from_lanes([Decimal(1)])})
    with pytest.raises(LookupError, match="fincc rebuild attribution"):
        KeySums(filled(2)[0]).take(sums.batches())
