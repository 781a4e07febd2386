"""Which errors are waited out, and what happens to a message whose handler fails."""

import asyncio
import errno
import json
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pyarrow as pa
import pytest
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from fincc.common.bus.base import Done, Message
from fincc.common.bus.delivery import Delivery, TransientError, inside_handler, is_transient
from fincc.common.db import async_url
from fincc.common.testing.bus_contract import Recorder, envelope
from fincc.common.tracing import trace_headers

pytestmark = pytest.mark.slow


def caused_by(cause: BaseException) -> Exception:
    error = RuntimeError("while handling")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "refused"),
        TimeoutError(),
        socket.gaierror(-2, "Name or service not known"),
        OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] Connect call failed"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
        asyncpg.exceptions.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        TransientError("the snapshot before this one is still being swapped in"),
        caused_by(caused_by(ConnectionResetError())),
    ],
)
def test_what_the_store_the_network_or_the_disk_may_get_over_is_waited_out(error: Exception):
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a column of text where cost should be"),
        KeyError("BilledCost"),
        FileNotFoundError(errno.ENOENT, "no such object"),
        json.JSONDecodeError("Expecting value", "", 0),
        caused_by(ZeroDivisionError()),
    ],
)
def test_what_the_message_itself_causes_is_not_waited_out(error: Exception):
    assert not is_transient(error)


def test_bytes_that_arrow_cannot_decode_are_the_messages_fault_although_it_raises_an_os_error():
    good = pa.BufferOutputStream()
    with pa.ipc.new_stream(good, pa.schema([("a", pa.int64())])) as writer:
        writer.write_batch(pa.record_batch({"a": range(1000)}))
    with pytest.raises((OSError, pa.ArrowInvalid)) as refused:
        pa.ipc.open_stream(good.getvalue().to_pybytes()[:600]).read_next_batch()
    assert not is_transient(refused.value)


@pytest.fixture
async def engine(postgres_dsn: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(async_url(postgres_dsn), pool_size=1, max_overflow=0, pool_timeout=0.2)
    yield engine
    await engine.dispose()


async def failure(engine: AsyncEngine, *statements: str, **values: object) -> Exception:
    """What a handler would see of these statements."""
    try:
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement), values)
    except Exception as error:
        return error
    raise AssertionError("nothing failed")


@pytest.mark.parametrize(
    "statements",
    [
        ("select pg_terminate_backend(pg_backend_pid())",),
        ("set local statement_timeout = 10", "select pg_sleep(5)"),
        ("do $$ begin raise exception sqlstate '40001'; end $$",),
        ("do $$ begin raise exception sqlstate '53100'; end $$",),
        ("do $$ begin raise exception sqlstate '55P03'; end $$",),
        ("do $$ begin raise exception sqlstate '57P03'; end $$",),
    ],
    ids=["ended by an administrator", "too slow", "serialization", "disk full", "lock time-out", "starting up"],
)
async def test_a_database_in_trouble_is_waited_out(engine: AsyncEngine, statements: tuple[str, ...]):
    assert is_transient(await failure(engine, *statements))


@pytest.mark.parametrize(
    "statement",
    [
        "selec 1",
        "select * from no_such_table",
        "select 1 / 0",
        "select cast('x' as int)",
        "do $$ begin raise unique_violation; end $$",
    ],
)
async def test_a_statement_that_cannot_succeed_is_not_waited_out(engine: AsyncEngine, statement: str):
    assert not is_transient(await failure(engine, statement))


async def test_a_value_the_driver_refuses_is_not_waited_out(engine: AsyncEngine):
    assert not is_transient(await failure(engine, "select cast(:value as int)", value="text"))


async def test_a_pool_without_free_connections_is_waited_out(engine: AsyncEngine):
    async with engine.begin():
        assert is_transient(await failure(engine, "select 1"))


async def test_a_database_that_cannot_be_entered_says_nothing_of_the_message(postgres_dsn: str):
    parts = urlsplit(postgres_dsn)
    host = parts.netloc.rpartition("@")[2]
    for dsn in (
        f"postgresql://{parts.username}:wrong@{host}{parts.path}",
        f"postgresql://{parts.username}:{parts.password}@{host}/no_such_database",
        "postgresql://nobody:x@127.0.0.1:1/none",
        "postgresql://nobody:x@no-such-host.invalid/none",
    ):
        engine = create_async_engine(async_url(dsn))
        assert is_transient(await failure(engine, "select 1")), dsn
        await engine.dispose()


def message(name: str = "m", headers: dict[str, str] | None = None) -> Message:
    return Message("raw-cost", "k", envelope(name), headers or {})


def delivery_to(reader: Recorder) -> Delivery:
    return Delivery("readers", "raw-cost", reader, reader.on_dead)


async def test_what_our_own_code_waits_for_is_no_warning_and_what_failed_is(caplog: pytest.LogCaptureFixture):
    errors = [TransientError("its turn comes"), ConnectionRefusedError(111, "refused")]

    async def handler(_: Message) -> Done:
        if errors:
            raise errors.pop(0)
        return Done.COMMIT

    reader = Recorder()
    with caplog.at_level("INFO", "fincc.common.bus.delivery"):
        assert await Delivery("readers", "raw-cost", handler, reader.on_dead).deliver(message()) is Done.COMMIT
    said = [(r.levelname, r.getMessage(), bool(r.exc_info)) for r in caplog.records]
    assert said == [("INFO", "a message waits: its turn comes", False), ("WARNING", "a handler failed", True)]


@pytest.mark.parametrize("answer", list(Done))
async def test_the_answer_of_the_handler_is_passed_on(answer: Done):
    assert await delivery_to(Recorder(answer=lambda _m: answer)).deliver(message()) is answer


async def test_a_dead_letter_may_be_committed():
    reader = Recorder(failing=lambda _m: ValueError("poison"))
    assert await delivery_to(reader).deliver(message()) is Done.COMMIT
    assert (reader.attempts, reader.dead) == (["m"] * 3, [("m", "poison")])


async def test_trouble_of_the_store_between_two_failures_does_not_count_as_an_attempt():
    errors = iter([ValueError("1"), ConnectionError(), TimeoutError(), ValueError("2")])
    reader = Recorder(failing=lambda _m: next(errors, None))
    assert await delivery_to(reader).deliver(message()) is Done.COMMIT
    assert (len(reader.attempts), reader.dead) == (5, [])


async def test_a_message_nobody_can_read_is_buried_at_once():
    reader = Recorder()
    assert await delivery_to(reader).refuse(message(), ValueError("no envelope")) is Done.COMMIT
    assert (reader.attempts, reader.dead) == ([], [("m", "no envelope")])


async def test_each_message_that_is_waited_for_has_its_reason_and_takes_it_away_with_it():
    waiting = {"a": True, "b": True}
    reader = Recorder(
        failing=lambda m: ConnectionError(f"for {m.envelope.id}") if waiting[m.envelope.id] else None,
    )
    delivery = delivery_to(reader)
    a, b = (asyncio.create_task(delivery.deliver(message(name))) for name in "ab")
    await asyncio.sleep(0.05)
    assert delivery.reasons() == [
        "raw-cost: waiting for the store: ConnectionError: for a",
        "raw-cost: waiting for the store: ConnectionError: for b",
    ]
    waiting["a"] = False
    await a
    assert delivery.reasons() == ["raw-cost: waiting for the store: ConnectionError: for b"]
    b.cancel()
    await asyncio.gather(b, return_exceptions=True)
    assert delivery.reasons() == []


async def test_only_the_handler_runs_inside_a_handler():
    inside: list[bool] = []

    async def look(_message: Message) -> Done:
        inside.append(inside_handler.get())
        return Done.COMMIT

    await Delivery("readers", "raw-cost", look, Recorder().on_dead).deliver(message())
    assert inside == [True]
    assert not inside_handler.get()


async def test_the_handler_continues_the_trace_of_the_publisher():
    seen: list[str] = []

    async def look(_message: Message) -> Done:
        seen.append(trace_headers()["traceparent"].split("-")[1])
        return Done.COMMIT

    with TracerProvider().get_tracer("test").start_as_current_span("ingest"):
        headers = trace_headers()
    await Delivery("readers", "raw-cost", look, Recorder().on_dead).deliver(message(headers=headers))
    assert seen == [headers["traceparent"].split("-")[1]]


async def test_a_message_without_a_trace_is_delivered_as_well():
    reader = Recorder()
    assert trace_headers() == {}
    await delivery_to(reader).deliver(message())
    assert reader.ids == ["m"]
