"""Every route of the API, as it is documented, for somebody with each role at one unit and everywhere.

What is expected follows from what routes and roles declare: a new route or role is covered without a word here, but for a
parameter that names something of somebody, about which a test asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote_plus

import httpx
import pytest
import requests

from .company import OPERATIONS, Company, Operation, Person, company_of
from .conftest import Bill, bring
from .harness import OneProcess, sign_in
from .people import PASSWORD
from .questions import (
    NAMES,
    OF_NOBODY,
    PLACED,
    WRITES,
    Question,
    filled,
    harmless,
    inputs,
    like,
    never_was,
    plain,
    questions,
)

SETTINGS = {
    "FINCC_GATEWAY_REQUESTS_PER_S": "0",
    "FINCC_GATEWAY_REQUESTS_PER_S_PER_ADDRESS": "0",
    "FINCC_GATEWAY_PEER_TIMEOUT_S": "600",  # a machine that is busy with other things is no fault of an input
    # Sources and clouds that are added at random get no further than this machine.
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
}
examples = pytest.mark.parametrize("examples", [2, pytest.param(8, marks=pytest.mark.full)])
SIGN_OUT = "DELETE /api/gateway/v1/session"


@pytest.fixture(scope="module")
def company(few: Bill, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with OneProcess(tmp_path_factory.mktemp("roles"), settings=SETTINGS) as platform:
        bring(platform, few)
        with company_of(platform) as made:
            yield made


def test_every_route_but_signing_in_is_closed_to_who_is_not_signed_in(company: Company) -> None:
    closed = [o for o in OPERATIONS if o.permission != "public"]
    assert len(closed) > 100
    with httpx.Client(base_url=company.people[0].token.base_url, timeout=60) as stranger:
        for credentials in ({}, {"authorization": "Bearer fin_no"}, {"x-fincc-subject": "e30.e30.e30"}):
            stranger.headers.update(credentials)
            answered = {str(o): stranger.request(**harmless(o)).status_code for o in closed}
            assert {o: code for o, code in answered.items() if code != 401} == {}
            for name in credentials:
                del stranger.headers[name]


def test_each_role_gets_exactly_where_it_has_the_permission_and_no_body_is_judged_before(company: Company) -> None:
    """Refused with 403 whatever the body is; where it is let in, the same request fails by what it asks for alone."""
    wrong = []
    for person in company.people:
        for operation in sorted(OPERATIONS, key=lambda o: str(o) == SIGN_OUT):
            code = person.session.request(**harmless(operation)).status_code
            is_let_in = operation.permission == "public" or person.may(operation, company.account)
            if (code in (401, 403) or code >= 500) if is_let_in else code != 403:
                wrong.append((person.name, str(operation), code))
        sign_in(person.session, person.name, PASSWORD)
    assert wrong == []


def test_of_every_route_that_looks_at_the_place_these_tests_know_what_it_can_be_asked() -> None:
    names = {(str(o), p["name"]) for o in PLACED for p in o.parameters if p["name"] not in NAMES.keys() | OF_NOBODY}
    assert names == set(), "say in NAMES what of somebody it names, or in OF_NOBODY that it names nothing"
    assert {str(o) for o in PLACED if o.is_write} == set(WRITES), "say in WRITES how it is asked about a Sample"


def test_what_is_beside_the_own_place_comes_back_from_no_route_and_is_as_unknown_as_what_never_was(
    company: Company,
) -> None:
    wrong = []
    for question, person in asked_at_a_unit(company):
        if question.about is None:
            code, said = plain(question.asked(person.token, company.own))
        else:
            foreign = NAMES[question.about](company.other)
            never = like(foreign)
            code, said = plain(question.asked(person.token, company.own, foreign), foreign)
            if (code, said) != plain(question.asked(person.token, company.own, never), never):
                wrong.append((person.name, str(question), code, ["differs from what never was", said]))
        if code not in (200, 403, 404, 422) or (told := company.told(person, said)):
            wrong.append((person.name, str(question), code, told))
    assert wrong == []


def test_what_is_at_the_own_place_does_come_back_and_to_who_is_everywhere_the_rest_too(company: Company) -> None:
    wrong = []
    for question in questions():
        for person in company.people:
            if question.about and person.is_everywhere and person.may(question.operation, company.account):
                answer = question.asked(person.token, company.other)
                if answer.status_code != 200 or not company.foreign.search(answer.text):
                    wrong.append((person.name, str(question), answer.status_code, answer.text))
    for question, person in asked_at_a_unit(company):
        answer = question.asked(person.token, company.own)
        if question.about and (answer.status_code != 200 or not company.own.words.search(answer.text)):
            wrong.append((person.name, str(question), answer.status_code, answer.text))
    assert wrong == []


def asked_at_a_unit(company: Company) -> Iterator[tuple[Question, Person]]:
    """Each question, and everybody at a unit who may ask it."""
    asked = [(q, p) for q in questions() for p in at_a_unit(company, q.operation)]
    assert len({str(q) for q, _ in asked}) > 40
    yield from asked


def at_a_unit(company: Company, operation: Operation) -> list[Person]:
    return [p for p in company.people if not p.is_everywhere and p.may(operation, company.account)]


def test_no_write_reaches_beside_the_own_place(company: Company) -> None:
    wrong = []
    for operation in (o for o in PLACED if o.is_write):
        for person in at_a_unit(company, operation):
            answers = []
            for of in (company.other, never_was(company.other)):
                url = filled(operation, {name: value(of) for name, value in NAMES.items()})
                answer = person.token.request(operation.method, url, json=WRITES[str(operation)](of))
                answers.append(plain(answer, of.node, of.team, of.finding, of.binding))
            if answers[0] != answers[1] or not 400 <= answers[0][0] < 500 or company.told(person, answers[0][1]):
                wrong.append((person.name, str(operation), answers))
    assert wrong == []


@examples
def test_no_input_breaks_a_route_or_tells_somebody_of_places_beside_their_own(company: Company, examples: int) -> None:
    """Everybody asks all that they may, and once what they may not, where the permission is checked before the input."""
    wrong = []
    sessions = [(p, requester(p)) for p in company.people]
    for operation, cases in inputs(examples):
        for number, case in enumerate(cases):
            for person, session in sessions:
                if number and not person.may(operation, company.account):
                    continue
                answer = case.call(str(person.token.base_url), session=session, timeout=600)
                asked = unquote_plus(case.as_curl_command())
                # Input is drawn from words of the code as well, and an answer may repeat what it was asked for.
                told = [word for word in company.told(person, answer.text) if word not in asked]
                if answer.status_code >= 500 or told:
                    wrong.append((person.name, answer.status_code, told, asked))
    assert wrong == []


def requester(person: Person) -> requests.Session:
    session = requests.Session()
    session.headers["authorization"] = person.token.headers["authorization"]
    return session
