"""Answers that are kept as bytes and made once."""

import asyncio

import pytest

from fincc.common.answers import Answer, AnswerCache, Once


def test_an_answer_is_known_by_what_it_says():
    assert Answer.of(b"{}") == Answer.of(b"{}")
    assert Answer.of(b"{}").etag != Answer.of(b"[]").etag


def test_those_used_longest_ago_make_room_and_none_pushes_out_most_of_the_others():
    cache: AnswerCache[str] = AnswerCache(room=40, largest=10)
    for key in "abcd":
        cache.hold(key, Answer.of(b"x" * 10))
    assert cache.find("a") is not None
    cache.hold("large", Answer.of(b"x" * 11))
    cache.hold("e", Answer.of(b"x" * 10))
    assert [key for key in ("a", "b", "c", "d", "e", "large") if cache.find(key)] == ["a", "c", "d", "e"]
    cache.clear()
    assert cache.find("a") is None


async def test_what_is_being_made_goes_on_when_the_first_who_asked_goes_away():
    once: Once[str, int] = Once()
    goes_on, times = asyncio.Event(), 0

    async def make() -> int:
        nonlocal times
        times += 1
        await goes_on.wait()
        return times

    first, second = (asyncio.create_task(once.get("a", make)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    goes_on.set()
    assert await second == 1
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await once.get("a", make) == 2, "what is made is not kept"


async def test_what_is_forgotten_is_made_anew_and_those_who_wait_get_what_they_asked_for():
    once: Once[str, str] = Once()
    goes_on = asyncio.Event()

    async def slow() -> str:
        await goes_on.wait()
        return "old"

    async def make() -> str:
        return "new"

    waiting = asyncio.create_task(once.get("a", slow))
    await asyncio.sleep(0)
    once.forget("a")
    assert await once.get("a", make) == "new"
    goes_on.set()
    assert await waiting == "old"
