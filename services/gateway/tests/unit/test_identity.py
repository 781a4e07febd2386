"""What is read from a request, and how long a signed subject is used."""

import pytest

from fincc.common.auth import ALL_PERMISSIONS, LIFETIME_S, Subject, SubjectSigner, new_key_pair
from fincc.gateway.identity import SignedSubjects, credentials_of

ANN = Subject("usr_1", "Ann", ALL_PERMISSIONS)


def test_a_signed_subject_is_used_until_half_a_minute_is_left():
    subjects = SignedSubjects(SubjectSigner(new_key_pair()[0]))
    first = subjects.of(ANN, 1000)
    assert subjects.of(ANN, 1000 + LIFETIME_S - 30 - 1) is first
    assert subjects.of(ANN, 1000 + LIFETIME_S - 30) != first


def test_a_subject_whose_rights_changed_is_signed_anew():
    subjects = SignedSubjects(SubjectSigner(new_key_pair()[0]))
    assert subjects.of(ANN, 1000) != subjects.of(Subject("usr_1", "Ann", frozenset({"costs:read"})), 1000)


@pytest.mark.parametrize(
    "cookie",
    [b"fincc_session=abc", b"a=b; fincc_session=abc", b"fincc_session=abc; a=b", b" a=b ;fincc_session=abc;"],
)
def test_the_session_is_found_among_other_cookies(cookie: bytes):
    found = credentials_of([(b"cookie", cookie), (b"x-csrf-token", b"t")])
    assert found is not None
    assert (found.kind, found.secret, found.csrf) == ("session", "abc", "t")


@pytest.mark.parametrize("cookie", [b"", b"xfincc_session=abc", b"fincc_session", b"fincc_session="])
def test_other_cookies_are_no_session(cookie: bytes):
    assert credentials_of([(b"cookie", cookie)]) is None


def test_an_api_token_goes_before_a_cookie():
    found = credentials_of([(b"cookie", b"fincc_session=abc"), (b"authorization", b"bearer  fin_x ")])
    assert found is not None
    assert (found.kind, found.secret) == ("token", "fin_x")


def test_other_ways_to_authorise_are_not_taken():
    assert credentials_of([(b"authorization", b"Basic YWRtaW46YWRtaW4=")]) is None
