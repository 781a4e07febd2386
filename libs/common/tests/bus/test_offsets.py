"""Which position of a partition may be committed."""

from hypothesis import given
from hypothesis import strategies as st

from fincc.common.bus.base import Done
from fincc.common.bus.kafka.offsets import Offsets

HELD, COMMITTED = Done.HOLD, Done.COMMIT


def position_after(*steps: tuple[int, str, Done]) -> int | None:
    offsets = Offsets()
    for offset, key, done in steps:
        offsets.settle(offset, key, done)
    return offsets.position


def test_nothing_is_committed_before_a_message_was_handled():
    assert Offsets().position is None


def test_a_committed_message_moves_the_position_behind_it():
    assert position_after((5, "a", COMMITTED)) == 6


def test_the_first_held_message_of_a_key_keeps_the_position():
    assert position_after((5, "a", COMMITTED), (6, "a", HELD), (7, "a", HELD), (8, "b", COMMITTED)) == 6


def test_a_commit_releases_every_held_message_of_its_key_and_of_no_other():
    assert position_after((1, "a", HELD), (2, "b", HELD), (3, "a", COMMITTED)) == 2


def test_a_key_that_is_held_again_starts_anew():
    assert position_after((1, "a", HELD), (2, "a", COMMITTED), (3, "a", HELD), (4, "b", COMMITTED)) == 3


def test_a_record_without_a_message_moves_the_position_but_releases_nothing():
    offsets = Offsets()
    offsets.settle(1, "a", HELD)
    offsets.pass_over(2)
    assert offsets.position == 1
    offsets.settle(3, "a", COMMITTED)
    assert offsets.position == 4


steps = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(Done)), min_size=1)


@given(steps)
def test_a_successor_sees_every_message_whose_effect_is_not_stored(history: list[tuple[str, Done]]):
    numbered = [(offset, key, done) for offset, (key, done) in enumerate(history)]
    stored_up_to = {key: offset for offset, key, done in numbered if done is COMMITTED}
    lost = [offset for offset, key, _ in numbered if offset > stored_up_to.get(key, -1)]
    position = position_after(*numbered)
    assert position is not None
    assert position == min(lost, default=len(history))
