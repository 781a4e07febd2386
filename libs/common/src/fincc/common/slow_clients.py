"""Hangs up on clients that hold a connection and bring or take next to nothing, which uvicorn would wait for for ever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from fincc.common.http_head import BoundedHead

LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Pace:
    """A client has `wait_s` for the head of a request. In a body or an answer it may fall behind `bytes_per_s` by as much."""

    wait_s: float
    bytes_per_s: float


class Paced(BoundedHead):
    """Looks at its connection once a second; a request that is quick costs a few assignments.

    What a client waits for is not its fault: not while the app reads no body, nor while it has not answered.
    """

    def __init__(self, *args: Any, pace: Pace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pace, self._left_s = pace, pace.wait_s
        self._is_in_body = False
        self._received = self._unsent = 0
        self._next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._next_look = self.loop.call_later(LOOK_EVERY_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._left_s = self._pace.wait_s
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._left_s, self._is_in_body = self._pace.wait_s, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_body = False
        super().on_message_complete()

    def resume_writing(self) -> None:
        self._left_s = self._pace.wait_s
        super().resume_writing()

    def _look(self) -> None:
        moved = self._moved()
        if moved is None:
            self._left_s = self._pace.wait_s
        else:
            earned_s = moved / self._pace.bytes_per_s if moved else 0.0
            self._left_s = min(self._pace.wait_s, self._left_s + earned_s - LOOK_EVERY_S)
        if self._left_s < 0:
            self.transport.abort()  # what is still to be written would be waited for
        else:
            self._next_look = self.loop.call_later(LOOK_EVERY_S, self._look)

    def _moved(self) -> int | None:
        """Bytes that came or went since the last look; None when nobody waits for the client."""
        received, self._received = self._received, 0
        is_writing = self.flow.write_paused or self.transport.is_closing()
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size() if is_writing else 0
        if is_writing:
            return max(0, before - self._unsent) if before else None
        if self._is_in_body:
            return None if self.flow.read_paused or self.cycle.waiting_for_100_continue else received
        is_answered = self.cycle is None or self.cycle.response_complete
        is_kept_alive = self.timeout_keep_alive_task is not None  # uvicorn closes it by itself
        return 0 if is_answered and not is_kept_alive else None
