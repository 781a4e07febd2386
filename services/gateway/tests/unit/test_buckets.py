"""Token buckets: what is let through, and what is remembered."""

import time

import pytest

from fincc.gateway.domain.buckets import KEYS_KEPT, Buckets
from fincc.gateway.limits import network_of


def test_a_rested_key_may_do_so_much_at_once_and_then_goes_on_at_its_rate():
    buckets = Buckets(rate=10, burst=5)
    assert [buckets.take("a", 100.0) for _ in range(5)] == [0.0] * 5
    assert buckets.take("a", 100.0) == pytest.approx(0.1)
    assert buckets.take("a", 100.1) == 0.0
    assert buckets.take("a", 100.1) == pytest.approx(0.1)
    assert [buckets.take("a", 200.0) for _ in range(5)] == [0.0] * 5
    assert buckets.take("a", 200.0) > 0


def test_who_is_refused_does_not_pay_for_it():
    buckets = Buckets(rate=1, burst=1)
    assert buckets.take("a", 0.0) == 0.0
    waits = [buckets.take("a", 0.5) for _ in range(100)]
    assert set(waits) == {0.5}
    assert buckets.take("a", 1.0) == 0.0


def test_one_key_does_not_use_up_what_another_has():
    buckets = Buckets(rate=1, burst=1)
    assert buckets.take("a", 0.0) == 0.0
    assert buckets.take(b"b", 0.0) == 0.0
    assert buckets.take("a", 0.0) > 0


def test_a_flood_of_keys_takes_bounded_memory_and_frees_nobody_who_is_in_debt():
    buckets = Buckets(rate=1, burst=100)
    for _ in range(100):
        assert buckets.take("greedy", 0.0) == 0.0
    for number in range(3 * KEYS_KEPT):
        buckets.take(f"k{number}", 0.0)
        assert len(buckets._full_at) <= KEYS_KEPT
    assert buckets.take("greedy", 0.0) > 0


def test_a_take_costs_microseconds():
    """Ten times what it takes on a slow machine, so that only a mistake in kind fails."""
    buckets = Buckets(rate=1e9, burst=1e9)
    began = time.process_time()
    for _ in range(20_000):
        buckets.take(b"k" * 32, time.monotonic())
    assert (time.process_time() - began) / 20_000 < 20e-6


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("not:an:address", "not:an:address"),
        ("unix", "unix"),
    ],
)
def test_of_ipv6_a_whole_network_counts_as_one(address: str, network: str):
    assert network_of(address) == network
