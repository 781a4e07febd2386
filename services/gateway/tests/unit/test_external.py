"""What a provider vouches for."""

import pytest

from fincc.gateway.domain.external import ClaimNames, profile_of

CLAIMS = {"iss": "https://id.example", "sub": "1", "preferred_username": "ann", "email": "ann@example.com"}


def vouched(user: str, email: str, **claims: object) -> frozenset[str]:
    return profile_of({**CLAIMS, **claims}, ClaimNames(user, "name", email, "groups")).vouched


def test_a_user_name_and_a_verified_address_are_vouched_for():
    assert vouched("preferred_username", "email", email_verified=True) == {"ann", "ann@example.com"}
    assert vouched("preferred_username", "email") == {"ann"}


@pytest.mark.parametrize(("user", "email"), [("preferred_username", "contact"), ("contact", "contact")])
def test_that_one_address_was_verified_says_nothing_of_another_claim(user: str, email: str):
    assert "boss@example.com" not in vouched(user, email, contact="boss@example.com", email_verified=True)


def test_an_address_that_is_the_user_name_has_to_be_verified_whichever_claim_is_shown_as_address():
    assert vouched("email", "contact", email_verified=False) == frozenset()
    assert vouched("email", "contact", email_verified=True) == {"ann@example.com"}
