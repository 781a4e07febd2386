import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.gateway.domain.credentials import (
    api_token,
    csrf_token,
    digest,
    first_password,
    is_api_token,
    session_end,
)

entropy = st.binary(min_size=32, max_size=32)


@given(entropy)
def test_every_api_token_is_known_by_its_checksum(random_bytes: bytes):
    token = api_token(random_bytes)
    assert is_api_token(token)
    assert token.startswith("fin_")
    assert len(token) == len("fin_") + 43 + 6


@given(entropy, st.integers(4, 52))
def test_an_api_token_with_one_wrong_character_is_none(random_bytes: bytes, position: int):
    token = api_token(random_bytes)
    wrong = "a" if token[position] != "a" else "b"
    assert not is_api_token(token[:position] + wrong + token[position + 1 :])


@pytest.mark.parametrize("text", ["", "fin_", "fin_000000", "ghp_" + "0" * 49, "fin_ü" + "0" * 48])
def test_other_text_is_no_api_token(text: str):
    assert not is_api_token(text)


def test_different_entropy_gives_different_tokens():
    assert api_token(b"\0" * 32) != api_token(b"\0" * 31 + b"\1")


def test_the_first_password_is_easy_to_read_and_hard_to_guess():
    password = first_password(secrets.token_bytes(16))
    groups = password.split("-")
    assert [len(g) for g in groups] == [5, 5, 5, 5]
    assert not set("".join(groups)) & set("01iloIO")
    assert first_password(b"\xff" * 16) != first_password(b"\xfe" * 16)


def test_a_csrf_token_belongs_to_one_session_and_does_not_tell_its_hash():
    assert csrf_token("one") != csrf_token("two")
    assert digest("one").hex()[:48] != csrf_token("one")


NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen_after_h", "ends_after_h"),
    [(0, 12), (1, 13), (160, 168), (156, 168), (155, 167)],
)
def test_a_session_ends_when_idle_or_old_whichever_comes_first(seen_after_h: int, ends_after_h: int):
    end = session_end(NOON, NOON + timedelta(hours=seen_after_h), timedelta(hours=12), timedelta(days=7))
    assert end == NOON + timedelta(hours=ends_after_h)
