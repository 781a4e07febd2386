from fincc.gateway.domain import attempts
from fincc.gateway.domain.attempts import Attempts


def failed(times: int, allowed: int = 3, refill_s: float = 10) -> Attempts:
    limit = Attempts(allowed, refill_s)
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
    monkeypatch.setattr(attempts, "KEYS_KEPT", 100)
    limit = failed(3)
    for number in range(1000):
        limit.take(f"user{number}", 1000)
    assert len(limit._free_at) <= 100
    assert limit.wait_s("ann", 1000) == 10
