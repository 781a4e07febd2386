"""Bodies of requests: how large and how deep they may be, before anything else of them counts."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, Request
from pydantic import BaseModel

from fincc.common.auth import SubjectVerifier, new_key_pair
from fincc.common.http import MAX_JSON_BYTES, create_app
from fincc.common.problem import BadDocument
from fincc.common.uploads import UPLOAD, read_body

JSON = {"content-type": "application/json"}


class Note(BaseModel):
    text: str | list | dict


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    router = APIRouter()

    @router.post("/notes")
    async def add_note(note: Note) -> int:
        return len(note.text)

    @router.put("/documents", max_body_size=UPLOAD)
    async def put_document(request: Request) -> int:
        return len(await read_body(request, 4 * MAX_JSON_BYTES, BadDocument))

    app = create_app("cockpit", SubjectVerifier(new_key_pair()[1]), list, router)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x/api/cockpit/v1") as client:
        yield client


async def test_json_up_to_a_mebibyte_is_read(client: httpx.AsyncClient):
    answer = await client.post("/notes", json={"text": "x" * (MAX_JSON_BYTES - 100)})
    assert (answer.status_code, answer.json()) == (200, MAX_JSON_BYTES - 100)


async def test_larger_json_is_refused_whether_it_says_so_or_not(client: httpx.AsyncClient):
    body = b'{"text": "' + b"x" * MAX_JSON_BYTES + b'"}'
    said = await client.post("/notes", content=body, headers=JSON)
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"[" * 65536

    unsaid = await client.post("/notes", content=endless(), headers=JSON)
    assert asked <= MAX_JSON_BYTES // 65536 + 2
    for answer in (said, unsaid):
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        told = answer.json()
        assert (told["type"], told["instance"]) == ("urn:fincc:problem:body-too-large", "/api/cockpit/v1/notes")
        assert f"{MAX_JSON_BYTES} bytes" in told["detail"]


async def test_a_document_has_a_limit_of_its_own(client: httpx.AsyncClient):
    assert (await client.put("/documents", content=b"x" * 3 * MAX_JSON_BYTES)).json() == 3 * MAX_JSON_BYTES
    answer = await client.put("/documents", content=b"x" * 5 * MAX_JSON_BYTES)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:fincc:problem:bad-document")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"text":' * 100_000,
        b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"text": ' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}",
        b'{"text": "\xff\xfe"}',
        b'{"text": ' + b"9" * 500_000 + b"}",
        b'{"text": NaN}',
    ],
    ids=["open lists", "open objects", "closed lists", "500 objects", "no text", "a long number", "NaN"],
)
async def test_json_that_is_too_deep_or_none_at_all_is_the_askers_mistake(client: httpx.AsyncClient, body: bytes):
    answer = await client.post("/notes", content=body, headers=JSON)
    assert answer.status_code in (200, 400, 422), answer.text
    assert len(answer.content) < 100_000
