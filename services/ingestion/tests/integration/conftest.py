"""The routes of ingestion over a real database, and what tests of its readers leave behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from fincc.common.auth import SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.http import create_app
from fincc.common.service import READY
from fincc.ingestion import api
from fincc.ingestion.usecases.context import Context

from .asking import Asker
from .processes import children


@asynccontextmanager
async def asking(context: Context) -> AsyncIterator[Asker]:
    private, public = new_key_pair()
    app = create_app("ingestion", SubjectVerifier(public), lambda: READY, api.make_router(context))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ingestion") as client:
        yield Asker(client, SubjectSigner(private))


@pytest.fixture
async def asker(context: Context) -> AsyncIterator[Asker]:
    async with asking(context) as asker:
        yield asker


@pytest.fixture
def nobody_is_left() -> Iterator[None]:
    """No process that the test did not find."""
    before = children()
    yield
    assert children() == before
