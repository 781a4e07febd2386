"""What failed three times is kept with its reason, and goes back in by hand."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text

from fincc.common import dead_letters
from fincc.common.audit_reading import Wanted, list_entries
from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.bus.base import Message
from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.events.cost_pb2 import CostMessage, Part, Seal
from fincc.common.events.document_pb2 import Document
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.http import create_app
from fincc.common.testing.bus_contract import envelope


def message(name: str = "m1", key: str = "src|2026-11") -> Message:
    return Message("enriched-cost", key, envelope(name))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (Envelope(cost=CostMessage(part=Part())), "cost.part"),
        (Envelope(cost=CostMessage(seal=Seal())), "cost.seal"),
        (Envelope(document=Document()), "document"),
        (Envelope(ledger=LedgerRow()), "ledger"),
        (Envelope(), "unknown"),
    ],
)
def test_a_message_is_named_by_what_it_carries(body: Envelope, kind: str):
    assert dead_letters.kind_of(body) == kind


async def test_a_letter_has_its_message_its_reason_and_its_attempts(database: Database):
    await dead_letters.writer(database)(message(), ValueError("no such currency"))
    (letter,) = await dead_letters.list_dead_letters(database)
    assert letter["topic"] == "enriched-cost"
    assert letter["key"] == "src|2026-11"
    assert letter["kind"] == "document"
    assert letter["reason"] == "ValueError: no such currency"
    assert letter["attempts"] == 3
    async with database.read() as session:
        stored = await session.scalar(text("select envelope from dead_letters"))
    assert Envelope.FromString(stored) == message().envelope


async def test_the_same_message_failing_again_is_the_same_letter_with_more_attempts_and_the_last_reason(
    database: Database,
):
    bury = dead_letters.writer(database)
    await bury(message(), ValueError("first"))
    await bury(message(), ValueError("second"))
    (letter,) = await dead_letters.list_dead_letters(database)
    assert (letter["attempts"], letter["reason"]) == (6, "ValueError: second")


async def test_different_messages_of_a_key_are_different_letters_even_without_an_id(database: Database):
    bury = dead_letters.writer(database)
    await bury(message("m1"), ValueError())
    await bury(message("m2"), ValueError())
    await bury(Message("t", "k", Envelope(producer="a")), ValueError())
    await bury(Message("t", "k", Envelope(producer="b")), ValueError())
    assert len(await dead_letters.list_dead_letters(database)) == 4


@pytest.mark.parametrize("said", ["a\0b", "lone \udcff surrogate", "x" * 10_000])
async def test_a_letter_is_stored_whatever_its_reason_and_key_say(database: Database, said: str):
    await dead_letters.writer(database)(message(key=said), ValueError(said))
    (letter,) = await dead_letters.list_dead_letters(database)
    assert letter["reason"].startswith("ValueError: ")
    assert len(letter["reason"]) <= 2001


class Way:
    """A service's own way back in."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, Envelope]] = []
        self.is_open = True

    async def __call__(self, topic: str, key: str, body: Envelope) -> None:
        if not self.is_open:
            raise ConnectionRefusedError("no broker")
        self.taken.append((topic, key, body))


PRIVATE, PUBLIC = new_key_pair()
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def client(database: Database, way: Way, permissions: frozenset[str] = ALL_PERMISSIONS) -> httpx.AsyncClient:
    app = create_app("cockpit", SubjectVerifier(PUBLIC), list, dead_letters.router(database, FrozenClock(NOW), way))
    subject = SubjectSigner(PRIVATE).sign(Subject("usr_1", "Ann", permissions))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://test/api/cockpit/v1",
        headers={HEADER: subject},
    )


async def test_a_replayed_letter_goes_back_in_as_it_was_and_is_no_longer_listed(database: Database):
    await dead_letters.writer(database)(message(), ValueError("x"))
    way = Way()
    async with client(database, way) as http:
        (letter,) = (await http.get("/dead-letters")).json()["items"]
        answer = await http.post(f"/dead-letters/{letter['id']}/replay")
        assert answer.status_code == 202
        assert (await http.get("/dead-letters")).json() == {"items": []}
    assert way.taken == [("enriched-cost", "src|2026-11", message().envelope)]
    async with database.read() as session:
        (entry,) = await list_entries(session, "cockpit", Wanted(), None, 10)
    assert (entry.action, entry.object_id, entry.subject_name) == ("dead_letter.replayed", letter["id"], "Ann")


async def test_a_replay_that_fails_keeps_the_letter(database: Database):
    await dead_letters.writer(database)(message(), ValueError("x"))
    way = Way()
    way.is_open = False
    async with client(database, way) as http:
        (letter,) = (await http.get("/dead-letters")).json()["items"]
        assert (await http.post(f"/dead-letters/{letter['id']}/replay")).status_code == 503
        assert len((await http.get("/dead-letters")).json()["items"]) == 1


async def test_a_letter_that_does_not_wait_cannot_be_replayed(database: Database):
    async with client(database, Way()) as http:
        answer = await http.post("/dead-letters/nothing/replay")
    assert answer.status_code == 404
    assert "no dead letter 'nothing' waits to be replayed" in answer.json()["detail"]


async def test_reading_letters_gives_no_right_to_replay_them(database: Database):
    await dead_letters.writer(database)(message(), ValueError("x"))
    way = Way()
    async with client(database, way, frozenset({"health:read"})) as http:
        (letter,) = (await http.get("/dead-letters")).json()["items"]
        assert (await http.post(f"/dead-letters/{letter['id']}/replay")).status_code == 403
    assert way.taken == []


async def test_a_letter_that_fails_again_after_its_replay_is_listed_again(database: Database):
    bury = dead_letters.writer(database)
    await bury(message(), ValueError("x"))
    async with client(database, Way()) as http:
        (letter,) = (await http.get("/dead-letters")).json()["items"]
        await http.post(f"/dead-letters/{letter['id']}/replay")
    await bury(message(), ValueError("still"))
    (again,) = await dead_letters.list_dead_letters(database)
    assert (again["id"], again["reason"]) == (letter["id"], "ValueError: still")
