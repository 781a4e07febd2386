"""What librdkafka says once a second becomes the lag of the partitions that are read here."""

import orjson
import pytest

from fincc.common.bus.kafka.connection import BrokerWatch


def partition(hi: int, committed: int, lo: int = 0, state: str = "active") -> dict[str, object]:
    return {"hi_offset": hi, "committed_offset": committed, "lo_offset": lo, "fetch_state": state}


def lag_of(*partitions: dict[str, object]) -> int | None:
    watch = BrokerWatch()
    topics = {"raw-cost": {"partitions": {str(n): p for n, p in enumerate(partitions)}}}
    watch.options()["stats_cb"](orjson.dumps({"brokers": {}, "topics": topics}).decode())
    return watch.lag["raw-cost"]


def test_lag_is_what_comes_after_the_committed_messages():
    assert lag_of(partition(10, 7), partition(5, 5)) == 3


def test_nothing_was_committed_yet_so_all_that_is_kept_is_to_be_read():
    assert lag_of(partition(10, -1001, lo=4)) == 6
    assert lag_of(partition(0, -1001, lo=-1001)) == 0


def test_partitions_of_other_processes_are_theirs():
    assert lag_of(partition(10, 7), partition(90, -1001, state="none")) == 3


@pytest.mark.parametrize("state", ["offset-query", "offset-wait", "validate-epoch-wait"])
def test_a_partition_that_was_just_given_to_us_is_not_zero_before_its_place_is_known(state: str):
    assert lag_of(partition(10, -1001, state=state)) is None
    assert lag_of(partition(10, 7), partition(10, -1001, state=state)) is None


@pytest.mark.parametrize("state", ["stopping", "stopped"])
def test_a_partition_that_was_taken_from_us_counts_no_more(state: str):
    assert lag_of(partition(10, 7), partition(10, 1, state=state)) == 3


def test_what_the_broker_has_not_said_yet_is_not_zero():
    assert lag_of(partition(-1001, 7), partition(5, 5)) is None
