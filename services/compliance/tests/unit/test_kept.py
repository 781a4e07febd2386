"""Answers that are kept as bytes."""

import asyncio

from fincc.compliance.usecases.kept import KeptAnswers


class Maker:
    """Counts how often an answer is made."""

    def __init__(self, body: bytes = b"{}") -> None:
        self.body, self.times = body, 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def __call__(self) -> bytes:
        self.times += 1
        await self.goes_on.wait()
        return self.body


async def test_what_many_ask_at_once_is_made_once_and_kept():
    kept, make = KeptAnswers(), Maker()
    answers = await asyncio.gather(*(kept.get("a", make) for _ in range(5)))
    assert (make.times, {a.body for a in answers}) == (1, {b"{}"})
    assert await kept.get("a", make) is answers[0]
    await kept.get("b", make)
    assert make.times == 2


async def test_an_answer_that_was_being_made_when_something_changed_is_not_kept():
    kept, slow = KeptAnswers(), Maker(b"old")
    slow.goes_on.clear()
    asked = asyncio.create_task(kept.get("a", slow))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kept.forget()
    slow.goes_on.set()
    assert (await asked).body == b"old"
    assert (await kept.get("a", Maker(b"new"))).body == b"new"


async def test_those_used_longest_ago_make_room():
    kept = KeptAnswers(room=40)
    for key in "abcd":
        await kept.get(key, Maker(b"x" * 10))
    await kept.get("a", Maker(b"not made"))
    await kept.get("e", Maker(b"x" * 10))
    assert (await kept.get("a", Maker(b"not made"))).body == b"x" * 10
    assert (await kept.get("b", Maker(b"again"))).body == b"again"


async def test_one_that_would_push_out_most_of_the_others_is_not_kept():
    kept, large = KeptAnswers(room=40), Maker(b"x" * 11)
    await kept.get("a", large)
    await kept.get("a", large)
    assert large.times == 2


async def test_a_failure_is_told_to_all_who_wait_and_not_kept():
    kept = KeptAnswers()

    async def fail() -> bytes:
        await asyncio.sleep(0)
        raise RuntimeError("no database")

    told = await asyncio.gather(*(kept.get("a", fail) for _ in range(2)), return_exceptions=True)
    assert [str(e) for e in told] == ["no database"] * 2
    assert (await kept.get("a", Maker(b"new"))).body == b"new"
