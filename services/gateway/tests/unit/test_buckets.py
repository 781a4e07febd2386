"""Token buckets: what is let through, and what is remembered."""

import time

import pytest

from fincc.gateway.domain import buckets
from fincc.gateway.domain.buckets import KEYS_KEPT, Buckets
from fincc.gateway.limits import network_of


def test_a_rested_key_may_do_so_much_at_once_and_then_goes_on_at_its_rate():
    made = Buckets(burst=5, refill_s=0.1)
    assert [made.take("a", 100.0) for _ in range(5)] == [0.0] * 5
    assert made.take("a", 100.0) == pytest.approx(0.1)
    assert made.take("a", 100.1) == 0.0
    assert made.take("a", 100.1) == pytest.approx(0.1)
    assert [made.take("a", 200.0) for _ in range(5)] == [0.0] * 5
    assert made.take("a", 200.0) > 0


def test_who_is_refused_does_not_pay_for_it():
    made = Buckets(burst=1, refill_s=1)
    assert made.take("a", 0.0) == 0.0
    waits = [made.take("a", 0.5) for _ in range(100)]
    assert set(waits) == {0.5}
    assert made.take("a", 1.0) == 0.0


def test_one_key_does_not_use_up_what_another_has():
    made = Buckets(burst=1, refill_s=1)
    assert made.take("a", 0.0) == 0.0
    assert made.take(b"b", 0.0) == 0.0
    assert made.take("a", 0.0) > 0


def test_a_flood_of_keys_takes_bounded_memory_and_frees_nobody_who_is_in_debt():
    made = Buckets(burst=100, refill_s=1)
    for _ in range(100):
        assert made.take("greedy", 0.0) == 0.0
    for number in range(3 * KEYS_KEPT):
        made.take(f"k{number}", 0.0)
        assert len(made._full_at) <= KEYS_KEPT
    assert made.take("greedy", 0.0) > 0


def test_a_take_costs_microseconds():
    """Ten times what it takes on a slow machine, so that only a mistake in kind fails."""
    made = Buckets(burst=1e9, refill_s=1e-9)
    began = time.process_time()
    for _ in range(20_000):
        made.take(b"k" * 32, time.monotonic())
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


def failed(times: int, allowed: int = 3, refill_s: float = 10) -> Buckets:
    limit = Buckets(allowed, refill_s)
    for _ in range(times):
        limit.take("ann", 1000)
    return limit


def test_as_many_as_allowed_may_fail_in_a_row():
    assert failed(2).wait_s("ann", 1000) == 0
    assert failed(3).wait_s("ann", 1000) == 10


def test_one_comes_back_after_each_wait_and_only_one():
    limit = failed(3)
    assert limit.wait_s("ann", 1009) == 1
    assert limit.wait_s("ann", 1010) == 0
    limit.take("ann", 1010)
    assert limit.wait_s("ann", 1010) == 10


def test_a_long_pause_brings_back_no_more_than_were_allowed():
    limit = failed(3)
    for _ in range(3):
        assert limit.wait_s("ann", 9999) == 0
        limit.take("ann", 9999)
    assert limit.wait_s("ann", 9999) == 10


def test_one_user_does_not_make_another_wait():
    assert failed(3).wait_s("bob", 1000) == 0


def test_an_attempt_given_back_does_not_count():
    limit = failed(3)
    limit.give_back("ann")
    assert limit.wait_s("ann", 1000) == 0


def test_a_success_clears_the_slate():
    limit = failed(3)
    limit.clear("ann")
    assert limit.wait_s("ann", 1000) == 0


def test_memory_is_bounded_and_the_worst_are_remembered(monkeypatch):
    monkeypatch.setattr(buckets, "KEYS_KEPT", 100)
    limit = failed(3)
    for number in range(1000):
        limit.take(f"user{number}", 1000)
    assert len(limit._full_at) <= 100
    assert limit.wait_s("ann", 1000) == 10
